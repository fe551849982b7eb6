import { isBlank, WHITE } from '../../lib/blank';
import { fold } from '../../lib/fold';
import { charLength, fail, type ArgumentReader } from './arguments';
import { requireMember, requireMessage } from './checks';
import { descending, DIGITS, pageOf, pagePlace, pageSize } from './pages';
import { GAP, hasWords, plain, signedWords, UNSPACED } from './search-text';
import type { Db, Message } from './state';
import { isHiddenFor } from './unread';
import { messageFor, profilesOf } from './wire';

const STARTS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');
const ENDS_UNSPACED = new RegExp(`[${UNSPACED}]$`, 'u');
const BEFORE = `(?<![^${GAP}${UNSPACED}])`;
const AFTER = `(?![^${GAP}${UNSPACED}])`;
const PIECES = new RegExp(`"([^"]*)"?|([^${WHITE}"]+)`, 'gu');
const LEADING_GAP = new RegExp(`^[${GAP}]+`, 'u');
const CUT_WORD = new RegExp(`[^${WHITE}]+$`, 'u');
const BLANK_RUN = new RegExp(`[${WHITE}]+`, 'gu');
const MAX_QUERY = 200;
const MAX_INDEXED = 50_000;
const MAX_RANKED = 1000;
const MAX_SNIPPET = 200;

interface Query {
  /** Parts of `plain(content)`. */
  readonly needed: readonly string[];
  readonly excluded: readonly string[];
  /** Parts of folded content without its blanks. */
  readonly written: readonly string[];
  readonly marks: RegExp;
}

/** As part of plain text; where writing has no spaces, a word is found inside a longer run. */
const partOf = (word: string): string =>
  `${STARTS_UNSPACED.test(word) ? '' : ' '}${word}${ENDS_UNSPACED.test(word) ? '' : ' '}`;

const escaped = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** As much of a search text as is looked for: its first 200 characters, in whole words. */
function startOf(given: string): string {
  const quoted = given.replace(/[“”„‟«»]/g, '"');
  if (charLength(quoted) <= MAX_QUERY) return quoted;
  const text = quoted.replace(LEADING_GAP, '') || quoted;
  const whole = [...text]
    .slice(0, MAX_QUERY + 1)
    .join('')
    .replace(CUT_WORD, '');
  return isBlank(whole) ? [...text].slice(0, MAX_QUERY).join('') : whole;
}

const piecesOf = (text: string) =>
  [...text.matchAll(PIECES)].map(([, phrase, word]) => ({
    isPhrase: phrase !== undefined,
    text: phrase ?? word ?? '',
  }));

/** Words and "phrases", and those that must not be there; null when there is nothing to look for. */
function parseQuery(given: string | null, excluding: string | null): Query | null {
  if (excluding !== null && charLength(excluding) > MAX_QUERY)
    fail('invalid', `unable to search; what is excluded exceeds ${MAX_QUERY} characters`);
  const excluded = piecesOf(startOf(excluding ?? ''))
    .map(({ text }) => plain(text).trim())
    .filter(hasWords)
    .map(partOf);
  const text = startOf(given ?? '');
  const isOfWords = hasWords(plain(text));
  const needed: string[] = [];
  const written: string[] = [];
  const marks: string[] = [];
  const signedMarks: string[] = [];
  let prefix: string | null = null;
  for (const piece of piecesOf(text)) {
    const words = plain(piece.text).trim();
    // Signs by themselves say nothing beside words.
    if (words === '' || (isOfWords && !hasWords(words))) continue;
    prefix = null;
    for (const word of isOfWords ? signedWords(piece.text) : []) {
      written.push(word.replaceAll(' ', ''));
      if (!piece.isPhrase) signedMarks.push(escaped(word));
    }
    // Without quotes every word is looked for by itself, wherever it stands.
    for (const part of isOfWords && piece.isPhrase ? [words] : words.split(' ')) {
      if (!isOfWords) {
        needed.push(` ${part}`);
        marks.push(escaped(part));
        continue;
      }
      const isUnspaced = STARTS_UNSPACED.test(part);
      const length = charLength(part);
      needed.push(partOf(part));
      prefix = !isUnspaced && length >= 3 && (!piece.isPhrase || length >= MAX_QUERY - 1) ? part : null;
      const mark = part.split(' ').map(escaped).join(`[${GAP}]*`);
      marks.push(isUnspaced ? mark : ENDS_UNSPACED.test(part) ? BEFORE + mark : BEFORE + mark + AFTER);
    }
  }
  if (needed.length === 0) return null;
  if (prefix !== null) {
    needed[needed.length - 1] = ` ${prefix}`;
    marks[marks.length - 1] = `${BEFORE}${escaped(prefix)}[^${GAP}${UNSPACED}]*`;
  }
  const longestFirst = marks.sort((x, y) => charLength(y) - charLength(x));
  return { needed, excluded, written, marks: new RegExp([...signedMarks, ...longestFirst].join('|'), 'gu') };
}

