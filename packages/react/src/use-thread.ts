import { derive, type Message, type MessageInput, type Queued, type ThreadState } from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { useMessageItems, type UseMessagesOptions, type UseMessagesResult } from './use-message-items';
import { useReadable } from './use-readable';

/** The replies, as {@link useMessages} gives messages, with what else a thread is. */
export interface UseThreadResult extends UseMessagesResult {
  /** The message the thread hangs under; null until it is loaded. */
  readonly root: Message<RegisteredKinds> | null;
  readonly isFollowing: boolean;
  /** Whether there are unread replies; false for who does not follow. */
  readonly isUnread: boolean;
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
  const { messages, threads, currentUser } = useConfab();
  const list = threads.replies(conversationId, rootId);
  const state = useMemo(() => threads.state(rootId), [threads, rootId]);
  const one = useMemo(() => messages.get(conversationId, rootId), [messages, conversationId, rootId]);
  const reading = useMemo(
    () =>
      derive([state, one, currentUser], (known, { message }, me) => {
        if (!known || !message) return null;
        const { lastReplySeq = 0, participantIds: [last] = [] } = message.thread ?? {};
        // The server says so when it is asked; until then the replies that came meanwhile do.
        const isUnread =
          known.unread || (known.isFollowing && last !== me && lastReplySeq > known.lastReadSeq);
        return { lastReadSeq: known.lastReadSeq, unreadCount: Number(isUnread) };
      }),
    [state, one, currentUser],
  );
  const replies = useMessageItems(list, reading, options);
  const { message: root, isPending, error } = useReadable(one);
  const isFollowing = useReadable(state)?.isFollowing ?? false;
  const isUnread = Boolean(useReadable(reading)?.unreadCount);
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
      isFollowing,
      isUnread,
      ...actions,
    }),
    [replies, isPending, error, root, isFollowing, isUnread, actions],
  );
}
