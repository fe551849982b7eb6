/**
 * Waits for a condition, with a deadline.
 *
 * @param {string} what for the message
 * @param {() => boolean} isTrue
 * @param {number} [timeoutMs] 90 s: longer than the client's slowest way to notice a loss
 */
export async function eventually(what, isTrue, timeoutMs = 90_000) {
  const deadline = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > deadline)
      throw new Error(`unable to see that ${what}; waited ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
