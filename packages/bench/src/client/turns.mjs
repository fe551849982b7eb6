// Times two sides in turns, call by call, so that whatever else the machine does meets both.

/** `{ median, p95, min, count }` of values. */
export function statistics(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95), min: at(0), count: sorted.length };
}

export const medianOf = (values) => statistics(values).median;

/**
 * `count` calls of each side in blocks of `block`, one side after the other, beginning with another one each time.
 * A side is `{ make(i), run(input), rest?() }`: only `run` is timed, `make` builds its input before, `rest` lets time
 * pass after a block. Resolves with the microseconds of each call, by side.
 */
export async function inTurns(sides, { count, block = 10 }) {
  const names = Object.keys(sides);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let from = 0, turn = 0; from < count; from += block, turn += 1) {
    for (let n = 0; n < names.length; n += 1) {
      const name = names[(n + turn) % names.length];
      const side = sides[name];
      const inputs = Array.from({ length: Math.min(block, count - from) }, (_, i) => side.make(from + i));
      for (const input of inputs) {
        const began = performance.now();
        side.run(input);
        times[name].push((performance.now() - began) * 1000);
      }
      await side.rest?.();
    }
  }
  return times;
}

/** What is on the heap after everything unreachable has gone. */
export function heapUsed() {
  for (let i = 0; i < 4; i += 1) collectGarbage();
  return process.memoryUsage().heapUsed;
}

function collectGarbage() {
  if (globalThis.gc === undefined) throw new Error('unable to measure memory; start node with --expose-gc');
  globalThis.gc();
}
