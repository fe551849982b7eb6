/** Time for delays: setting the clock back must not make them longer. */
export interface SteadyTime {
  /** At least as late as ever before, and as `atLeast`. */
  now(atLeast?: number): number;
  /** What the clock will say at a time of this. */
  byClock(time: number): number;
}

export function createSteadyTime(clock: () => number): SteadyTime {
  let latest = 0;
  let putBack = 0;
  return {
    now(atLeast = 0) {
      const time = clock() + putBack;
      latest = Math.max(latest, atLeast);
      putBack += Math.max(0, latest - time);
      return (latest = Math.max(latest, time));
    },
    byClock: (time) => time - putBack,
  };
}
