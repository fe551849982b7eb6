/** Bounds of a retry schedule, in milliseconds. */
export interface BackoffBounds {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Exponential backoff with full jitter: anywhere between 0 and `base · 2^(attempt-1)`, capped. Full jitter spreads the
 * clients of a restarted server best. A delay the server asked for is a floor.
 */
export function backoffMs(
  attempt: number,
  random: number,
  { baseMs, maxMs }: BackoffBounds,
  retryAfterMs = 0,
): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return retryAfterMs + Math.round(random * ceiling);
}
