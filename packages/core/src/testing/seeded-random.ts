import { createUuidV7 } from '../lib/uuid-v7';
import type { Clock, Ids } from '../ports';

/** Chance that can be replayed: the same seed gives the same sequence. */
export interface SeededRandom {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  int(below: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items, which must not be none. */
  pick<T>(items: readonly T[]): T;
  /** The items in another order. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Creates the sequence of a seed, any whole number. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed | 0;
  // mulberry32: 32 bits of state, good enough to choose test cases, and short.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick(items) {
      const index = int(items.length);
      if (index >= items.length) throw new Error('unable to pick; there are no items');
      return items[index] as (typeof items)[number];
    },
    shuffle(items) {
      const left = [...items];
      return items.map(() => left.splice(int(left.length), 1)).flatMap((taken) => taken);
    },
  };
}

/** Ids of version 7 from a clock and a seed, so that a run that is replayed has the same ids. */
export function createSeededIds(random: SeededRandom, clock: Pick<Clock, 'now'>): Ids {
  return {
    next: createUuidV7(
      () => clock.now(),
      (length) => Uint8Array.from({ length }, () => random.int(256)),
    ),
  };
}
