import type { MessageRecord } from '../model/records';
import type { HistoryPage } from '../model/wire';
import { hide } from './merge-message';
import { placesIn, quoting, withAnswers } from './quotes';
import {
  doMeet,
  joinWindows,
  lastIndexWhere,
  openWindow,
  putMessage,
  replace,
  rowAt,
  rowCount,
  swapRow,
  trimmed,
  type MessageWindow,
} from './message-window';

/**
 * What is loaded of a timeline, or of a thread (rule E6): windows that neither overlap nor adjoin, oldest first. Between
 * them lies what is not loaded.
 */
export interface LoadedMessages {
  /** Every change up to it to a message the windows cover is in them. */
  readonly version: number;
  /** Null for the timeline. */
  readonly threadRootId: string | null;
  readonly windows: readonly MessageWindow[];
  /** Messages the newest window may grow to by itself before its oldest ones are let go (rule E13). */
  readonly room: number;
}

export type ChangeOutcome = 'applied' | 'known' | 'gap';

/** A window that only grew by itself is kept this long. */
const LIVE_ROWS = 2_000;
/** Copies of arrays become slow beyond 16,000 elements: what a window holds and what is pending stay below. */
const MAX_ROWS = 15_000;
const MAX_WINDOWS = 16;

export function openMessages(history: HistoryPage, threadRootId: string | null = null): LoadedMessages {
  return { version: history.version, threadRootId, windows: [openWindow(history)], room: LIVE_ROWS };
}

/** Nothing, of a conversation that is not on the server yet. */
export function noMessages(threadRootId: string | null): LoadedMessages {
  const window = { covers: { from: 1, to: 0 }, hasOlder: false, hasNewer: false, pages: [] };
  return { version: 0, threadRootId, windows: [window], room: LIVE_ROWS };
}

/** Adds a page from anywhere: it becomes a window of its own, or one with those it meets. */
export function withPage(loaded: LoadedMessages, history: HistoryPage): LoadedMessages {
  let joined = openWindow(history);
  const others: MessageWindow[] = [];
  for (const window of loaded.windows) {
    if (doMeet(window, joined)) joined = joinWindows(window, joined);
    else others.push(window);
  }
  // What lies far from what was asked for goes first.
  const { from, to } = history.covers;
  const side = from - joined.covers.from > joined.covers.to - to ? 'oldest' : 'newest';
  joined = trimmed(joined, MAX_ROWS, side);
  const all = [...others, joined].sort((a, b) => a.covers.from - b.covers.from);
  if (all.length > MAX_WINDOWS) all.splice(all[0] === joined ? 1 : 0, 1);
  const windows = all.map((window, i) => ({
    ...window,
    hasOlder: window.hasOlder || i > 0,
    // It may say otherwise of an earlier moment: those above it have come since.
    hasNewer: window.hasNewer || i < all.length - 1,
  }));
  const last = windows.at(-1);
  const next = {
    ...loaded,
    // The page may be older than changes already applied: claim only what both know, and a pull brings the rest.
    version: Math.min(loaded.version, history.version),
    windows,
    room: last ? Math.max(loaded.room, rowCount(last)) : LIVE_ROWS,
  };
  // It may also quote an older state of what is held, or hold a newer one of what is quoted.
  const quoted = history.messages.flatMap(({ replyTo }) =>
    replyTo ? (messageAt(next, replyTo.seq) ?? []) : [],
  );
  return [...quoted, ...history.messages].reduce(follow, next);
}

/** Applies the change that took `version`. A gap means that changes in between are missing: pull them. */
export function applyChange(
  loaded: LoadedMessages,
  message: MessageRecord,
  version: number,
): { readonly loaded: LoadedMessages; readonly outcome: ChangeOutcome } {
  if (version > loaded.version + 1) return { loaded, outcome: 'gap' };
  if (version === loaded.version + 1)
    return { loaded: holding(pruned(requoted(loaded, message), loaded), { version }), outcome: 'applied' };
  // The same change may come again with what events for several people do not say.
  const isSame = messageAt(loaded, message.seq)?.version === message.version;
  return { loaded: isSame ? requoted(loaded, message) : loaded, outcome: 'known' };
}

/**
 * Applies all changes after the version `since`, as `pull` lists them, in any order. When the version has fallen behind
 * `since` meanwhile (an older page was added), it stays: changes in between are still missing.
 *
 * @param upTo the version that is reached with them, where it is known: changes to what one may not see take versions too
 */
export function applyChanges(
  loaded: LoadedMessages,
  changes: readonly MessageRecord[],
  since: number = loaded.version,
  upTo = 0,
): LoadedMessages {
  const bySeq = [...changes].sort((a, b) => a.seq - b.seq);
  // A change may be older than what is held of its message, and newer than what quotes it.
  const next = pruned(bySeq.reduce(follow, bySeq.reduce(put, loaded)), loaded);
  if (since > loaded.version) return next;
  const version = changes.reduce(
    (highest, row) => Math.max(highest, row.version),
    Math.max(loaded.version, upTo),
  );
  return version === loaded.version ? next : { ...next, version };
}

/** The window at the live end, where new messages arrive. */
export function latestWindow(loaded: LoadedMessages | undefined): MessageWindow | undefined {
  const last = loaded?.windows.at(-1);
  return last?.hasNewer ? undefined : last;
}

