import { timeoutManager } from '@tanstack/query-core';
import type { ManualClock } from './manual-clock';

let current: ManualClock | null = null;

/**
 * Has TanStack Query, in all of this process, wait by a manual clock: loads that are repeated after a failure, and the
 * collection of what nobody watches. To be called before the first `QueryClient` is made; another call changes the clock.
 */
export function runQueriesOn(clock: ManualClock): void {
  if (current === null) {
    const cancels = new Map<number, () => void>();
    let last = 0;
    const set = (task: () => void, ms: number) => {
      const id = ++last;
      cancels.set(id, current?.after(ms, task) ?? (() => undefined));
      return id;
    };
    const clear = (id: number | undefined) => void (id !== undefined && cancels.get(id)?.());
    timeoutManager.setTimeoutProvider({
      setTimeout: set,
      clearTimeout: clear,
      setInterval: set,
      clearInterval: clear,
    });
  }
  current = clock;
}
