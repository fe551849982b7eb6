import type { Mention } from '../model/records';
import type { Message, Profile } from '../model/view';
import { endsName, type Written } from './mention-query';

/** Whom to mention; without an id everyone, by the word the app has for it. */
export type Mentionable = Pick<Profile, 'displayName'> & { readonly id: string | null };

/** A piece of a text: a mention, or what stands between two. */
export interface TextPart {
  readonly text: string;
  readonly mention: Mention | null;
}

const endOf = ({ start, length }: Mention) => start + length;

/** Whether a place lies between the two halves of a character. */
const splitsPair = (text: string, at: number) =>
  /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, at - 1), at + 1));

/** Those that lie in the text, in their order; of two that overlap the first. */
function fitting(text: string, mentions: readonly Mention[]): readonly Mention[] {
  let end = 0;
  return [...mentions]
    .sort((a, b) => a.start - b.start)
    .filter((mention) => {
      const { start, length } = mention;
      const isPlace =
        Number.isInteger(start) &&
        Number.isInteger(length) &&
        start >= end &&
        length > 0 &&
        endOf(mention) <= text.length &&
        !splitsPair(text, start) &&
        !splitsPair(text, endOf(mention));
      if (isPlace) end = endOf(mention);
      return isPlace;
    });
}

/** Where the text was changed: what is between `head` and `tail` units before the end is new. */
interface Change {
  readonly head: number;
  readonly tail: number;
}

/** Of a text that was put in, or taken out, where the same letters stand next to it, only the caret can say where. */
function changesOf(text: string, next: string, caret: number | undefined): readonly Change[] {
  const shorter = Math.min(text.length, next.length);
  let head = 0;
  while (head < shorter && text[head] === next[head]) head++;
  let tail = 0;
  while (tail < shorter && text.at(-1 - tail) === next.at(-1 - tail)) tail++;
  if (head + tail <= shorter) return [{ head, tail }];
  const first = shorter - tail;
  const byCaret = (caret ?? -1) - Math.max(0, next.length - text.length);
  const places = byCaret >= first && byCaret <= head ? [byCaret] : [head, first];
  return places.map((place) => ({ head: place, tail: shorter - place }));
}

/** Where each mention is then; null for those that were touched. */
const movedBy = ({ text, mentions }: Written, next: string, { head, tail }: Change) =>
  mentions.map((mention) => {
    if (endOf(mention) <= head) return mention;
    if (mention.start < text.length - tail) return null;
    return { ...mention, start: mention.start + next.length - text.length };
  });

const isHeld = (mention: Mention | null) => mention !== null;

function placesOf(text: string, mark: string): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) places.push(at);
  return places;
}

/**
 * The mentions after the text was changed: those in front stay, those behind move, and those touched go. What was changed
 * in two places at once, as by an autocorrection, looks like one large change: there a mention stays with what it marks,
 * as long as that stands in the text as often as before.
 *
 * @param caret where it is now, if the field has said so
 */
export function moved(written: Written, next: string, caret?: number): readonly Mention[] {
  const { text, mentions } = written;
  const [places = []] = changesOf(text, next, caret)
    .map((change) => movedBy(written, next, change))
    .sort((a, b) => b.filter(isHeld).length - a.filter(isHeld).length);
  const all = mentions.flatMap((mention, i) => {
    const place = places[i];
    if (place) return place;
    const mark = text.slice(mention.start, endOf(mention));
    const [before, after] = [placesOf(text, mark), placesOf(next, mark)];
    const start = before.length === after.length ? after[before.indexOf(mention.start)] : undefined;
    return start === undefined ? [] : { ...mention, start };
  });
  return fitting(next, all);
}

/** The text with `insert` in the place of what is from `from` to before `to`. */
export function replaced(written: Written, from: number, to: number, insert: string): Written {
  const text = written.text.slice(0, from) + insert + written.text.slice(to);
  const places = movedBy(written, text, { head: from, tail: written.text.length - to });
  return { text, mentions: places.filter(isHeld) };
}

