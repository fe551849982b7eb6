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

// Many more: pnpm sim.
describe('clients on a bad network', () => {
  for (let from = 1; from <= SEEDS; from += PER_TEST) {
    const to = from + PER_TEST - 1;
    it(`E6.5 nothing is lost, doubled or out of order, and all agree (seeds ${from} to ${to})`, async () => {
      for (let seed = from; seed <= to; seed++) expect(await run(seed)).toBeNull();
    }, 60_000);
  }
});
