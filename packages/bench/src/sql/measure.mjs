// Times the sides of one operation in turns, so that whatever else the machine does meets all of them.

/**
 * Runs every side `warmUp` times, then in turns: each round all sides, beginning with another one each time.
 * Stops after `rounds`, or earlier (but not below `minRounds`) when `budgetMs` is used up.
 *
 * A side is `{ prepare?(round), run(round), reset?(round) }`; only `run` is timed. With `isRehearsed` each side runs
 * once more right before, untimed: for reads, so that the other side does not decide what is in the processor's caches.
 * Settles with `{ [side]: { ms, p95, rounds } }`, `ms` being the median in milliseconds.
 */
export async function measure(
  sides,
  { rounds, isRehearsed = false, warmUp = 6, minRounds = 5, budgetMs = 20_000 },
) {
  const names = Object.keys(sides);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const began = performance.now();
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const isLate = performance.now() - began > budgetMs;
    if (isLate && round >= minRounds + Math.min(warmUp, 2)) break;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[(index + round) % names.length];
      const side = sides[name];
      await side.prepare?.(round);
      if (isRehearsed) await side.run(round);
      const start = performance.now();
      await side.run(round);
      const time = performance.now() - start;
      await side.reset?.(round);
      if (round >= (isLate ? Math.min(warmUp, 2) : warmUp)) times[name].push(time);
    }
  }
  return Object.fromEntries(names.map((name) => [name, summarise(times[name])]));
}

function summarise(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { ms: at(sorted, 0.5), p95: at(sorted, 0.95), rounds: sorted.length };
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
