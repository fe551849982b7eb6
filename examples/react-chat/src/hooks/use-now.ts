import { useSyncExternalStore } from 'react';

const EVERY_MS = 30_000;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    listener();
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** The time, about half a minute exact: for "5 minutes ago". */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
