import type { Readable } from '@confab/core';
import { useSyncExternalStore } from 'react';

export function useKept<T>(readable: Readable<T>): T {
  return useSyncExternalStore(
    (listener) => readable.subscribe(listener),
    () => readable.get(),
  );
}
