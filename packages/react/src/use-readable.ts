import type { Readable } from '@confab/core';
import { useCallback, useSyncExternalStore } from 'react';

/** The current value of a readable; on the server, and while hydrating, what it says without being watched. */
export function useReadable<T>(readable: Readable<T>): T {
  const subscribe = useCallback((listener: () => void) => readable.subscribe(listener), [readable]);
  const get = () => readable.get();
  return useSyncExternalStore(subscribe, get, get);
}
