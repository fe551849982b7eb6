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
  readonly isNpm: boolean;
  readonly kind: 'package manager' | 'shell' | 'other';
}

/**
 * Calls `onGone` when a package manager that started this process (`npx pnpm stack` is a chain of them and
 * of shells) has ended. Some of them end on a signal without passing it on, and whoever sent it to the one
 * they had started means this process. One that ended before this process could look counts too. Settles when it watches, or at once where there is nothing to watch.
 *
 * @example
 * ```ts
 * await watchLaunchers(() => void stack.stop());
 * ```
 */
export async function watchLaunchers(onGone: () => void): Promise<void> {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  const table = await listProcesses();
  if (hasLostLauncher(table, process.ppid)) return onGone();
  const launchers = findLaunchers(table, process.ppid);
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
    table.set(Number(pid), { parent: Number(parent), ...kindOf(command) });
  }
  return table;
}

function kindOf(command: string): Pick<ProcessLine, 'isNpm' | 'kind'> {
  const [program = '', script = ''] = command
    .split(/\s+/)
    .map((word) => basename(word).replace(/\.[cm]?js$/, ''));
  if (SHELLS.has(program)) return { isNpm: false, kind: 'shell' };
  const isScript =
    program === 'node' && (PACKAGE_MANAGERS.has(script) || /^(npm|npx|pnpm)-cli$/.test(script));
  const isManager = isScript || PACKAGE_MANAGERS.has(program);
  const isNpm = isManager && /^np[mx]/.test(isScript ? script : program);
  return { isNpm, kind: isManager ? 'package manager' : 'other' };
}

/** Whether nobody is left above this process who should be: its environment tells which package managers there were. */
function hasLostLauncher(table: Map<number, ProcessLine>, from: number): boolean {
  let hasManager = false;
  let hasNpm = false;
  let pid = from;
  for (let line = table.get(pid); line !== undefined && line.kind !== 'other'; line = table.get(pid)) {
    hasManager ||= line.kind === 'package manager';
    hasNpm ||= line.isNpm;
    pid = line.parent;
  }
  // It ends at somebody's own process: whoever that is means to keep this one.
  if (pid > 1) return false;
  const wasByNpm = process.env['npm_config_npm_version'] !== undefined;
  return !hasManager || (wasByNpm && !hasNpm);
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
