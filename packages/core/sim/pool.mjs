import { fork } from 'node:child_process';

/** Most of what a history makes is gone with it: few collections, each of which finds little. */
const HEAP = ['--max-semi-space-size=32'];
/** A history that takes this long hangs in a loop. */
const STUCK_MS = 60_000;

/**
 * Runs the orders in processes of their own, in order, each process one at a time.
 *
 * @typedef {import('../src/testing/simulation').Outcome & { seed: number, steps: number }} Ended
 * @param {{ path: string, jobs: number, orders: Iterable<{ seed: number, steps: number, shrinkMs: number }>,
 *   onOutcome: (outcome: Ended) => boolean }} options `onOutcome` says whether to go on
 */
export async function runAll({ path, jobs, orders, onOutcome }) {
  const left = orders[Symbol.iterator]();
  let isOver = false;
  const work = () =>
    new Promise((resolve, reject) => {
      const child = fork(path, { execArgv: HEAP });
      let order = null;
      let timer;
      const next = () => {
        clearTimeout(timer);
        const { value, done } = isOver ? { done: true } : left.next();
        order = done ? null : value;
        if (order === null) return child.kill();
        timer = setTimeout(() => child.kill('SIGKILL'), STUCK_MS + order.shrinkMs);
        child.send(order);
      };
      child.on('message', (outcome) => {
        isOver ||= !onOutcome(outcome);
        next();
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        clearTimeout(timer);
        if (order === null) return resolve();
        const { seed, steps } = order;
        isOver ||= !onOutcome({
          seed,
          steps,
          operations: 0,
          faults: {},
          problem: {
            kind: 'crashed',
            text: `its process ended (${signal ?? code}), or did not for a minute`,
          },
          counts: { crashed: 1 },
          log: [],
        });
        resolve(work());
      });
      next();
    });
  await Promise.all(Array.from({ length: jobs }, work));
}
