import { ConfabError, derive, type Connection, type Message, type Page, type Readable } from '@confab/core';
import {
  hashKey,
  keepPreviousData,
  timeoutManager,
  useInfiniteQuery,
  type InfiniteData,
} from '@tanstack/react-query';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { heard } from './heard';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

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

type Shown = Message<RegisteredKinds>;

/** What is shown of an item now: of the message on it that is, by its id, null where it is deleted for oneself. */
export type Follow<T> = (item: T, now: (message: Shown) => Shown | null) => T | null;

/** Of pages of messages from which deleted ones go. */
export const followMessage: Follow<Shown> = (message, now) => {
  const shown = now(message);
  return shown?.deletedAt ? null : shown;
};

export interface PagesOptions<T = unknown> {
  /** Has items follow what happens to their messages; the same function each time. */
  readonly follow?: Follow<T>;
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
  { isEnabled = true, delayMs = 0, keepsPrevious = false, outdatedBy, follow }: PagesOptions<T> = {},
): PagesOf<N, T> {
  const { connection, queryClient, messages } = useConfab();
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
    /** Pulls bring nothing of what is not loaded: what happened meanwhile is not known. */
    let wasAway = false;
    const check = () => {
      const [before, wasUp] = [wanted, wasLive];
      wanted = outdatedBy?.get();
      wasLive = isLive(connection);
      wasAway ||= connection.get().type === 'offline';
      const failed = queryClient.getQueryCache().get(hash)?.state.error;
      const isBack = wasLive && !wasUp && (failed || (follow && wasAway));
      wasAway &&= !wasLive;
      // What was not known before is no change.
      if (!isBack && (before === undefined || before === wanted)) return;
      void queryClient.invalidateQueries({ predicate: ({ queryHash }) => queryHash === hash });
    };
    const stops = [connection, outdatedBy].map((readable) => readable?.subscribe(check));
    return () => stops.forEach((stop) => stop?.());
  }, [connection, outdatedBy, queryClient, hash, follow]);
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
  const loaded: readonly T[] = (isEnabled ? data : undefined) ?? NONE;
  const followed = useMemo(() => {
    if (!follow) return { get: () => loaded, subscribe: () => nothing };
    /** What was shown of each item, and of which state of its message. */
    const known = new Map<T, { readonly of: Shown | null; readonly shown: T | null }>();
    return derive(
      [messages.found],
      (byId) =>
        loaded.flatMap((item) => {
          let of: Shown | null = null;
          const shown = follow(item, (message) => {
            const now = byId.get(message.id);
            return (of = now === undefined ? message : now);
          });
          const last = known.get(item);
          if (last?.of === of) return last.shown ?? [];
          known.set(item, { of, shown });
          return shown ?? [];
        }),
      isSameItems,
    );
  }, [messages, loaded, follow]);
  const items = useReadable(followed);
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

export const isSameItems = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((item, i) => item === b[i]);

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
