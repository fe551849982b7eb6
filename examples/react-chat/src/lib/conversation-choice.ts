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

/** What to say when nothing is listed. */
export function nothingText({ kind, isUnread, place }: ConversationChoice, query: string): string {
  if (query !== '' || kind !== null || (isUnread && place !== null)) return 'No conversation fits.';
  switch (place) {
    case 'pinned':
      return 'Nothing is pinned. What you pin stays on top of the list.';
    case 'muted':
      return 'Nothing is muted. What you mute is still listed, but counts quietly.';
    case 'archived':
      return 'Nothing is archived. What you archive is kept here, out of the way.';
    case null:
      return 'Everything is read.';
  }
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
