import type { Member, Profile } from '../model/view';

/** A mention in a text that is being written. */
export interface Mention {
  /** Null mentions everyone. */
  readonly userId: string | null;
  /** Where `@name` begins in the text, and how long it is, in UTF-16 units as strings count. */
  readonly start: number;
  readonly length: number;
}

/** Whom to mention; without an id everyone, by the word the app has for it. */
export type Mentionable = Pick<Profile, 'displayName'> & { readonly id: string | null };

/** A text with its mentions. */
export interface Written {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

/** An `@` with the beginning of a name after it, at the end of what is before the caret; no addresses. */
const QUERY = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{M}\p{N}_.'’-]{0,40})$/u;

/** What is being looked for at the caret; null when nothing is. */
export function queryAt({ text, mentions }: Written, caret: number): string | null {
  const query = QUERY.exec(text.slice(0, caret))?.[1];
  if (query === undefined) return null;
  const start = caret - query.length - 1;
  return mentions.some((mention) => mention.start === start) ? null : query;
}

/** The mentions after the text was changed in one place: those in front stay, those behind move, those touched go. */
export function moved({ text, mentions }: Written, next: string): readonly Mention[] {
  if (mentions.length === 0) return mentions;
  const shorter = Math.min(text.length, next.length);
  let head = 0;
  while (head < shorter && text[head] === next[head]) head++;
  let tail = 0;
  while (tail < shorter - head && text.at(-1 - tail) === next.at(-1 - tail)) tail++;
  return mentions.flatMap((mention) => {
    if (mention.start + mention.length <= head) return mention;
    if (mention.start < text.length - tail) return [];
    return { ...mention, start: mention.start + next.length - text.length };
  });
}

/** The text with `insert` in the place of what is from `from` to before `to`. */
export function replaced(written: Written, from: number, to: number, insert: string): Written {
  const text = written.text.slice(0, from) + insert + written.text.slice(to);
  const kept = written.mentions.filter(({ start, length }) => start + length <= from || start >= to);
  const shift = text.length - written.text.length;
  return {
    text,
    mentions: kept.map((mention) =>
      mention.start >= to ? { ...mention, start: mention.start + shift } : mention,
    ),
  };
}

/** Where people are mentioned in a text that comes without the places. */
export function mentionsIn(
  text: string,
  userIds: readonly string[],
  members: readonly Member[],
): readonly Mention[] {
  return members.flatMap(({ userId, profile: { displayName } }) => {
    const start = displayName && userIds.includes(userId) ? text.indexOf(`@${displayName}`) : -1;
    return start < 0 ? [] : { userId, start, length: displayName.length + 1 };
  });
}

/** What a draft says of its mentions, as far as that can be so. */
export function readMentions(text: string, value: unknown): readonly Mention[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    const { userId, start, length } = (entry ?? {}) as Partial<Record<keyof Mention, unknown>>;
    return (typeof userId === 'string' || userId === null) &&
      typeof start === 'number' &&
      typeof length === 'number' &&
      text[start] === '@' &&
      start + length <= text.length
      ? { userId, start, length }
      : [];
  });
}
