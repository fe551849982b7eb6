/// <reference types="node" />
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';

/** Whatever is rejected meanwhile and handled by nobody. */
export async function unhandledIn(act: () => unknown): Promise<readonly unknown[]> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  // The runner has a listener too, which would call the whole run a failure.
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
  try {
    await act();
    // The runtime tells of them once a turn is over.
    await setImmediate();
  } finally {
    process.off('unhandledRejection', note);
    for (const other of others) process.on('unhandledRejection', other);
  }
  return unhandled;
}
