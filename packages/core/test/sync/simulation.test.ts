import { describe, it } from 'vitest';
import { simulate } from './support/simulation';

const SEEDS = 120;
const PER_TEST = 30;

describe('clients on a bad network', () => {
  for (let from = 1; from <= SEEDS; from += PER_TEST) {
    const to = from + PER_TEST - 1;
    it(`E6.5 nothing is lost, doubled or out of order, and all agree (seeds ${from} to ${to})`, async () => {
      for (let seed = from; seed <= to; seed++) await simulate(seed);
    });
  }
});
