import type { JumpTarget, MessageList } from '../features/message-list';
import { createWritable, derive, type Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import type { MessagesView } from '../model/view';
import { createMessageItems, firstUnread, type MessageListItem } from './message-items';
import type { Parts, Screen } from './parts';

/** Of a {@link createTimeline}. */
export interface TimelineOptions {
  /** Decides where days begin, also for `jumpTo`, as `Intl` names it; by default that of the device. Name one where HTML comes from a server. */
  readonly timeZone?: string;
  /**
   * - `kept` (by default): above what was unread when this was first shown; stays until `clearUnreadDivider`
   * - `live`: above what is unread now; goes as soon as it is marked as read
   */
  readonly unreadDivider?: 'kept' | 'live';
}

/** Messages with what stands between them. */
export interface TimelineView<K extends MessageKinds = MessageKinds> extends MessagesView<K> {
  /** The messages, days and unread divider, line by line. An item keeps its reference while it is the same. */
  readonly items: readonly MessageListItem<K>[];
  /** What comes after this seq is below the unread divider, loaded or not: jump there. Null without one. */
  readonly unreadAfterSeq: number | null;
}

/** What a list of messages is asked to do; all are stable references. */
export interface TimelineActions {
  /** Loads the page before the oldest message; resolves when it is shown, at once when there is none. Rejects with a ConfabError. */
  readonly fetchOlder: () => Promise<void>;
  /** Loads the page after the newest message, in the same way. */
  readonly fetchNewer: () => Promise<void>;
  /**
   * Shows the messages around another one, or a day; resolves with its seq when they are shown. Rejects with a ConfabError:
   * `not_found`, `not_member`, `offline`, `invalid`.
   */
  readonly jumpTo: (target: JumpTarget) => Promise<number>;
  /** Shows the newest messages again. */
  readonly jumpToLatest: () => Promise<void>;
  /** Takes the unread divider away. */
  readonly clearUnreadDivider: () => void;
}

/** How far the user has read a list. */
export interface Reading {
  readonly lastReadSeq: number;
  readonly isUnread: boolean;
}

export const isSameReading = (a: Reading | null, b: Reading | null): boolean =>
  a?.lastReadSeq === b?.lastReadSeq && a?.isUnread === b?.isUnread;

/**
 * The messages of a conversation as a list shows them: with days, groups by sender and the unread divider (rule E16).
 * Watching it loads the newest page.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```ts
 * const timeline = createTimeline(confab, conversationId);
 * const stop = observe(timeline, ({ items }) => {
 *   for (const item of items)
 *     if (item.type === 'message') console.log(item.isFirstOfGroup && item.message.sender?.displayName, item.message.content);
 *     else console.log(item.type === 'day' ? item.date : 'Unread');
 * });
 * await timeline.actions.fetchOlder();
 * ```
 */
export function createTimeline<K extends MessageKinds>(
  { messages, conversations }: Pick<Parts<K>, 'messages' | 'conversations'>,
  conversationId: string,
  options?: TimelineOptions,
): Screen<TimelineView<K>, TimelineActions> {
  const reading = derive(
    [conversations.get(conversationId)],
    ({ conversation }) =>
      conversation && { lastReadSeq: conversation.lastReadSeq, isUnread: conversation.unreadCount > 0 },
    isSameReading,
  );
  return timelineOf(messages.list(conversationId), reading, options);
}

export function timelineOf<K extends MessageKinds>(
  list: MessageList<K>,
  reading: Readable<Reading | null>,
  { timeZone, unreadDivider }: TimelineOptions = {},
): Screen<TimelineView<K>, TimelineActions> {
  const toItems = createMessageItems<K>(timeZone);
  const clears = createWritable(0);
  let kept: number | null = null;
  let seen: number | undefined;
  const unreadAfter = derive([reading, clears], (now) => {
    if (!now) return kept;
    const { lastReadSeq, isUnread } = now;
    // When it is opened, and when something is marked as unread.
    if (unreadDivider === 'live' || seen === undefined || lastReadSeq < seen)
      kept = isUnread ? lastReadSeq : null;
    seen = lastReadSeq;
    return kept;
  });
  return {
    ...derive([list, unreadAfter], (view, unreadAfterSeq) => ({
      ...view,
      items: toItems(view.messages, view.hasOlder, firstUnread(view.messages, unreadAfterSeq, view.hasOlder)),
      unreadAfterSeq,
    })),
    actions: {
      fetchOlder: () => list.fetchOlder(),
      fetchNewer: () => list.fetchNewer(),
      jumpTo: (target) => list.jumpTo('date' in target && timeZone ? { timeZone, ...target } : target),
      jumpToLatest: () => list.jumpToLatest(),
      clearUnreadDivider() {
        kept = null;
        clears.update((count) => count + 1);
      },
    },
  };
}
