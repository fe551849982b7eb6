import { derive } from '@confab/core';
import type { RegisteredConfab } from './register';
import { useView } from './use-screen';

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
  return useView(unreadOf, { conversationId });
}

const unreadOf = (
  { conversations }: RegisteredConfab,
  { conversationId }: { readonly conversationId: string | undefined },
) =>
  conversationId === undefined
    ? conversations.unreadCount()
    : derive([conversations.get(conversationId)], ({ conversation }) => conversation?.unreadCount ?? null);