/** How well a plain text fits: how often the words occur, whether the last one is whole, how short the text is. */
function rankOf(text: string, { needed }: Query): number {
  const length = charLength(text);
  const sum = needed.reduce((total, part) => {
    const rest = charLength(text.replaceAll(part, ' '));
    const found = (length - rest) / Math.max(1, charLength(part) - 1);
    const isWhole = text.includes(`${part.trimEnd()} `);
    return total + (1 + Math.log(Math.max(1, found))) * (isWhole ? 1 : 0.7);
  }, 0);
  return Number((sum / needed.length / (1 + Math.log(1 + length / 100))).toFixed(4));
}

const MARK_START = '\ue000';
const MARK_END = '\ue001';

/** An excerpt from around the first match, each match between U+E000 and U+E001. */
function snippetOf(content: string, { marks }: Query): string {
  const text = [
    ...content
      .replace(/[\ue000\ue001]/g, '')
      .replace(BLANK_RUN, ' ')
      .normalize('NFC'),
  ];
  // Where folding changes the length, each folded character is traced back to the one it came from.
  const origin = text.flatMap((character, i) => [...fold(character)].map(() => i));
  const folded = fold(text.join(''));
  const placeOf = (unit: number) => origin[charLength(folded.slice(0, unit))] ?? text.length;
  const matches = [...folded.matchAll(marks)].map(({ index, 0: match }) => ({
    from: placeOf(index),
    to: placeOf(index + match.length),
  }));
  const first = matches[0]?.from ?? 0;
  let low = 0;
  if (text.length > MAX_SNIPPET && first + 1 > 60) {
    low = Math.min(first - 40, text.length - MAX_SNIPPET);
    const blank = text.slice(low, low + 20).indexOf(' ');
    low += blank + 1;
  }
  const high = Math.min(text.length, low + MAX_SNIPPET);
  const cut = (from: number, to: number) => text.slice(Math.max(from, low), Math.min(to, high)).join('');
  let snippet = low > 0 || (text.length > MAX_SNIPPET && first + 1 > 60) ? '…' : '';
  let at = 0;
  for (const { from, to } of matches) {
    const marked = cut(from, to);
    snippet += cut(at, from) + (marked === '' ? '' : MARK_START + marked + MARK_END);
    at = to;
  }
  return snippet + cut(at, text.length) + (high < text.length ? '…' : '');
}

