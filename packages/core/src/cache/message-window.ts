import type { MessageRecord, SeqRange } from '../model/records';
import type { HistoryPage } from '../model/wire';
import { mergeMessage } from './merge-message';

/**
 * A range of the timeline, or of a thread, without holes (rule E6): all its messages inside `covers` are in it; seqs that
 * are missing there belong elsewhere. Pages are short arrays so that a new message copies one page, not the whole window.
 */
export interface MessageWindow {
  readonly covers: SeqRange;
  readonly hasOlder: boolean;
  /** False at the live end: new messages continue it. */
  readonly hasNewer: boolean;
  /** Ascending by seq, within and across pages; none is empty. */
  readonly pages: readonly Page[];
}

type Page = readonly MessageRecord[];

const PAGE_SIZE = 100;

export function openWindow(history: HistoryPage): MessageWindow {
  return {
    covers: history.covers,
    hasOlder: history.has_older,
    hasNewer: history.has_newer,
    pages: paginate(history.messages),
  };
}

/** Whether they overlap or adjoin, so that together they have no hole either. */
export function doMeet(a: MessageWindow, b: MessageWindow): boolean {
  return a.covers.from <= b.covers.to + 1 && b.covers.from <= a.covers.to + 1;
}

/** Two windows that meet, as one. Pages of the first stay as they are where the other knows nothing newer. */
export function joinWindows(base: MessageWindow, other: MessageWindow): MessageWindow {
  const { from, to } = base.covers;
  const rows = other.pages.flat();
  const inner = rows.filter(({ seq }) => seq >= from && seq <= to).reduce(putRow, base);
  return {
    covers: { from: Math.min(from, other.covers.from), to: Math.max(to, other.covers.to) },
    hasOlder:
      other.covers.from < from
        ? other.hasOlder
        : base.hasOlder && (other.covers.from > from || other.hasOlder),
    hasNewer:
      other.covers.to > to ? other.hasNewer : base.hasNewer && (other.covers.to < to || other.hasNewer),
    pages: [
      ...paginate(rows.filter(({ seq }) => seq < from)),
      ...inner.pages,
      ...paginate(rows.filter(({ seq }) => seq > to)),
    ],
  };
}

/**
 * Puts a newer state of a message in its place, or the next message at the live end. The same window when it says nothing
 * new, or is of elsewhere.
 *
 * @param isOurs whether it is a message of what the window shows; others only move what it covers
 */
export function putMessage(window: MessageWindow, message: MessageRecord, isOurs: boolean): MessageWindow {
  const { covers, pages } = window;
  if (message.seq <= covers.to)
    return isOurs && message.seq >= covers.from ? putRow(window, message) : window;
  if (window.hasNewer || message.seq !== covers.to + 1) return window;
  const last = pages.at(-1);
  const grown =
    last && last.length < PAGE_SIZE
      ? replace(pages, pages.length - 1, last.concat([message]))
      : pages.concat([[message]]);
  return reaching(window, { from: covers.from, to: message.seq }, isOurs ? grown : pages);
}

/** One literal, as wherever messages arrive: the copy of a copy, made by spreading, costs ten times as much. */
function reaching({ hasOlder, hasNewer }: MessageWindow, covers: SeqRange, pages: readonly Page[]) {
  return { covers, hasOlder, hasNewer, pages };
}

/** Puts a row into what the window covers; the same window when it holds it, or a newer state of it. */
function putRow(window: MessageWindow, message: MessageRecord): MessageWindow {
  const { covers, pages } = window;
  const [p, i] = placeOf(pages, message.seq);
  const page = pages[p];
  if (!page) return reaching(window, covers, [[message], ...pages]);
  const known = page[i];
  const merged = known?.seq === message.seq ? mergeMessage(known, message) : message;
  if (merged === known) return window;
  const next =
    known?.seq === message.seq
      ? replace(page, i, merged)
      : page.slice(0, i + 1).concat([message], page.slice(i + 1));
  return reaching(window, covers, replace(pages, p, next));
}