/** What is sent of a text, which is one piece of it, with its mentions. */
export function cutOut({ text, mentions }: Written, piece: string): Written {
  const from = text.indexOf(piece);
  const inside = mentions.map((mention) => ({
    ...mention,
    start: mention.start - from,
    // A name may end with a blank.
    length: Math.min(mention.length, piece.length - mention.start + from),
  }));
  return { text: piece, mentions: fitting(piece, inside) };
}

/**
 * Where a message mentions somebody, in the order of its text: where its sender has said so. Of one that says only whom,
 * as apps and bots may send it, the names of those people are looked for once; nothing of another person is taken for it.
 * Places that cannot be are left out.
 *
 * @param people those it may mention, by the names they have in it; also everyone, by the word the app has for it
 * @example
 * ```ts
 * const { messages } = confab.messages.list(conversationId).get();
 * for (const message of messages)
 *   for (const { text, mention } of cutAtMentions(message.content ?? '', mentionsOf(message)))
 *     console.log(mention ? `*${text}*` : text);
 * ```
 */
export function mentionsOf(
  message: Pick<Message, 'content' | 'mentions' | 'mentionedUserIds' | 'mentionsEveryone'>,
  people: readonly Mentionable[] = [],
): readonly Mention[] {
  const { mentions, mentionedUserIds, mentionsEveryone } = message;
  const text = message.content ?? '';
  const isMentioned = (id: string | null) => (id === null ? mentionsEveryone : mentionedUserIds.includes(id));
  if (mentions.length > 0)
    return fitting(
      text,
      mentions.filter(({ userId }) => isMentioned(userId)),
    );
  return foundByName(
    text,
    people.filter(({ id, displayName }) => isMentioned(id) && displayName !== ''),
  );
}

/** Of several of one name each stands for one `@name`, in their order. */
function foundByName(text: string, people: readonly Mentionable[]): readonly Mention[] {
  const left = [...people];
  const found: Mention[] = [];
  if (people.length === 0) return found;
  for (const { index } of text.matchAll(/[@＠﹫]/g)) {
    if (index < (found.at(-1)?.start ?? 0) + (found.at(-1)?.length ?? 0)) continue;
    const isHere = ({ displayName }: Mentionable) =>
      text.startsWith(displayName, index + 1) && endsName(text, index + 1 + displayName.length);
    // The longest name: "@Ann Lee" is not "@Ann".
    const [first] = people.filter(isHere).sort((a, b) => b.displayName.length - a.displayName.length);
    if (!first) continue;
    const at = left.findIndex(({ displayName }) => displayName === first.displayName);
    const { id: userId } = left.splice(at, at < 0 ? 0 : 1)[0] ?? first;
    found.push({ userId, start: index, length: first.displayName.length + 1 });
  }
  return found;
}

/**
 * A text in pieces, each a mention or what stands between: for lists that mark who is mentioned, by what
 * {@link mentionsOf} says. Mentions that do not fit the text are left out, so that a text may be cut before.
 */
export function cutAtMentions(text: string, mentions: readonly Mention[]): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const mention of fitting(text, mentions)) {
    if (mention.start > at) parts.push({ text: text.slice(at, mention.start), mention: null });
    at = endOf(mention);
    parts.push({ text: text.slice(mention.start, at), mention });
  }
  if (at < text.length) parts.push({ text: text.slice(at), mention: null });
  return parts;
}

/** What a draft says of its mentions, as far as that can be so. */
export function readMentions(text: string, value: unknown): readonly Mention[] {
  if (!Array.isArray(value)) return [];
  const mentions = value.flatMap((entry: unknown) => {
    const { userId, start, length } = (entry ?? {}) as Partial<Record<keyof Mention, unknown>>;
    return (typeof userId === 'string' || userId === null) &&
      typeof start === 'number' &&
      typeof length === 'number' &&
      text[start] === '@'
      ? { userId, start, length }
      : [];
  });
  return fitting(text, mentions);
}
