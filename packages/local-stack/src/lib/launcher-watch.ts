import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';

import { isProcessRunning } from './child-process.js';

const PACKAGE_MANAGERS = new Set(['npm', 'npx', 'pnpm', 'yarn', 'bun', 'corepack']);
const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ash']);
const INTERVAL_MS = 250;
const run = promisify(execFile);

interface ProcessLine {
  readonly parent: number;
  readonly kind: 'package manager' | 'shell' | 'other';
}

/**
 * Calls `onGone` when a package manager that started this process (`npx pnpm stack` is a chain of them and
 * of shells) has ended. Some of them end on a signal without passing it on, and whoever sent it to the one
 * they had started means this process. Settles when it watches, or at once where there is nothing to watch.
 *
 * @example
 * ```ts
 * await watchLaunchers(() => void stack.stop());
 * ```
 */
export async function watchLaunchers(onGone: () => void): Promise<void> {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  const launchers = findLaunchers(await listProcesses(), process.ppid);
  if (launchers.length === 0) return;
  const timer = setInterval(() => {
    void Promise.all(launchers.map(isProcessRunning)).then((running) => {
      if (running.every(Boolean)) return;
      clearInterval(timer);
      onGone();
    });
  }, INTERVAL_MS);
  timer.unref();
}

async function listProcesses(): Promise<Map<number, ProcessLine>> {
  const table = new Map<number, ProcessLine>();
  const { stdout } = await run('ps', ['-e', '-o', 'pid=,ppid=,args='], { maxBuffer: 64 * 1024 * 1024 }).catch(
    () => ({ stdout: '' }),
  );
  for (const line of stdout.split('\n')) {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || command === undefined) continue;
    table.set(Number(pid), { parent: Number(parent), kind: kindOf(command) });
  }
  return table;
}

function kindOf(command: string): ProcessLine['kind'] {
  const [program = '', script = ''] = command
    .split(/\s+/)
    .map((word) => basename(word).replace(/\.[cm]?js$/, ''));
  if (SHELLS.has(program)) return 'shell';
  if (PACKAGE_MANAGERS.has(program)) return 'package manager';
  const isScript =
    program === 'node' && (PACKAGE_MANAGERS.has(script) || /^(npm|npx|pnpm)-cli$/.test(script));
  return isScript ? 'package manager' : 'other';
}

/** The chain from the parent up to its topmost package manager; a shell above that one is the user's own. */
function findLaunchers(table: Map<number, ProcessLine>, from: number): number[] {
  const chain: number[] = [];
  let length = 0;
  for (let pid = from; ;) {
    const line = table.get(pid);
    if (line === undefined || line.kind === 'other') break;
    chain.push(pid);
    if (line.kind === 'package manager') length = chain.length;
    pid = line.parent;
  }
  return chain.slice(0, length);
}
