import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../lib/eventually.mjs';
import { fromRoot } from '../lib/root.mjs';

/** Of each command: the program behind it, and what it says once all is there. */
const commands = {
  stack: { program: 'stack.mjs', args: ['--db-port', '0'], ready: 'JWT secret' },
  demo: { program: 'demo.mjs', args: [], ready: 'Ctrl+C stops everything' },
};

/** @typedef {{ pid: number, parent: number, args: string }} Process */

/** @returns {Process[]} all that have not ended */
function processes() {
  const lines = execFileSync('ps', ['-e', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return [...lines.matchAll(/^\s*(\d+)\s+(\d+)\s+([^Z\s]\S*)\s+(.*)$/gm)].map(
    ([, pid, parent, , args = '']) => ({
      pid: Number(pid),
      parent: Number(parent),
      args,
    }),
  );
}

/** A process and all it has started, and they. @param {number | undefined} pid @returns {Process[]} */
function familyOf(pid) {
  const all = processes();
  const family = all.filter((one) => one.pid === pid);
  for (const { pid: parent } of family) family.push(...all.filter((one) => one.parent === parent));
  return family;
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** @typedef {{ npx: number, itself: number }} Started process ids */

/** @type {readonly { way: string, end: (of: Started) => unknown }[]} */
const ways = [
  { way: 'SIGTERM', end: ({ itself }) => process.kill(itself, 'SIGTERM') },
  // SIGINT to npx alone goes no further than the shell it has started; a terminal sends it to all of them.
  { way: 'SIGTERM to what started it', end: ({ npx }) => process.kill(npx, 'SIGTERM') },
  { way: 'SIGHUP to what started it', end: ({ npx }) => process.kill(npx, 'SIGHUP') },
  { way: 'Ctrl+C in its terminal', end: ({ npx }) => process.kill(-npx, 'SIGINT') },
  { way: 'its terminal being closed', end: ({ npx }) => process.kill(-npx, 'SIGHUP') },
];

const folder = mkdtempSync(join(tmpdir(), 'confab-ending-'));
// Root runs Postgres as another user, who must be able to go through.
chmodSync(folder, 0o711);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(/** @type {const} */ (['stack', 'demo']))('pnpm %s', (name) => {
  const { program, args, ready } = commands[name];

  it.each(ways)(
    'T7 ends with all it has started by $way',
    async ({ end }) => {
      const child = spawn(
        'npx',
        ['-y', 'pnpm', name, '--port', '0', '--data-dir', join(folder, name), ...args],
        { cwd: fromRoot(''), stdio: ['ignore', 'pipe', 'inherit'], detached: true },
      );
      let said = '';
      child.stdout.on('data', (chunk) => (said += chunk));
      /** @type {Process[]} */
      let family = [];
      const left = () => processes().filter(({ pid }) => family.some((one) => one.pid === pid));
      onTestFinished(() => [...familyOf(child.pid), ...left()].forEach(({ pid }) => kill(pid)));
      await eventually(`${name} is ready`, () => said.includes(ready) || child.exitCode !== null);
      family = familyOf(child.pid);
      const itself = family.findLast((one) => one.args.includes(program));
      expect(itself).toBeDefined();
      end({ npx: child.pid ?? 0, itself: itself?.pid ?? 0 });
      await eventually('nobody of it is left', () => left().length === 0, 15_000);
    },
    120_000,
  );
});
