import type { MessagesView } from '@confab/core';
import { useCallback, useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

export interface UseMessagesResult extends MessagesView<RegisteredKinds> {
  /** Loads the page before the oldest message; resolves when it is shown, at once when there is none. Rejects with a ConfabError. */
  readonly fetchOlder: () => Promise<void>;
}

/**
 * The messages of a conversation, oldest first, unsent ones included (rule E5). The newest page is loaded when the first
 * component asks. A message keeps its reference while it is the same: give each row its own memoised component, and an
 * incoming message renders one row.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Messages() {
 *   const { messages, isPending, hasOlder, fetchOlder } = useMessages(conversationId);
 *   if (isPending) return <p>Loading …</p>;
 *   return (
 *     <>
 *       {hasOlder && <button onClick={() => void fetchOlder()}>Older messages</button>}
 *       {messages.map((message) => (
 *         <p key={message.id}>
 *           {message.sender?.displayName}: {message.content}
 *         </p>
 *       ))}
 *     </>
 *   );
 * }
 * ```
 */
export function useMessages(conversationId: string): UseMessagesResult {
  const list = useConfab().messages.list(conversationId);
  const view = useReadable(list);
  const fetchOlder = useCallback(() => list.fetchOlder(), [list]);
  return useMemo(() => ({ ...view, fetchOlder }), [view, fetchOlder]);
}
