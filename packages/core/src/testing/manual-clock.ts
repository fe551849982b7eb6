import type { Clock } from '../ports';
import { settled as settledSoon } from './settled';

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

interface Timer {
  /** In elapsed time, which never steps back. */
  readonly due: number;
  readonly task: () => void;
}

/** Creates a clock for tests: nothing happens by itself, and everything in the same order each time. */
export function createManualClock(options: ManualClockOptions = {}): ManualClock {
  const { random = () => 0.5, settled = settledSoon } = options;
  const timers = new Set<Timer>();
  let elapsed = 0;
  let offset = options.now ?? Date.UTC(2026, 0, 1);

  const nextDue = (until: number): Timer | null => {
    let next: Timer | null = null;
    for (const timer of timers) {
      if (timer.due <= until && (next === null || timer.due < next.due)) next = timer;
    }
    return next;
  };

  return {
    now: () => elapsed + offset,
    random,
    after(ms, task) {
      const timer = { due: elapsed + Math.max(0, ms), task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      await settled();
      const until = elapsed + ms;
      for (let timer = nextDue(until); timer !== null; timer = nextDue(until)) {
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.due);
        timer.task();
        await settled();
      }
      elapsed = until;
    },
    jump(ms) {
      offset += ms;
    },
    pending: () => timers.size,
  };
}
