import type { Conversation, ConversationFilter } from '@confab/core';

/** What of it decides, whatever kinds its messages have. */
type Facts = Omit<Conversation, 'lastMessage'>;

/** Which conversations to list; without anything all but hidden ones. */
export interface ConversationsFilter extends Omit<ConversationFilter, 'kind' | 'state' | 'after' | 'limit'> {
  /** Any of these kinds. */
  readonly kinds?: readonly string[];
}

/** What the server is asked for. It knows one kind; of several it sends all, and those that do not fit are left out. */
export function forServer({ kinds = [], ...filter }: ConversationsFilter): ConversationFilter {
  const [kind] = kinds;
  return kind !== undefined && kinds.length === 1 ? { ...filter, kind } : filter;
}

/** Whether a conversation fits, as the server would say; `isFound` where it has said so of the query. */
export function fits(
  conversation: Facts,
  { kinds = [], context, query, isHidden = false, ...filter }: ConversationsFilter,
  isFound: boolean,
  currentUserId: string | null | undefined,
): boolean {
  const { isPinned, isArchived, isMuted, isUnread } = filter;
  return (
    (kinds.length === 0 || kinds.includes(conversation.kind)) &&
    (context === undefined ||
      (conversation.contextType === context.type &&
        (context.id === undefined || conversation.contextId === context.id))) &&
    is(conversation.isHidden, isHidden) &&
    is(conversation.isPinned, isPinned) &&
    is(conversation.isArchived, isArchived) &&
    is(isMutedNow(conversation), isMuted) &&
    is(conversation.unreadCount > 0 || conversation.unreadThreadCount > 0, isUnread) &&
    (isFound || isNamed(conversation, folded(query ?? ''), currentUserId))
  );
}

const is = (really: boolean, wanted: boolean | undefined) => wanted === undefined || really === wanted;

function isMutedNow({ mutedUntil }: Facts): boolean {
  return mutedUntil !== null && (mutedUntil === 'infinity' || Date.parse(mutedUntil) > Date.now());
}

function isNamed({ title, members }: Facts, part: string, currentUserId: string | null | undefined): boolean {
  const others = members.filter(({ userId }) => userId !== currentUserId);
  const names = others.map(({ profile }) => profile.displayName);
  return part === '' || [title ?? '', ...names].some((name) => folded(name).includes(part));
}

/** Without case, accents and what cannot be seen. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .trim();
}
