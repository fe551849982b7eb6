import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../src/lib/backoff';

const bounds = { baseMs: 1_000, maxMs: 30_000 };

describe('backoffMs', () => {
  it('E4.1 doubles its ceiling with every attempt up to the cap', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 1_000].map((attempt) => backoffMs(attempt, 1, bounds));
    expect(ceilings).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('E4.1 spreads over all of it: full jitter', () => {
    expect([0, 0.25, 0.5, 0.999].map((random) => backoffMs(3, random, bounds))).toEqual([
      0, 1_000, 2_000, 3_996,
    ]);
  });

  it('E4.2 never waits less than the server asked for', () => {
    expect(backoffMs(1, 0, bounds, 60_000)).toBe(60_000);
    expect(backoffMs(1, 0.5, bounds, 60_000)).toBe(60_500);
  });
});
