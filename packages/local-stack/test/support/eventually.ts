import { waitFor } from '../../src/lib/wait.js';

/** Polls until `probe` answers true; fails after `timeoutMs`. */
export async function eventually(
  what: string,
  probe: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const isSo = await waitFor(async () => ((await probe()) ? true : undefined), timeoutMs, 20);
  if (isSo !== true) throw new Error(`not within ${timeoutMs} ms: ${what}`);
}
