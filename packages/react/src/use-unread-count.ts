import { derive } from '@confab/core';
import { useMemo } from 'react';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

/**
 * Unread messages of a conversation, or over all of them, loaded or not (rule D7); null until known. Renders only when the
 * number changes.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Badge() {
 *   const unreadCount = useUnreadCount();
 *   return unreadCount ? <span>{unreadCount} unread</span> : null;
 * }
 * ```
 */
export function useUnreadCount(conversationId?: string): number | null {
  const { conversations } = useConfab();
  const unread = useMemo(
    () =>
      conversationId === undefined
        ? conversations.unreadCount()
        : derive(
            [conversations.get(conversationId)],
            ({ conversation }) => conversation?.unreadCount ?? null,
          ),
    [conversations, conversationId],
  );
  return useReadable(unread);
}
