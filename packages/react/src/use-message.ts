import type { MessageView } from '@confab/core';
import type { RegisteredConfab, RegisteredKinds } from './register';
import { useView } from './use-screen';

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
  return useView(messageOf, { conversationId, messageId, threadRootId });
}

interface Place {
  readonly conversationId: string;
  readonly messageId: string;
  readonly threadRootId: string | undefined;
}

const messageOf = ({ messages }: RegisteredConfab, { conversationId, messageId, threadRootId }: Place) =>
  messages.get(conversationId, messageId, threadRootId);
