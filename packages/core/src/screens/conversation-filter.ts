import type { ConversationFilter } from '../features/conversations';
import type { Conversation } from '../model/view';
import { isNamed } from './names';

/** What of it decides, whatever kinds its messages have. */
type Facts = Omit<Conversation, 'lastMessage'>;

/** Which conversations to list; without anything all but hidden ones. */
export interface ConversationsFilter extends Omit<ConversationFilter, 'kind' | 'state' | 'after' | 'limit'> {
  /** Any of these kinds. */
  readonly kinds?: readonly string[];
}

/**
 * Whether a conversation fits a filter, as the server would say. `query` is looked for in its title and in the names of
 * its members but `currentUserId` (rule E16.14).
 *
 * @param now milliseconds since 1970: until then a mute may have ended
 * @example
 * ```ts
 * const held = confab.conversations.held().get();
 * const unread = held.filter((conversation) => fitsFilter(conversation, { isUnread: true }, userId, Date.now()));
 * ```
 */
export function fitsFilter(
  conversation: Facts,
  filter: ConversationsFilter,
  currentUserId: string | null | undefined,
  now: number,
): boolean {
  const { kinds, context, query = '', isHidden = false } = filter;
  const { kind, contextType, contextId, mutedUntil, title, members } = conversation;
  const facts = {
    isHidden: conversation.isHidden,
    isPinned: conversation.isPinned,
    isArchived: conversation.isArchived,
    isMuted: mutedUntil !== null && (mutedUntil === 'infinity' || Date.parse(mutedUntil) > now),
    isUnread: conversation.unreadCount > 0 || conversation.unreadThreadCount > 0,
  };
  const wanted: Partial<typeof facts> = { ...filter, isHidden };
  const others = members.filter(({ userId }) => userId !== currentUserId);
  return (
    (!kinds?.length || kinds.includes(kind)) &&
    (!context || (contextType === context.type && contextId === (context.id ?? contextId))) &&
    Object.entries(facts).every(([key, is]) => is === (wanted[key as keyof typeof facts] ?? is)) &&
    [title ?? '', ...others.map(({ profile }) => profile.displayName)].some((name) => isNamed(name, query))
  );
}
