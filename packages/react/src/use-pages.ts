import { ConfabError, type Connection, type Page, type Readable } from '@confab/core';
import {
  hashKey,
  keepPreviousData,
  timeoutManager,
  useInfiniteQuery,
  type InfiniteData,
} from '@tanstack/react-query';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { heard } from './heard';
import { useConfab } from './use-confab';

/** What hooks say of a list that is read from the server page by page; named as in TanStack Query. */
export interface Pages {
  /** No page yet, and one is on its way. */
  readonly isPending: boolean;
  /** Why the last load failed; pages loaded earlier stay. */
  readonly error: ConfabError | null;
  /** Whether any page is on its way. */
  readonly isFetching: boolean;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  /** Loads the next page; resolves when it is shown, at once when there is none. Rejects with a ConfabError. */
  readonly fetchNextPage: () => Promise<void>;
}

export interface PagesOptions {
  /** Without it nothing is loaded or shown. */
  readonly isEnabled?: boolean;
  /** How long to wait before the first page is asked for: what is typed meanwhile takes its place. */
  readonly delayMs?: number;
  /** Shows what was there before until the pages of another key come. */
  readonly keepsPrevious?: boolean;
  /** All pages are loaded again when what it says changes; nothing is rendered for that. */
  readonly outdatedBy?: Readable<unknown> | undefined;
}

/** A list may be shown again so much later without being loaded again. */
const STALE_MS = 10_000;

/** Pages, with what is on them under a name. */
type PagesOf<N extends string, T> = Pages & Readonly<Record<N, readonly T[]>>;

/**
 * Pages of what only the server has, as `name`. They are kept in the client's QueryClient under `key`, which has to name everything
 * `load` depends on, so that they go with the user, and failed ones come when the server is back.
 */
export function usePages<N extends string, T>(
  name: N,
  key: readonly unknown[],
  load: (page: { readonly after?: string }) => Promise<Page<T>>,
  { isEnabled = true, delayMs = 0, keepsPrevious = false, outdatedBy }: PagesOptions = {},
): PagesOf<N, T> {
  const { connection, queryClient } = useConfab();
  const queryKey = ['confab', 'pages', ...key];
  const query = useInfiniteQuery(
    {
      queryKey,
      queryFn: async ({ pageParam: after, signal }) => {
        if (delayMs > 0 && after === undefined) await pause(delayMs, signal);
        return load(after === undefined ? {} : { after });
      },
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ next }: Page<T>) => next ?? undefined,
      select: allItems<T>,
      enabled: isEnabled,
      staleTime: STALE_MS,
      ...(keepsPrevious && { placeholderData: keepPreviousData }),
      refetchOnWindowFocus: false,
      // The error says that the server is away; when it is back, it is asked again.
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && error instanceof ConfabError && error.class === 'retryable',
    },
    queryClient,
  );
  const hash = hashKey(queryKey);
  const watch = useCallback(() => {
    let wanted = outdatedBy?.get();
    let wasLive = isLive(connection);
    const check = () => {
      const [before, wasUp] = [wanted, wasLive];
      wanted = outdatedBy?.get();
      wasLive = isLive(connection);
      const isBack = wasLive && !wasUp && queryClient.getQueryCache().get(hash)?.state.error;
      // What was not known before is no change.
      if (!isBack && (before === undefined || before === wanted)) return;
      void queryClient.invalidateQueries({ predicate: ({ queryHash }) => queryHash === hash });
    };
    const stops = [connection, outdatedBy].map((readable) => readable?.subscribe(check));
    return () => stops.forEach((stop) => stop?.());
  }, [connection, outdatedBy, queryClient, hash]);
  useSyncExternalStore(watch, nothing, nothing);

  const { data, isPending, isFetching, hasNextPage, isFetchingNextPage, fetchNextPage: fetchNext } = query;
  const error = query.error instanceof ConfabError ? query.error : null;
  const { fetchNextPage } = useMemo(
    () =>
      heard({
        fetchNextPage: async () => {
          if (!isEnabled) return;
          const { error: failed } = await fetchNext({ cancelRefetch: false });
          if (failed instanceof ConfabError) throw failed;
        },
      }),
    [fetchNext, isEnabled],
  );
  const items = (isEnabled ? data : undefined) ?? NONE;
  return useMemo(() => {
    const pages: Pages = {
      isPending: isEnabled && isPending,
      error,
      isFetching,
      hasNextPage,
      isFetchingNextPage,
      fetchNextPage,
    };
    return { ...pages, [name]: items } as PagesOf<N, T>;
  }, [name, items, isEnabled, isPending, error, isFetching, hasNextPage, isFetchingNextPage, fetchNextPage]);
}

const NONE: readonly never[] = [];
const nothing = () => undefined;
const isLive = (connection: Connection) => /^(live|polling)$/.test(connection.get().type);

function allItems<T>({ pages }: InfiniteData<Page<T>>): readonly T[] {
  return pages.flatMap(({ items }) => items);
}

/** Rejects when what waits is no longer asked for. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = timeoutManager.setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      timeoutManager.clearTimeout(timer);
      reject(new Error('unable to wait; nobody asks any more'));
    });
  });
}
