import type { ThreadState } from '../features/threads';
import { derive } from '../lib/readable';
import type { MessageInput, MessageKinds } from '../model/kinds';
import type { Message, Queued } from '../model/view';
import type { Parts, Screen } from './parts';
import {
  isSameReading,
  timelineOf,
  type TimelineActions,
  type TimelineOptions,
  type TimelineView,
} from './timeline';

/** The replies, with what else a thread is. */
export interface ThreadView<K extends MessageKinds = MessageKinds> extends TimelineView<K> {
  /** The message the thread hangs under; null until it is loaded. */
  readonly root: Message<K> | null;
  readonly isFollowing: boolean;
  /** Whether there are unread replies; false for who does not follow. */
  readonly isUnread: boolean;
}

/** What a thread is asked to do; all are stable references. */
export interface ThreadActions<K extends MessageKinds = MessageKinds> extends TimelineActions {
  readonly follow: () => Promise<Queued<ThreadState | null>>;
  readonly unfollow: () => Promise<Queued<ThreadState | null>>;
  /** Marks the replies as read up to `seq`, by default to the newest one loaded; does nothing when they are. */
  readonly markRead: (seq?: number) => Promise<void>;
  /** Sends a reply; settles as `messages.send` does. */
  readonly send: (input: MessageInput<K>) => Promise<Queued<Message<K>>>;
}

/**
 * A thread: its root, its replies as {@link createTimeline} gives messages, and how the user stands to it (rule E16.10).
 * Watching it loads the newest replies.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```ts
 * const thread = createThread(confab, conversationId, messageId);
 * const stop = observe(thread, ({ root, items, isUnread }) => console.log(root?.content, items.length, isUnread));
 * await thread.actions.send({ content: 'Agreed' });
 * ```
 */
export function createThread<K extends MessageKinds>(
  { messages, threads }: Pick<Parts<K>, 'messages' | 'threads'>,
  conversationId: string,
  rootId: string,
  options?: TimelineOptions,
): Screen<ThreadView<K>, ThreadActions<K>> {
  const state = threads.state(rootId);
  const one = messages.get(conversationId, rootId);
  const list = threads.replies(conversationId, rootId);
  const reading = derive(
    [state, one],
    (known, { message }) => known && message && { lastReadSeq: known.lastReadSeq, isUnread: known.unread },
    isSameReading,
  );
  const replies = timelineOf(list, reading, options);
  return {
    ...derive([replies, one, state, reading], (view, { message, isPending, error }, known, read) => ({
      ...view,
      isPending: view.isPending || isPending,
      error: view.error ?? error,
      root: message,
      isFollowing: known?.isFollowing ?? false,
      isUnread: read?.isUnread ?? false,
    })),
    actions: {
      ...replies.actions,
      follow: () => threads.follow(conversationId, rootId),
      unfollow: () => threads.follow(conversationId, rootId, false),
      async markRead(seq) {
        const target = seq ?? list.get().messages.findLast((reply) => reply.seq !== null)?.seq ?? 0;
        if (target > (state.get()?.lastReadSeq ?? 0)) await threads.markRead(conversationId, rootId, target);
      },
      send: (input) => messages.send(conversationId, { ...input, threadRootId: rootId }),
    },
  };
}
