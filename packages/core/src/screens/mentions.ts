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

/**
 * At the caret: what a name is made of, after an `@`, also the full-width and the small one. Names have apostrophes, dots in
 * the middle (Catalan, Chinese, Japanese), hyphens, and joiners that cannot be seen (Persian, Hindi).
 */
const QUERY = /[@＠﹫]([\p{L}\p{M}\p{N}\p{Join_C}_.'’‘·・･‐‑-]{0,40})$/u;

/** What a letter may carry: accents and vowels. Not what encloses it: a digit in a key cap is an emoji. */
const MARK = /^[\p{Mn}\p{Mc}]/u;

/** After one of these an `@` goes on a word, as in an address. */
const WORD = /^[\p{L}\p{N}_@＠﹫]/u;

/** Writing without spaces between words, and Korean, which joins to what it says: there an `@` begins a word anywhere. */
const UNSPACED =
  /^[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Yiii}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Java}\p{scx=Bali}\p{scx=Sund}\p{scx=Cham}\p{scx=Tale}\p{scx=Talu}\p{scx=Lana}\p{scx=Tavt}]/u;

/** What stands before an `@` in a link, as in `https://example.org/@ann`. */
const LINK = /(?:[a-z][a-z\d+.-]*:\/\/|www\.|[a-z\d-]+(?:\.[a-z\d-]+)+\/)\S*$/i;

/** Whether a word can begin at the end of a text: not within one, in an address or in a link. */
function endsBeforeWord(text: string): boolean {
  const letters = [...text.slice(-40)];
  const last = letters.findLast((letter) => !MARK.test(letter)) ?? '';
  return (!WORD.test(last) || UNSPACED.test(last)) && !LINK.test(text.slice(-500));
}

/** What is being looked for at the caret; null when nothing is. */
export function queryAt({ text, mentions }: Written, caret: number): string | null {
  const query = QUERY.exec(text.slice(0, caret))?.[1];
  if (query === undefined) return null;
  const at = caret - query.length - 1;
  const isMarked = mentions.some(({ start, length }) => at >= start && at < start + length);
  return !isMarked && endsBeforeWord(text.slice(0, at)) ? query : null;
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
