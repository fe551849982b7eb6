import type { MessageRecord, SeqRange } from '../model/records';
import type { HistoryPage } from '../model/wire';
import { hide, mergeMessage } from './merge-message';

/**
 * A range of the timeline without holes (rule E6). Every change up to `version` to a message of the timeline inside
 * `covers` is in it; seqs that are missing there belong to replies in threads. Pages are short arrays so that a new
 * message copies one page, not the whole window.
 */
export interface MessageWindow {
  readonly version: number;
  readonly covers: SeqRange;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** Ascending by seq, within and across pages. */
  readonly pages: readonly (readonly MessageRecord[])[];
}

export type ChangeOutcome = 'applied' | 'known' | 'gap';

const PAGE_SIZE = 100;

export function openWindow(history: HistoryPage): MessageWindow {
  return {
    version: history.version,
    covers: history.covers,
    hasOlder: history.has_older,
    hasNewer: history.has_newer,
    pages: paginate(history.messages),
  };
}

/** Puts an older page in front; returns the same window when the page does not adjoin it. */
export function prependOlder(window: MessageWindow, history: HistoryPage): MessageWindow {
  if (history.covers.to !== window.covers.from - 1) return window;
  return {
    ...window,
    // The page may be older than changes already applied: claim only what both know, and a pull brings the rest.
    version: Math.min(window.version, history.version),
    covers: { from: history.covers.from, to: window.covers.to },
    hasOlder: history.has_older,
    pages: [...paginate(history.messages), ...window.pages],
  };
}

/** Applies the change that took `version`. A gap means that changes in between are missing: pull them. */
export function applyChange(
  window: MessageWindow,
  message: MessageRecord,
  version: number,
): { window: MessageWindow; outcome: ChangeOutcome } {
  if (version <= window.version) {
    // The same change may come again with what events for several people do not say.
    const isSame = messageAt(window, message.seq)?.version === message.version;
    return { window: isSame ? replaceRow(window, message) : window, outcome: 'known' };
  }
  if (version > window.version + 1) return { window, outcome: 'gap' };
  return { window: { ...upsert(window, message), version }, outcome: 'applied' };
}

/**
 * Applies all changes after the version `since`, as `pull` lists them, in any order. When the window has fallen behind
 * `since` meanwhile (an older page was put in front), its version stays: changes in between are still missing.
 *
 * @param upTo the version that is reached with them, where it is known: changes to what one may not see take versions too
 */
export function applyChanges(
  window: MessageWindow,
  changes: readonly MessageRecord[],
  since: number = window.version,
  upTo = 0,
): MessageWindow {
  const bySeq = [...changes].sort((a, b) => a.seq - b.seq);
  const merged = bySeq.reduce(upsert, window);
  const reached = changes.reduce((highest, { version }) => Math.max(highest, version), window.version);
  const version = since > window.version ? window.version : Math.max(reached, upTo);
  return version === window.version && merged === window ? window : { ...merged, version };
}

/** What the window holds at a seq. */
export function messageAt(window: MessageWindow | undefined, seq: number): MessageRecord | undefined {
  const pages = window?.pages ?? [];
  const page = pages[lastIndexWhere(pages, ([first]) => (first?.seq ?? Infinity) <= seq)] ?? [];
  const row = page[lastIndexWhere(page, (other) => other.seq <= seq)];
  return row?.seq === seq ? row : undefined;
}

/** Takes away what the user has deleted for themselves: the row stays, empty, and views leave it out. */
export function hideMessage(window: MessageWindow, id: string): MessageWindow {
  const row = window.pages.flat().find((other) => other.id === id);
  return row && !row.isHidden ? replaceRow(window, hide(row)) : window;
}

/**
 * Messages after `seq` that count as unread for this user; null when the window does not hold all that follows it
 * (rule D7).
 */
export function unreadAfter(
  window: MessageWindow | undefined,
  seq: number,
  userId: string | null,
): number | null {
  if (!window || window.hasNewer || (window.hasOlder && window.covers.from > seq + 1)) return null;
  return window.pages.flat().filter((row) => row.seq > seq && isCounted(row, userId)).length;
}

/** Whether a message is one that this user has to read (rule D7). */
export function isCounted(row: MessageRecord, userId: string | null): boolean {
  return row.counts && row.deletedAt === null && !row.isHidden && row.senderId !== userId;
}

function upsert(window: MessageWindow, message: MessageRecord): MessageWindow {
  const { covers, pages } = window;
  const isReply = message.threadRootId !== null;
  if (message.seq > covers.to) {
    if (window.hasNewer || message.seq !== covers.to + 1) return window;
    const reached = { ...window, covers: { from: covers.from, to: message.seq } };
    return isReply ? reached : { ...reached, pages: append(pages, message) };
  }
  if (message.seq < covers.from || isReply) return window;
  const p = lastIndexWhere(pages, (page) => (page[0]?.seq ?? Infinity) <= message.seq);
  const page = pages[p];
  if (!page) return { ...window, pages: [[message], ...pages] };
  const i = lastIndexWhere(page, (row) => row.seq <= message.seq);
  if (page[i]?.seq === message.seq) return replaceRow(window, message);
  return { ...window, pages: replace(pages, p, [...page.slice(0, i + 1), message, ...page.slice(i + 1)]) };
}

/** Puts a newer state of a message in its place; the same window when it says nothing new, or does not hold it. */
function replaceRow(window: MessageWindow, message: MessageRecord): MessageWindow {
  const { pages } = window;
  const p = lastIndexWhere(pages, (page) => (page[0]?.seq ?? Infinity) <= message.seq);
  const page = pages[p] ?? [];
  const i = lastIndexWhere(page, (row) => row.seq <= message.seq);
  const known = page[i];
  if (known?.seq !== message.seq) return window;
  const merged = mergeMessage(known, message);
  return merged === known ? window : { ...window, pages: replace(pages, p, replace(page, i, merged)) };
}

function append(pages: MessageWindow['pages'], message: MessageRecord): MessageWindow['pages'] {
  const last = pages.at(-1);
  if (!last || last.length >= PAGE_SIZE) return [...pages, [message]];
  return replace(pages, pages.length - 1, [...last, message]);
}

function paginate(messages: readonly MessageRecord[]): MessageWindow['pages'] {
  const pages: MessageRecord[][] = [];
  for (let i = 0; i < messages.length; i += PAGE_SIZE) pages.push(messages.slice(i, i + PAGE_SIZE));
  return pages;
}

function replace<T>(items: readonly T[], index: number, item: T): readonly T[] {
  const copy = items.slice();
  copy[index] = item;
  return copy;
}

/** Index of the last item that holds, in an array where those that hold come first; -1 for none. */
function lastIndexWhere<T>(items: readonly T[], holds: (item: T) => boolean): number {
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
