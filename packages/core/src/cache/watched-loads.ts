import { isServer, timeoutManager, type Query, type QueryClient } from '@tanstack/query-core';

/**
 * Loads what is watched, and lets go of what nobody watches. A QueryObserver would do it too, but computes a result with
 * every change, which nobody reads.
 */
export interface WatchedLoads {
  /** Calls `load` now, and again whenever what it loads has gone, until the returned function is called. */
  watch(hash: string, load: () => void): () => void;
  isWatched(hash: string): boolean;
  /** Calls `listener` when somebody begins to watch, with the hash. */
  onWatch(listener: (hash: string) => void): void;
  /** To be called when a query is there, or has changed or gone. */
  noteChange(hash: string): void;
  /** Loads again what is watched and in such a state. */
  reload(isWorthIt: (query: Pick<Query, 'state' | 'queryKey'>) => boolean): void;
  /** Lets go of nothing any more. */
  close(): void;
}

const FIVE_MINUTES_MS = 300_000;

export function createWatchedLoads(
  queryClient: QueryClient,
  isKept: (hash: string) => boolean,
): WatchedLoads {
  const queries = queryClient.getQueryCache();
  /** What watches each query, by its hash; any of them can load it. */
  const watching = new Map<string, Set<{ readonly load: () => void }>>();
  const leaving = new Map<string, ReturnType<typeof timeoutManager.setTimeout>>();
  let isClosed = false;
  let tell: (hash: string) => void = () => undefined;
  const load = (hash: string) => watching.get(hash)?.values().next().value?.load();

  const stay = (hash: string) => {
    const timer = leaving.get(hash);
    if (timer !== undefined) timeoutManager.clearTimeout(timer);
    leaving.delete(hash);
  };
  /** As TanStack Query does it with queries without observers. */
  const leaveLater = (hash: string) => {
    if (isClosed) return;
    const { gcTime = isServer ? Infinity : FIVE_MINUTES_MS } = queryClient.getDefaultOptions().queries ?? {};
    if (gcTime === Infinity || isKept(hash)) return;
    const leave = () => {
      leaving.delete(hash);
      const query = queries.get(hash);
      if (!query) return;
      if (query.state.fetchStatus === 'idle' && query.getObserversCount() === 0) queries.remove(query);
      else leaveLater(hash);
    };
    stay(hash);
    leaving.set(hash, timeoutManager.setTimeout(leave, gcTime));
  };

  return {
    watch(hash, load) {
      const watcher = { load };
      const watchers = watching.get(hash) ?? new Set();
      watching.set(hash, watchers.add(watcher));
      stay(hash);
      load();
      tell(hash);
      return () => {
        if (!watchers.delete(watcher) || watchers.size > 0) return;
        watching.delete(hash);
        leaveLater(hash);
      };
    },
    isWatched: (hash) => watching.has(hash),
    onWatch(listener) {
      tell = listener;
    },
    noteChange(hash) {
      const state = queries.get(hash)?.state;
      if (!watching.has(hash)) {
        if (!state) stay(hash);
        else if (!leaving.has(hash)) leaveLater(hash);
      } else if (!state || (state.status === 'pending' && state.fetchStatus === 'idle')) {
        // Not within the change: others may be part of it.
        queueMicrotask(() => load(hash));
      }
    },
    reload(isWorthIt) {
      for (const hash of watching.keys()) {
        const query = queries.get(hash);
        if (query && isWorthIt(query)) load(hash);
      }
    },
    close() {
      isClosed = true;
      [...leaving.keys()].forEach(stay);
    },
  };
}
