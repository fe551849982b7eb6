import { createUuidV7 } from '../lib/uuid-v7';
import type { Clock, Ids } from '../ports';

/** UUIDs of version 7 from the clock and the platform's random bytes. */
export function createSystemIds(clock: Clock): Ids {
  return {
    next: createUuidV7(
      () => clock.now(),
      (length) => {
        const bytes = new Uint8Array(length);
        // React Native has no crypto of its own; ids need to be different, not secret.
        return typeof crypto === 'undefined'
          ? bytes.map(() => Math.random() * 256)
          : crypto.getRandomValues(bytes);
      },
    ),
  };
}
