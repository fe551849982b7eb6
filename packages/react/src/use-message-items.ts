import {
  createWritable,
  derive,
  type JumpTarget,
  type MessageList,
  type MessagesView,
  type Readable,
} from '@confab/core';
import { useMemo } from 'react';
import { createMessageItems, firstUnread, type MessageListItem } from './message-items';
import type { RegisteredKinds } from './register';
import { useReadable } from './use-readable';

export interface UseMessagesOptions {
  /** Decides where days begin, as `Intl` names it; by default that of the device. Name one where HTML comes from a server. */
  readonly timeZone?: string;
  /**
   * - `kept` (by default): above what was unread when this was first shown; stays until `clearUnreadDivider`
   * - `live`: above what is unread now; goes as soon as it is marked as read
   */
  readonly unreadDivider?: 'kept' | 'live';
}

export interface UseMessagesResult extends MessagesView<RegisteredKinds> {
  /** The messages with what stands between them: days, the unread divider. An item keeps its reference while it is the same. */
  readonly items: readonly MessageListItem[];
  /** What comes after this seq is below the unread divider, loaded or not: jump there. Null without one. */
  readonly unreadAfterSeq: number | null;
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
  readonly unreadCount: number;
}

/** A list of messages with its items; `reading` keeps its reference while the list does. */
export function useMessageItems(
  list: MessageList<RegisteredKinds>,
  reading: Readable<Reading | null>,
  { timeZone, unreadDivider = 'kept' }: UseMessagesOptions = {},
): UseMessagesResult {
  return useReadable(
    useMemo(
      () => createView(list, reading, unreadDivider, timeZone),
      [list, reading, unreadDivider, timeZone],
    ),
  );
}

function createView(
  list: MessageList<RegisteredKinds>,
  reading: Readable<Reading | null>,
  mode: 'kept' | 'live',
  timeZone: string | undefined,
): Readable<UseMessagesResult> {
  const toItems = createMessageItems(timeZone);
  const actions = {
    fetchOlder: () => list.fetchOlder(),
    fetchNewer: () => list.fetchNewer(),
    jumpTo: (target: JumpTarget) => list.jumpTo(target),
    jumpToLatest: () => list.jumpToLatest(),
    clearUnreadDivider() {
      kept = null;
      clears.update((count) => count + 1);
    },
  };
  const clears = createWritable(0);
  let kept: number | null = null;
  let seen: number | undefined;
  const unreadAfter = derive([reading, clears], (now) => {
    if (!now) return kept;
    const { lastReadSeq, unreadCount } = now;
    // When it is opened, and when something is marked as unread.
    if (mode === 'live' || seen === undefined || lastReadSeq < seen)
      kept = unreadCount > 0 ? lastReadSeq : null;
    seen = lastReadSeq;
    return kept;
  });
  return derive([list, unreadAfter], (view, unreadAfterSeq) => ({
    ...view,
    items: toItems(view.messages, view.hasOlder, firstUnread(view.messages, unreadAfterSeq, view.hasOlder)),
    unreadAfterSeq,
    ...actions,
  }));
}
