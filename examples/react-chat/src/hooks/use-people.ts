import type { Profile } from '@confab/core';
import { useConversations, useCurrentUser } from '@confab/react';
import { useMemo } from 'react';
import { demoUsers } from '../lib/demo-users';
import { knownPeople } from '../lib/people';

/** Whom this user can write to: everybody they share a conversation with, and in the demo its people. */
export function usePeople(): readonly Profile[] {
  const currentUserId = useCurrentUser() ?? null;
  const { conversations } = useConversations();
  return useMemo(() => {
    const known = knownPeople(conversations, currentUserId);
    const others = demoUsers
      .filter(({ id }) => id !== currentUserId && !known.some((person) => person.id === id))
      .map(({ id, name }) => ({ id, displayName: name, avatarUrl: null, isDeleted: false }));
    return [...known, ...others];
  }, [conversations, currentUserId]);
}
