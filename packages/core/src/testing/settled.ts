/** More than the longest chain of promises between one timer or answer and the next. */
const TURNS = 100;

/**
 * Resolves when everything that waits for nothing but other promises has happened. With the fakes of this folder that is
 * everything there is, so a test needs no waiting in real time.
 */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}
