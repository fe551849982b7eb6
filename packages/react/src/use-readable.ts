import type { Readable } from '@confab/core';
import { useSyncExternalStore } from 'react';

/** The current value of a readable; on the server, and while hydrating, what it says without being watched. */
export function useReadable<T>({ get, subscribe }: Readable<T>): T {
  return useSyncExternalStore(subscribe, get, get);
}
