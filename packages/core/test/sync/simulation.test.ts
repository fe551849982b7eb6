import { describe, expect, it } from 'vitest';
import { planOf, simulate, type Plan } from '../../src/testing/simulation';
import histories from './support/histories.json';

const STEPS = 40;
const SEEDS = 40;
const PER_TEST = 10;

const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
const run = async (plan: Plan) => {
  const { problem, log } = await simulate(plan, { settled, hasLog: true });
  return problem && [`seed ${plan.seed}: ${problem.kind}: ${problem.text}`, ...log].join('\n');
};

describe('histories that once went wrong', () => {
  it.each([
    ['D7 a late own message does not undo a mark as unread', histories[3]],
    ['D7 what one push reads and then marks as unread is unread', histories[297]],
    ['E9.5 what was asked before somebody else signed in says nothing of who has come back', histories[1311]],
    ['E4.3 a clock that is put back does not hold up what was to be sent later', histories[48]],
    ['who comes back may look further back than what is loaded', histories[29]],
    ['an invitation outlives the end of the membership before it', histories[55]],
    ['what is stored of an earlier membership leaves no hole in the next', histories[463]],
    ['D7 late counts of mentions and threads do not replace newer ones', histories[383]],
    ['two replies in one push leave their thread read up to the second', histories[1120]],
    ['drafts of a conversation one has left are listed no more', histories[332]],
    [
      'whoever missed how a write ended hears of it from the leader, also while that one shows it',
      histories[544],
    ],
    ['what hangs in the storage while one signs out and in again keeps its place', histories[141]],
    ['what one is invited to is not listed, though it is looked at', histories[753]],
    ['what another tab tells late of a conversation does not bring it back', histories[1309]],
    [
      'D7 a late event from the middle of a transaction does not undo what a pull told of it',
      histories[2091],
    ],
    ['what failed to load for somebody outside loads when they are back', histories[191]],
  ])('E6.5 %s', async (_, plan) => {
    expect(await run(plan)).toBeNull();
  });
});

// Many more: pnpm sim.
describe('clients on a bad network', () => {
  for (let from = 1; from <= SEEDS; from += PER_TEST) {
    const to = from + PER_TEST - 1;
    it(`E6.5 nothing is lost, doubled or out of order, and all agree (seeds ${from} to ${to})`, async () => {
      for (let seed = from; seed <= to; seed++) expect(await run(planOf(seed, STEPS, true))).toBeNull();
    }, 60_000);
  }
});
