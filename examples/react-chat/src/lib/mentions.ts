import { mentionsOf, type Mentionable } from '@confab/react';
import type { Message } from './types';

/** Where somebody is mentioned in a text. */
export interface MentionRange {
  readonly start: number;
  readonly end: number;
}

const everyone: Mentionable = { id: null, displayName: 'everyone' };

/** Where a message mentions somebody, within so much of its text. */
export function mentionRanges(
  message: Pick<Message, 'content' | 'mentions' | 'mentionedUserIds' | 'mentionsEveryone'>,
  people: readonly Mentionable[],
  length = Infinity,
): readonly MentionRange[] {
  return mentionsOf(message, [...people, everyone])
    .map((mention) => ({ start: mention.start, end: mention.start + mention.length }))
    .filter(({ end }) => end <= length);
}
