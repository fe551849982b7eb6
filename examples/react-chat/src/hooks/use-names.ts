import { useState } from 'react';
import type { Conversation } from '../lib/types';
import type { Names } from '../lib/system-text';

/** The names of a conversation's members; the same object while they are the same. */
export function useNames(conversation: Conversation | null): Names {
  const [names, setNames] = useState<Names>(new Map());
  const members = conversation?.members ?? [];
  const isSame =
    members.length === names.size &&
    members.every(({ userId, profile }) => names.get(userId) === profile.displayName);
  if (isSame) return names;
  const next = new Map(members.map(({ userId, profile }) => [userId, profile.displayName]));
  setNames(next);
  return next;
}
