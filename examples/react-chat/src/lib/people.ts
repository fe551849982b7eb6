import type { Member, Profile } from '@confab/core';
import type { Conversation } from './types';

/** The other person of a direct conversation. */
export function otherOf(conversation: Conversation, currentUserId: string | null): Member | null {
  if (conversation.kind !== 'direct') return null;
  return conversation.members.find(({ userId }) => userId !== currentUserId) ?? null;
}

/** Everybody this user shares a conversation with, by name. */
export function knownPeople(conversations: readonly Conversation[], currentUserId: string | null): Profile[] {
  const people = new Map(
    conversations.flatMap(({ members }) => members.map(({ userId, profile }) => [userId, profile] as const)),
  );
  if (currentUserId !== null) people.delete(currentUserId);
  return [...people.values()].sort((a, b) => a.displayName.localeCompare(b.displayName));
}

/** Muting may have an end. */
export function isMuted({ mutedUntil }: Pick<Conversation, 'mutedUntil'>, now: number): boolean {
  return mutedUntil !== null && (mutedUntil === 'infinity' || Date.parse(mutedUntil) > now);
}

/** Connected people are noted down every minute or so. */
const SEEN_RECENTLY_MS = 150_000;

export function isSeenRecently(lastSeenAt: string | null, now: number): boolean {
  return lastSeenAt !== null && now - Date.parse(lastSeenAt) < SEEN_RECENTLY_MS;
}
