import { hashKey, type QueryState } from '@tanstack/query-core';
import { ConfabError } from '../errors/confab-error';
import { derive, track, type Readable } from '../lib/readable';
import type { Cache } from './cache';

/** The state of a query; undefined before it was first used. */
export type State<T> = QueryState<T> | undefined;

/** The QueryClient, and what its loads wait for. */
type Source = Pick<Cache, 'queryClient' | 'hydrating' | 'watch' | 'loads'>;

/**
 * The state of a query as a readable. With `load`, watching it loads it, unless what was stored of it comes first, and
 * keeps it from being collected.
 */
export function queryState<T>(
  { queryClient, hydrating, watch, loads }: Source,
  queryKey: readonly unknown[],
  load?: () => Promise<T>,
): Readable<State<T>> {
  const hash = hashKey(queryKey);
  const cache = queryClient.getQueryCache();
  const read = () => cache.get<T>(hash)?.state;
  const fetch = (load: () => Promise<T>) => () => {
    const loadUnlessThere = async () => {
      for (let reading = hydrating(); reading; reading = hydrating()) {
        await reading;
        if (read()?.data !== undefined) break;
      }
      return read()?.data ?? load();
    };
    queryClient.fetchQuery(optionsOf(queryKey, loadUnlessThere)).catch(() => undefined);
  };
  return track({
    get: read,
    subscribe(listener) {
      const stopEvents = watch(hash, listener);
      const stopLoading = load ? loads.watch(hash, fetch(load)) : () => undefined;
      return () => {
        stopEvents();
        stopLoading();
      };
    },
  });
}

/** Options under which Confab's queries load. */
function optionsOf<T>(queryKey: readonly unknown[], load: () => Promise<T>) {
  return {
    queryKey,
    queryFn: load,
    // Kept up to date by the engine: an app that invalidates or polls everything it has must not start it over.
    staleTime: 'static' as const,
    structuralSharing: false as const,
    // The error says that the server is away; the engine loads again when it is back.
    networkMode: 'always' as const,
    retry: (failures: number, error: unknown) =>
      failures < 2 && error instanceof ConfabError && error.class === 'retryable',
  };
}

/** The data of a query that has no loader. */
export function queryData<T>(cache: Source, queryKey: readonly unknown[], fallback: T): Readable<T> {
  const state = queryState<T>(cache, queryKey);
  return derive([state], (known) => known?.data ?? fallback);
}

/** What a view says of its loading. */
export function loadState(state: State<unknown>): { isPending: boolean; error: ConfabError | null } {
  const error = state?.error ?? null;
  return {
    isPending: state === undefined || state.status === 'pending',
    error: error instanceof ConfabError ? error : null,
  };
}
