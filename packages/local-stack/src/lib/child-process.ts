import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';

/** How a child must be ended when its parent is gone: Postgres wants QUIT (immediate), others TERM. */
export type LastSignal = 'QUIT' | 'TERM' | 'KILL';

// The guard holds the read end of a pipe whose write end is in this process. However this process ends,
// the kernel closes the pipe, `read` returns, and the guard ends the child: first gently, then for sure.
// `$1` pid, `$2` signal, `$3` folder to remove afterwards (may be empty).
const GUARD_SCRIPT = `
while read -r line; do :; done
kill -s "$2" "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null; do
  # Ended, but its new parent (a container's first process, say) does not collect it.
  if read -r state 2>/dev/null <"/proc/$1/stat"; then case "$state" in *") Z "*) break ;; esac; fi
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then kill -s KILL "$1" 2>/dev/null; break; fi
  sleep 0.1
done
if [ -n "$3" ]; then rm -rf -- "$3"; fi
`;

const WINDOWS_GUARD_SCRIPT = `
process.stdin.resume();
process.stdin.on('end', () => {
  require('node:child_process').spawnSync('taskkill', ['/pid', process.argv[1], '/T', '/F']);
});
`;

/**
 * Makes sure `child` does not outlive this process, even when this process is killed with `kill -9`.
 *
 * The guard is in a session of its own, so neither Ctrl-C nor a kill of the process group reaches it.
 * It goes away with the child. `removeFolder` is removed after the child was ended by the guard.
 */
export function guardChild(child: ChildProcess, signal: LastSignal, removeFolder = ''): void {
  const pid = child.pid;
  if (pid === undefined) return;
  const isWindows = process.platform === 'win32';
  const guard = spawn(
    isWindows ? process.execPath : '/bin/sh',
    isWindows
      ? ['-e', WINDOWS_GUARD_SCRIPT, String(pid)]
      : ['-c', GUARD_SCRIPT, 'confab-guard', String(pid), signal, removeFolder],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  // Without a shell there is no guard; ending normally still stops the children.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  child.once('exit', () => guard.kill('SIGKILL'));
}

/** Whether a process with this id exists, whoever owns it. */
function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

/** Whether a process still runs; one that has ended but was not collected by its parent yet does not. */
export async function isProcessRunning(pid: number): Promise<boolean> {
  if (!isProcessAlive(pid)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) Z /.test(stat);
}

/** Parent id and command line of a process; `undefined` when it is gone or the system cannot tell. */
export function describeProcess(pid: number): { parent: number; command: string } | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-ww', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [, parent, command] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
    if (parent === undefined || command === undefined) return undefined;
    return { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}

/** Settles with true when `child` ends within `timeoutMs`, with false otherwise. */
export function waitForExit(child: ChildProcess, timeoutMs: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(true);
  return new Promise((resolve) => {
    const onExit = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      child.off('exit', onExit);
      resolve(false);
    }, timeoutMs);
    child.once('exit', onExit);
  });
}
