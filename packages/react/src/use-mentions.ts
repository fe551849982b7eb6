import { derive, type Message } from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { followMessage, usePages, type Pages } from './use-pages';

export interface UseMentionsResult extends Pages {
  /** Newest first. */
  readonly messages: readonly Message<RegisteredKinds>[];
}

/**
 * Messages of others that mention the current user, in all conversations, newest first, 50 to a page. New ones come by
 * themselves, and those that are changed, deleted or read show so at once.
 *
 * `error` has the code `offline` or `unauthenticated`.
 *
 * @example
 * ```tsx
 * function Mentions() {
 *   const { messages, hasNextPage, fetchNextPage } = useMentions();
 *   return (
 *     <>
 *       {messages.map(({ id, sender, content }) => (
 *         <p key={id}>
 *           {sender?.displayName}: {content}
 *         </p>
 *       ))}
 *       {hasNextPage && <button onClick={() => void fetchNextPage()}>More</button>}
 *     </>
 *   );
 * }
 * ```
 */
export function useMentions(): UseMentionsResult {
  const { conversations, messages } = useConfab();
  const unread = useMemo(
    () =>
      derive([conversations.held()], (all) =>
        all.reduce((sum, { unreadMentionCount }) => sum + unreadMentionCount, 0),
      ),
    [conversations],
  );
  return usePages('messages', ['mentions'], (page) => messages.mentions(page), {
    outdatedBy: unread,
    follow: followMessage,
  });
}
