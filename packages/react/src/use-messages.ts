import {
  createTimeline,
  type MessageItem as ItemOf,
  type MessageListItem as ListItemOf,
  type TimelineActions,
  type TimelineOptions,
  type TimelineView,
} from '@confab/core';
import type { RegisteredKinds } from './register';
import { useScreen } from './use-screen';

export type UseMessagesOptions = TimelineOptions;
export interface UseMessagesResult extends TimelineView<RegisteredKinds>, TimelineActions {}
/** A message in its list, with its place in the run of messages by one person it belongs to. */
export type MessageItem = ItemOf<RegisteredKinds>;
/** What a list of messages shows, line by line: a message, the day that begins, the unread divider. */
export type MessageListItem = ListItemOf<RegisteredKinds>;

/**
 * The messages of a conversation, oldest first, unsent ones included (rules E5, E6), with everything a list shows: days,
 * groups by sender (at most five minutes between two messages of the same day), the unread divider. The newest page is
 * loaded when the first component asks.
 *
 * A message keeps its reference while it is the same, and so does its item: give each row a memoised component of its own,
 * and an incoming message renders one row. (The row above it renders too where the new one goes on its group.)
 *
 * `error` has the code `not_member`, `not_found`, `offline` or another of the server; what was loaded stays.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Messages() {
 *   const { items, isPending, hasOlder, fetchOlder } = useMessages(conversationId);
 *   if (isPending) return <p>Loading …</p>;
 *   return (
 *     <>
 *       {hasOlder && <button onClick={() => void fetchOlder()}>Older messages</button>}
 *       {items.map((item) =>
 *         item.type === 'day' ? (
 *           <h3 key={item.key}>{new Date(`${item.date}T00:00`).toLocaleDateString()}</h3>
 *         ) : item.type === 'unread' ? (
 *           <hr key={item.key} />
 *         ) : (
 *           <p key={item.key}>
 *             {item.isFirstOfGroup && <b>{item.message.sender?.displayName}</b>} {item.message.content}
 *           </p>
 *         ),
 *       )}
 *     </>
 *   );
 * }
 * ```
 */
export function useMessages(conversationId: string, options: UseMessagesOptions = {}): UseMessagesResult {
  return useScreen(createTimeline, conversationId, options);
}
