import { timeoutManager } from '@tanstack/query-core';
import type { ManualClock } from './manual-clock';

let current: ManualClock | null = null;
let last = 0;
/** What is still to come; a timer that has fired holds nothing of its history. */
const waiting = new Map<number, () => void>();

const clear = (id: number | undefined): void => {
  if (id === undefined) return;
  waiting.get(id)?.();
  waiting.delete(id);
};

const set = (task: () => void, ms: number): number => {
  const id = ++last;
  const cancel = current?.after(ms, () => {
    waiting.delete(id);
    task();
  });
  if (cancel) waiting.set(id, cancel);
  return id;
};

/**
 * Has TanStack Query, in all of this process, wait by a manual clock: loads that are repeated after a failure, and the
 * collection of what nobody watches. To be called before the first `QueryClient` is made; another call changes the clock.
 */
export function runQueriesOn(clock: ManualClock): void {
  if (current === null) {
    timeoutManager.setTimeoutProvider({
      setTimeout: set,
      clearTimeout: clear,
      setInterval: set,
      clearInterval: clear,
    });
  }
  // What waited by another clock is over with it.
  if (current !== clock) waiting.clear();
  current = clock;
}
