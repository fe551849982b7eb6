import { backoffMs, type BackoffBounds } from '../lib/backoff';

/** When what failed for a while is tried again (rule E4). */
export interface RetryPolicy {
  /**
   * Milliseconds to wait after the `attempt`th failure in a row, 1 for the first. `random` in [0, 1) spreads clients;
   * `askedMs` is what the server asked for, 0 for nothing, and is waited for at least.
   */
  delayMs(attempt: number, random: number, askedMs: number): number;
}

const BOUNDS: BackoffBounds = { baseMs: 1_000, maxMs: 30_000 };

/** Exponential, from at most one second to at most thirty, with full jitter. */
export const fullJitter: RetryPolicy = {
  delayMs: (attempt, random, askedMs) => backoffMs(attempt, random, BOUNDS, askedMs),
};
