import { describe, expect, it } from 'vitest';
import { planOf, simulate } from '../../src/testing/simulation';

const STEPS = 40;
const SEEDS = 40;
const PER_TEST = 10;

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
const run = async (seed: number) => {
  const { problem, log } = await simulate(planOf(seed, STEPS), { settled, hasLog: true });
  return problem && [`seed ${seed}: ${problem.kind}: ${problem.text}`, ...log].join('\n');
};

describe('histories that once went wrong', () => {
  it.each([
    ['D7 a late own message does not undo a mark as unread', 3],
    ['D7 what one push reads and then marks as unread is unread', 297],
    ['E9.5 what was asked before somebody else signed in says nothing of who has come back', 1311],
    ['E4.3 a clock that is put back does not hold up what was to be sent later', 48],
  ])('E6.5 %s', async (_, seed) => {
    expect(await run(seed)).toBeNull();
  });
});

// Many more: pnpm sim.
describe('clients on a bad network', () => {
  for (let from = 1; from <= SEEDS; from += PER_TEST) {
    const to = from + PER_TEST - 1;
    it(`E6.5 nothing is lost, doubled or out of order, and all agree (seeds ${from} to ${to})`, async () => {
      for (let seed = from; seed <= to; seed++) expect(await run(seed)).toBeNull();
    }, 60_000);
  }
});
