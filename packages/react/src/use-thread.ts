import { createThread, type ThreadActions, type ThreadView } from '@confab/core';
import type { RegisteredKinds } from './register';
import type { UseMessagesOptions } from './use-messages';
import { useScreen } from './use-screen';

/** The replies, as {@link useMessages} gives messages, with what else a thread is. */
export interface UseThreadResult extends ThreadView<RegisteredKinds>, ThreadActions<RegisteredKinds> {}

/**
 * A thread: its root, its replies (pending ones included) with days, groups and unread divider, and how the user stands to
 * it. The newest replies are loaded when the first component asks (rule E6.14).
 *
 * `error` has the code `not_found`, `not_member`, `offline` or another of the server.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Thread() {
 *   const { root, messages, isFollowing, follow, send } = useThread(conversationId, messageId);
 *   return (
 *     <>
 *       <p>{root?.content}</p>
 *       {messages.map(({ id, content }) => (
 *         <p key={id}>{content}</p>
 *       ))}
 *       {!isFollowing && <button onClick={() => void follow()}>Follow</button>}
 *       <button onClick={() => void send({ content: 'Agreed' })}>Agree</button>
 *     </>
 *   );
 * }
 * ```
 */
export function useThread(
  conversationId: string,
  rootId: string,
  options: UseMessagesOptions = {},
): UseThreadResult {
  return useScreen(createThread, conversationId, rootId, options);
}