/** Puts a message in the place of its other state, whichever of them is newer. */
export function swapRow(window: MessageWindow, message: MessageRecord): MessageWindow {
  const { covers, pages } = window;
  const [p, i] = placeOf(pages, message.seq);
  const page = pages[p];
  return page?.[i]?.id === message.id
    ? reaching(window, covers, replace(pages, p, replace(page, i, message)))
    : window;
}

/** What the window holds at a seq. */
export function rowAt({ pages }: MessageWindow, seq: number): MessageRecord | undefined {
  const [p, i] = placeOf(pages, seq);
  const row = pages[p]?.[i];
  return row?.seq === seq ? row : undefined;
}

/** The window without its oldest or newest pages, so that at least `rows` messages are left; the same when it is short. */
export function trimmed(window: MessageWindow, rows: number, side: 'oldest' | 'newest'): MessageWindow {
  const { pages, covers } = window;
  let spare = rowCount(window) - rows;
  let first = 0;
  let end = pages.length;
  for (;;) {
    spare -= (side === 'oldest' ? pages[first] : pages[end - 1])?.length ?? Infinity;
    if (spare < 0) break;
    if (side === 'oldest') first++;
    else end--;
  }
  if (first === 0 && end === pages.length) return window;
  const left = pages.slice(first, end);
  return side === 'oldest'
    ? { ...window, pages: left, hasOlder: true, covers: { ...covers, from: left[0]?.[0]?.seq ?? covers.to } }
    : {
        ...window,
        pages: left,
        hasNewer: true,
        covers: { ...covers, to: left.at(-1)?.at(-1)?.seq ?? covers.from },
      };
}

export function rowCount({ pages }: MessageWindow): number {
  return pages.reduce((sum, page) => sum + page.length, 0);
}

/** What is unread: how many messages, and how many of them mention the user. */
export interface Unread {
  readonly messages: number;
  readonly mentions: number;
}

/**
 * What counts as unread for this user after `seq`; null when the window does not hold all that follows it (rule D7).
 */
export function unreadAfter(
  window: MessageWindow | undefined,
  seq: number,
  userId: string | null,
): Unread | null {
  if (!window || window.hasNewer || (window.hasOlder && window.covers.from > seq + 1)) return null;
  let messages = 0;
  let mentions = 0;
  for (let p = window.pages.length - 1; p >= 0; p--) {
    const page = window.pages[p] ?? [];
    for (const row of page) {
      if (row.seq <= seq || !isCounted(row, userId)) continue;
      messages++;
      if (doesMention(row, userId)) mentions++;
    }
    if ((page[0]?.seq ?? 0) <= seq) break;
  }
  return { messages, mentions };
}

export function doesMention(
  { mentionedUserIds, mentionsEveryone }: Pick<MessageRecord, 'mentionedUserIds' | 'mentionsEveryone'>,
  userId: string | null,
): boolean {
  return mentionsEveryone || (userId !== null && mentionedUserIds.includes(userId));
}

/** Whether a message is one that this user has to read (rule D7). */
export function isCounted(row: MessageRecord, userId: string | null): boolean {
  return row.counts && row.deletedAt === null && !row.isHidden && row.senderId !== userId;
}

function paginate(messages: readonly MessageRecord[]): readonly Page[] {
  const pages: Page[] = [];
  for (let i = 0; i < messages.length; i += PAGE_SIZE) pages.push(messages.slice(i, i + PAGE_SIZE));
  return pages;
}

/** Page and index of the last message up to a seq. */
function placeOf(pages: readonly Page[], seq: number): readonly [number, number] {
  const p = lastIndexWhere(pages, (page) => (page[0]?.seq ?? Infinity) <= seq);
  return [p, lastIndexWhere(pages[p] ?? [], (row) => row.seq <= seq)];
}

export function replace<T>(items: readonly T[], index: number, item: T): readonly T[] {
  const copy = items.slice();
  copy[index] = item;
  return copy;
}

/** Index of the last item that holds, in an array where those that hold come first; -1 for none. */
export function lastIndexWhere<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
