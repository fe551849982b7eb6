import type { ConversationView } from '@confab/core';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

/**
 * One conversation: its name, members, last message and unread count. It is loaded if the list does not hold it.
 *
 * `error` has the code `not_found` or `not_member` when there is no such conversation for this user.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Header() {
 *   const { conversation, error } = useConversation(conversationId);
 *   return <h1>{error ? 'This conversation is not available' : conversation?.name}</h1>;
 * }
 * ```
 */
export function useConversation(conversationId: string): ConversationView<RegisteredKinds> {
  return useReadable(useConfab().conversations.get(conversationId));
}