function filterOf(db: Db, me: string, read: ArgumentReader, doing: string) {
  const conversationId = read('uuid', 'conversation_id');
  const senderId = read('uuid', 'sender_id');
  const kind = read('text', 'kind');
  const from = read('time', 'from_time') ?? -Infinity;
  const to = read('time', 'to_time') ?? Infinity;
  const hasAttachment = read('boolean', 'has_attachment');
  const rootId = read('uuid', 'thread_root_id');
  if (kind !== null && !db.messageKinds.has(kind))
    fail('unknown_kind', `unable to ${doing}; no such kind of message`);
  if (conversationId !== null) requireMember(db, conversationId, me, doing);
  const root = rootId === null ? null : requireMessage(db, rootId, me, doing);
  if (root && conversationId !== null && root.conversation.id !== conversationId)
    fail('not_found', `unable to ${doing}; no such thread in the conversation`);
  const inside = conversationId ?? root?.conversation.id ?? null;
  const isAttachment = (message: Message) => db.messageKinds.get(message.kind)?.isAttachment ?? false;
  return (message: Message): boolean =>
    (inside === null || message.conversation.id === inside) &&
    (senderId === null || message.senderId === senderId) &&
    (kind === null || message.kind === kind) &&
    message.createdAt >= from &&
    message.createdAt < to &&
    (rootId === null || message.threadRootId === rootId || message.id === rootId) &&
    (hasAttachment === null || isAttachment(message) === hasAttachment);
}

/**
 * Messages the caller can see that have all the words of a text. The words of each message are compared one by one: what
 * the database does to find them fast is not modelled, nor that it cuts single words of more than 64 characters.
 */
export function searchMessages(db: Db, me: string, read: ArgumentReader) {
  const doing = 'search';
  const rows = pageSize(read('integer', 'max_rows'), 20);
  const sort = read('text', 'sort') ?? 'newest';
  const isRanked = sort === 'relevance';
  const place = pagePlace(read('text', 'before'), isRanked ? /^\d{1,9}-\d{1,17}$/ : DIGITS, doing);
  if (sort !== 'newest' && !isRanked) fail('invalid', `unable to ${doing}; sort must be newest or relevance`);
  const fits = filterOf(db, me, read, doing);
  const query = parseQuery(read('text', 'query'), read('text', 'excluding'));
  const found = query === null ? [] : [...matching(db, me, query)].filter(({ message }) => fits(message));
  const newest = found
    .map(({ message, text }) => ({ message, text, at: message.createdAt, id: message.id }))
    .sort((a, b) => descending(a.at, a.id, b.at, b.id))
    .slice(0, isRanked ? MAX_RANKED : Infinity)
    .map((one) => {
      const rank = query === null ? 0 : rankOf(one.text, query);
      return { ...one, rank, level: isRanked ? Math.round(rank * 10_000) : 0 };
    })
    .sort((a, b) => b.level - a.level || descending(a.at, a.id, b.at, b.id));
  const [level = 0, at = 0] = isRanked ? (place?.key.split('-').map(Number) ?? []) : [0, Number(place?.key)];
  const { items, next } = pageOf(
    newest,
    rows,
    (one) =>
      !place || one.level < level || (one.level === level && descending(at, place.id, one.at, one.id) < 0),
    (one) => `${isRanked ? `${one.level}-` : ''}${one.at}_${one.id}`,
  );
  return {
    results: items.map(({ message, rank }) => ({
      message: messageFor(db, me, message),
      snippet: query === null ? '' : snippetOf(message.content ?? '', query),
      rank,
    })),
    profiles: profilesOf(
      db,
      items.map(({ message }) => message.senderId),
    ),
    next,
  };
}

function* matching(db: Db, me: string, { needed, excluded, written }: Query) {
  for (const member of db.user(me).memberships.values()) {
    if (member.state !== 'joined') continue;
    for (const message of member.conversation.messages) {
      if (message.content === null || message.seq < member.visibleFromSeq) continue;
      const text = plain(message.content.slice(0, MAX_INDEXED));
      const isFound =
        needed.every((part) => text.includes(part)) &&
        (written.length === 0 || isWritten(message.content, written));
      if (isFound && !excluded.some((part) => text.includes(part)) && !isHiddenFor(db, member, message))
        yield { message, text };
    }
  }
}

function isWritten(content: string, words: readonly string[]): boolean {
  const text = fold(content).replaceAll(' ', '');
  return words.every((word) => text.includes(word));
}
