/** Time and chance; the only source of either. */
export interface Clock {
  /** Milliseconds since 1970. May step back. */
  now(): number;
  /** Runs `task` once after `ms` milliseconds; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
}
