import type { Clock } from '../ports';
import { settled as settledSoon } from './settled';
import { createTimers } from './timers';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Moves time on by `ms`, running the timers that become due in their order, each at its own time. Resolves when all
   * they started has come to rest.
   */
  advance(ms: number): Promise<void>;
  /**
   * Moves the time of day alone, back where negative, as when a device slept or its clock was set: timers keep their
   * remaining time, so by the time of day they run late or early.
   */
  jump(ms: number): void;
  /** Timers that have been set and neither ran nor were cancelled. */
  pending(): number;
}

export interface ManualClockOptions {
  /** Milliseconds since 1970; by default the first of January 2026. */
  readonly now?: number;
  /** By default always 0.5. */
  readonly random?: () => number;
  /** Resolves when all that waits for other promises alone has happened; a platform may have a cheaper way. */
  readonly settled?: () => Promise<void>;
}

/** Creates a clock for tests: nothing happens by itself, and everything in the same order each time. */
export function createManualClock(options: ManualClockOptions = {}): ManualClock {
  const { random = () => 0.5, settled = settledSoon } = options;
  const timers = createTimers();
  let elapsed = 0;
  let offset = options.now ?? Date.UTC(2026, 0, 1);

  return {
    now: () => elapsed + offset,
    random,
    after: (ms, task) => timers.add(elapsed + Math.max(0, ms), task),
    async advance(ms) {
      await settled();
      const until = elapsed + ms;
      for (let timer = timers.takeDue(until); timer !== null; timer = timers.takeDue(until)) {
        elapsed = Math.max(elapsed, timer.due);
        timer.task();
        await settled();
      }
      elapsed = until;
    },
    jump(ms) {
      offset += ms;
    },
    pending: () => timers.count(),
  };
}