/** Up to where everything after a cursor is loaded; the cursor itself where the next message is not. */
export function heldAfter(loaded: LoadedMessages | undefined, cursor: number): number {
  const held = loaded?.windows.find(
    ({ covers, hasOlder }) => (covers.from <= cursor + 1 || !hasOlder) && covers.to > cursor,
  );
  return held?.covers.to ?? cursor;
}

/** The window that covers a seq. */
export function windowAt(loaded: LoadedMessages | undefined, seq: number): MessageWindow | undefined {
  return loaded?.windows.find(({ covers }) => covers.from <= seq && seq <= covers.to);
}

/** What is held at a seq. */
export function messageAt(loaded: LoadedMessages | undefined, seq: number): MessageRecord | undefined {
  const window = windowAt(loaded, seq);
  return window && rowAt(window, seq);
}

export function messageById(loaded: LoadedMessages | undefined, id: string): MessageRecord | undefined {
  for (const { pages } of loaded?.windows ?? [])
    for (const page of pages) {
      const at = placesIn(page).get(id);
      if (at !== undefined) return page[at];
    }
  return undefined;
}

/** Takes away what the user has deleted for themselves: the row stays, empty, views leave it out and nothing quotes it. */
export function hideMessage(loaded: LoadedMessages, id: string): LoadedMessages {
  const row = messageById(loaded, id);
  return withReplies(row && !row.isHidden ? swap(loaded, hide(row)) : loaded, id, 0, (reply) =>
    reply.replyTo ? { ...reply, replyTo: null } : reply,
  );
}

/** Brings back a message that the user had deleted for themselves. */
export function showMessage(loaded: LoadedMessages, message: MessageRecord): LoadedMessages {
  const row = messageAt(loaded, message.seq);
  if (!row?.isHidden) return follow(row ? put(loaded, message) : loaded, message);
  const next = follow(swap(loaded, message), message);
  // Later changes of it came while it was hidden, without what it says: a pull is to bring them again.
  return row.version > message.version
    ? holding(next, { version: Math.min(loaded.version, message.version) })
    : next;
}

/** Puts a message, and has what quotes it follow. */
function requoted(loaded: LoadedMessages, message: MessageRecord): LoadedMessages {
  const before = messageAt(loaded, message.seq);
  const next = put(loaded, message);
  const isSame =
    before?.content === message.content &&
    before.deletedAt === message.deletedAt &&
    (before.isHidden ?? false) === (message.isHidden ?? false);
  return isSame ? next : follow(next, message);
}

/** What quotes a message follows it. The newest that is held of it counts. */
function follow(loaded: LoadedMessages, message: MessageRecord): LoadedMessages {
  const held = messageAt(loaded, message.seq);
  const newest = held && held.id === message.id && held.version >= message.version ? held : message;
  return withReplies(loaded, message.id, message.seq, (reply) => quoting(reply, newest));
}

/** Replies come after what they answer. */
function withReplies(
  loaded: LoadedMessages,
  quotedId: string,
  afterSeq: number,
  change: (reply: MessageRecord) => MessageRecord,
): LoadedMessages {
  let { windows } = loaded;
  loaded.windows.forEach((window, at) => {
    if (window.covers.to <= afterSeq) return;
    let { pages } = window;
    window.pages.forEach((page, p) => {
      if ((page.at(-1)?.seq ?? 0) <= afterSeq) return;
      const next = withAnswers(page, quotedId, change);
      if (next !== page) pages = replace(pages, p, next);
    });
    if (pages !== window.pages) windows = replace(windows, at, { ...window, pages });
  });
  return windows === loaded.windows ? loaded : holding(loaded, { windows });
}

/** One literal: the copy of a copy, made by spreading, costs ten times as much. */
function holding(
  { version, threadRootId, windows, room }: LoadedMessages,
  next: Partial<LoadedMessages>,
): LoadedMessages {
  return { version: next.version ?? version, threadRootId, windows: next.windows ?? windows, room };
}

function swap(loaded: LoadedMessages, message: MessageRecord): LoadedMessages {
  return holding(loaded, { windows: loaded.windows.map((window) => swapRow(window, message)) });
}

function put(loaded: LoadedMessages, message: MessageRecord): LoadedMessages {
  const { windows } = loaded;
  // Mostly the last one: what is new, or was not long ago.
  const at = Math.max(
    0,
    lastIndexWhere(windows, ({ covers }) => covers.from <= message.seq),
  );
  const window = windows[at];
  const next = window && putMessage(window, message, message.threadRootId === loaded.threadRootId);
  return next === window || !next ? loaded : holding(loaded, { windows: replace(windows, at, next) });
}

/** Lets go of the oldest messages of a window that has grown at the live end. */
function pruned(loaded: LoadedMessages, before: LoadedMessages): LoadedMessages {
  const at = loaded.windows.length - 1;
  const last = loaded.windows[at];
  // Once per page is enough.
  if (!last || last.pages.length === before.windows[at]?.pages.length) return loaded;
  const short = trimmed(last, loaded.room, 'oldest');
  return short === last ? loaded : { ...loaded, windows: replace(loaded.windows, at, short) };
}
