import type { ConversationsView } from '@confab/core';
import { useCallback, useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

export interface UseConversationsResult extends ConversationsView<RegisteredKinds> {
  /** Loads the next page; resolves when it is shown, at once when there is none. Rejects with a ConfabError. */
  readonly fetchNextPage: () => Promise<void>;
}

/**
 * The current user's conversations, newest activity first. The first page is loaded when the first component asks;
 * messages, reads and new conversations then arrive by themselves. An entry keeps its reference while what it shows is
 * the same, so memoised rows render only when they change.
 *
 * @example
 * ```tsx
 * function Inbox() {
 *   const { conversations, isPending, error, hasNextPage, fetchNextPage } = useConversations();
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
export function useConversations(): UseConversationsResult {
  const list = useConfab().conversations.list();
  const view = useReadable(list);
  const fetchNextPage = useCallback(() => list.fetchNextPage(), [list]);
  return useMemo(() => ({ ...view, fetchNextPage }), [view, fetchNextPage]);
}
