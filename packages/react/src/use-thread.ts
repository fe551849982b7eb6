import { derive, type Message, type MessageInput, type Queued, type ThreadState } from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { useMessage } from './use-message';
import { useMessageItems, type UseMessagesOptions, type UseMessagesResult } from './use-message-items';
import { useReadable } from './use-readable';

/** The replies, as {@link useMessages} gives messages, with what else a thread is. */
export interface UseThreadResult extends UseMessagesResult {
  /** The message the thread hangs under; null until it is loaded. */
  readonly root: Message<RegisteredKinds> | null;
  readonly isFollowing: boolean;
  /** Unread replies; 0 for who does not follow. */
  readonly unreadCount: number;
  readonly follow: () => Promise<Queued<ThreadState | null>>;
  readonly unfollow: () => Promise<Queued<ThreadState | null>>;
  /** Marks the replies as read up to `seq`, by default to the newest one loaded; does nothing when they are. */
  readonly markRead: (seq?: number) => Promise<void>;
  /** Sends a reply; settles as {@link useSendMessage} does. */
  readonly send: (input: MessageInput<RegisteredKinds>) => Promise<Queued<Message<RegisteredKinds>>>;
}

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
  options?: UseMessagesOptions,
): UseThreadResult {
  const { messages, threads } = useConfab();
  const list = threads.replies(conversationId, rootId);
  const state = useMemo(() => threads.state(rootId), [threads, rootId]);
  const reading = useMemo(
    () => derive([state], (known) => known && { ...known, unreadCount: known.unread }),
    [state],
  );
  const replies = useMessageItems(list, reading, options);
  const { message: root, isPending, error } = useMessage(conversationId, rootId);
  const now = useReadable(state);
  const actions = useMemo(
    () => ({
      follow: () => threads.follow(conversationId, rootId),
      unfollow: () => threads.follow(conversationId, rootId, false),
      markRead: async (seq?: number) => {
        const target = seq ?? list.get().messages.findLast((reply) => reply.seq !== null)?.seq ?? 0;
        if (target > (state.get()?.lastReadSeq ?? 0)) await threads.markRead(conversationId, rootId, target);
      },
      send: (input: MessageInput<RegisteredKinds>) =>
        messages.send(conversationId, { ...input, threadRootId: rootId }),
    }),
    [threads, messages, list, state, conversationId, rootId],
  );
  return useMemo(
    () => ({
      ...replies,
      isPending: replies.isPending || isPending,
      error: replies.error ?? error,
      root,
      isFollowing: now?.isFollowing ?? false,
      unreadCount: now?.unread ?? 0,
      ...actions,
    }),
    [replies, isPending, error, root, now, actions],
  );
}
