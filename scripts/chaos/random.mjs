/** @typedef {ReturnType<typeof createRandom>} Random */

/** Chance that a seed repeats. What the network does with it is not repeated. @param {number} seed */
export function createRandom(seed) {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    /** @param {number} from @param {number} to */
    between: (from, to) => from + next() * (to - from),
    /** @template T @param {readonly T[]} items @returns {T | undefined} */
    pick: (items) => items[Math.floor(next() * items.length)],
  };
}
