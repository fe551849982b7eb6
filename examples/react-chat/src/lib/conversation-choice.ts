import type { ConversationsFilter } from '@confab/react';

/** What the user chose to see in the list. */
export interface ConversationChoice {
  readonly kind: 'direct' | 'group' | null;
  readonly isUnread: boolean;
  readonly place: 'pinned' | 'muted' | 'archived' | null;
}

export const everything: ConversationChoice = { kind: null, isUnread: false, place: null };

export function isEverything({ kind, isUnread, place }: ConversationChoice): boolean {
  return kind === null && !isUnread && place === null;
}

/** The kinds that come with Confab; an app names its own. */
const KINDS = { direct: ['direct'], group: ['group', 'course', 'announcement'] };

export function toFilter({ kind, isUnread, place }: ConversationChoice, query: string): ConversationsFilter {
  return {
    // Who looks for something does not know whether it was put away.
    ...((query === '' || place === 'archived') && { isArchived: place === 'archived' }),
    ...(query !== '' && { query }),
    ...(kind && { kinds: KINDS[kind] }),
    ...(isUnread && { isUnread }),
    ...(place === 'pinned' && { isPinned: true }),
    ...(place === 'muted' && { isMuted: true }),
  };
}
