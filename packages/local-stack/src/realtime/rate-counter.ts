/** Ticks a rate remembers: the mean is over the last minute. */
const REMEMBERED_TICKS = 12;
/** A counter that counted nothing for this many ticks forgets everything and starts anew. */
const IDLE_TICKS = 60;

export interface RateCounter {
  add(count?: number): void;
  /** Mean per second, as of the last tick. */
  average(): number;
  /** Whether the mean reached the limit, and has not fallen below it since. */
  isTriggered(): boolean;
  stop(): void;
}

/**
 * Counts what happens and compares its mean with `limit`. The mean is over fewer ticks in the first minute, so
 * a burst right after the start triggers sooner. The ticks begin with the first count.
 */
export function createRateCounter(limit: number, tickMs: number): RateCounter {
  let pending = 0;
  let ticks: number[] = [];
  let idle = 0;
  let mean = 0;
  let triggered = false;
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    idle = pending === 0 ? idle + 1 : 0;
    ticks = [pending, ...ticks].slice(0, REMEMBERED_TICKS);
    pending = 0;
    mean = ticks.reduce((sum, count) => sum + count, 0) / ticks.length / (tickMs / 1000);
    triggered = mean >= limit;
    if (idle >= IDLE_TICKS) stop();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    ticks = [];
    idle = 0;
  }

  return {
    add(count = 1) {
      if (timer === undefined) {
        tick();
        timer = setInterval(tick, tickMs);
        timer.unref();
      }
      pending += count;
    },
    average: () => mean,
    isTriggered: () => triggered,
    stop,
  };
}
