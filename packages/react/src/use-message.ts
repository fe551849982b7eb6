import type { MessageView } from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

/**
 * One message, for rows by id, quotes and links; renders again only when this message changes. One that is not loaded is
 * loaded. A reply in a thread needs the thread's root.
 *
 * `error` has the code `not_found` for an unknown message, `not_member`, `offline` or another of the server.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Quote() {
 *   const { message, error } = useMessage(conversationId, messageId);
 *   return <blockquote>{error ? 'Not available' : message?.content}</blockquote>;
 * }
 * ```
 */
export function useMessage(
  conversationId: string,
  messageId: string,
  threadRootId?: string,
): MessageView<RegisteredKinds> {
  const { messages } = useConfab();
  return useReadable(
    useMemo(
      () => messages.get(conversationId, messageId, threadRootId),
      [messages, conversationId, messageId, threadRootId],
    ),
  );
}
