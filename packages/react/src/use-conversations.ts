import {
  fitsFilter,
  type Conversation,
  type ConversationFilter,
  type ConversationsFilter,
  type ConversationsView,
} from '@confab/core';
import { useMemo } from 'react';
import { heard } from './heard';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { usePages } from './use-pages';
import { useReadable } from './use-readable';
import { useStable } from './use-stable';

export interface UseConversationsResult extends ConversationsView<RegisteredKinds> {
  /** Whether the server is being asked for conversations that fit: while searching, say. */
  readonly isFetching: boolean;
  /** Loads the next page; resolves when it is shown, at once when there is none. Rejects with a ConfabError. */
  readonly fetchNextPage: () => Promise<void>;
}

/**
 * The current user's conversations, newest activity first, without hidden ones and invitations. The first page is loaded
 * when the first component asks; messages, reads and new conversations then arrive by themselves. An entry keeps its
 * reference while what it shows is the same, so memoised rows render only when they change.
 *
 * With a filter (`kinds`, `isUnread`, `isPinned`, `isMuted`, `isArchived`, `isHidden`, `context`, and `query` for a part of
 * the title or of a member's name) those on this device that fit are shown at once and follow what happens; the server is
 * asked for the others, page by page, for a `query` when typing has paused for 250 ms.
 *
 * `error` has the code `offline`, `invalid` or `unauthenticated`; what was loaded stays.
 *
 * @example
 * ```tsx
 * function Inbox({ query }: { query: string }) {
 *   const { conversations, isPending, error, hasNextPage, fetchNextPage } = useConversations({
 *     isArchived: false,
 *     query,
 *   });
 *   if (isPending) return <p>Loading …</p>;
 *   if (error) return <p>{error.message}</p>;
 *   return (
 *     <>
 *       <ul>
 *         {conversations.map(({ id, name, unreadCount }) => (
 *           <li key={id}>
 *             {name} ({unreadCount})
 *           </li>
 *         ))}
 *       </ul>
 *       {hasNextPage && <button onClick={() => void fetchNextPage()}>More</button>}
 *     </>
 *   );
 * }
 * ```
 */
export function useConversations({ query, ...given }: ConversationsFilter = {}): UseConversationsResult {
  const { conversations, currentUser } = useConfab();
  const filter = useStable<ConversationsFilter>(query?.trim() ? { ...given, query } : given);
  const isFiltered = Object.keys(filter).length > 0;
  const list = conversations.list();
  const { fetchNext } = useMemo(() => heard({ fetchNext: () => list.fetchNextPage() }), [list]);
  const view = useReadable(list);
  const held = useReadable<readonly Shown[]>(isFiltered ? conversations.held() : none);
  const asksServer =
    isFiltered && !view.isPending && (view.hasNextPage || Boolean(filter.isHidden) || Boolean(filter.query));
  const pages = usePages(
    'found',
    ['conversations', filter],
    (page) => conversations.find({ ...forServer(filter), ...page }),
    { isEnabled: asksServer, delayMs: filter.query ? 250 : 0 },
  );
  const fitting = useMemo(() => {
    // Older ones come with their page: what is shown has no holes.
    const last = pages.isPending ? view.conversations.at(-1) : pages.hasNextPage ? pages.found.at(-1) : null;
    const from = filter.query ? '' : (last?.lastActivityAt ?? '');
    const shown = held.filter(({ lastActivityAt }) => lastActivityAt >= from);
    return thatFit(shown, filter, pages.found, currentUser.get());
  }, [held, filter, pages, view.conversations, currentUser]);
  return useMemo(() => {
    if (!isFiltered) return { ...view, isFetching: view.isPending, fetchNextPage: fetchNext };
    const { isFetching, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
    return {
      conversations: fitting,
      isPending: view.isPending || (pages.isPending && fitting.length === 0),
      error: view.error ?? pages.error,
      isFetching: view.isPending || isFetching,
      hasNextPage,
      isFetchingNextPage,
      fetchNextPage,
    };
  }, [isFiltered, view, fetchNext, fitting, pages]);
}

type Shown = Conversation<RegisteredKinds>;

/** Those found by their name stay while they fit otherwise: the server may know more names. */
function thatFit(
  held: readonly Shown[],
  filter: ConversationsFilter,
  found: readonly Shown[],
  me: string | null | undefined,
): readonly Shown[] {
  const now = Date.now();
  const foundIds = new Set(found.map(({ id }) => id));
  return held.filter((one) =>
    fitsFilter(one, foundIds.has(one.id) ? { ...filter, query: '' } : filter, me, now),
  );
}

/** What the server is asked for. It knows one kind; of several it sends all, and those that do not fit are left out. */
function forServer({ kinds = [], ...filter }: ConversationsFilter): ConversationFilter {
  const [kind] = kinds;
  return kind !== undefined && kinds.length === 1 ? { ...filter, kind } : filter;
}

const nobody: readonly Shown[] = [];
const none = { get: () => nobody, subscribe: () => () => undefined };
