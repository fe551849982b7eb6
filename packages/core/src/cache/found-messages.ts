import type { MessageRecord } from '../model/records';
import { hide, mergeMessage } from './merge-message';
import { placesIn, quoting, withAnswers } from './quotes';

/**
 * Messages on pages that are read once, of searches, pins, mentions, days and threads: most of them are in no window, and
 * still follow each change that this device hears of (rule E6.25).
 */
export type FoundMessages = readonly MessageRecord[];

export type FoundChange = (found: FoundMessages) => FoundMessages;

/** Those found last; a page that is shown longer than that keeps the others as they were. */
const MAX_FOUND = 2_000;

/** With what another page says. */
export function withFound(known: FoundMessages, rows: FoundMessages): FoundMessages {
  const byId = new Map(known.map((row) => [row.id, row]));
  for (const row of rows) {
    const merged = mergeMessage(byId.get(row.id), row);
    byId.delete(row.id);
    byId.set(row.id, merged);
  }
  return [...byId.values()].slice(-MAX_FOUND);
}

/** A message is now so, and is quoted so. */
export const foundChanged =
  (message: MessageRecord): FoundChange =>
  (found) => {
    const known = foundById(found, message.id);
    const now = mergeMessage(known, message);
    return withAnswers(replaced(found, known, now), message.id, (reply) => quoting(reply, now));
  };

/** The user has deleted a message for themselves, or `shown` is what they took back. */
export const foundHidden =
  (id: string, shown: MessageRecord | null): FoundChange =>
  (found) => {
    const known = foundById(found, id);
    const isOld = shown && known && !known.isHidden && known.version > shown.version;
    const now = isOld ? known : (shown ?? (known && hide(known)));
    return withAnswers(replaced(found, known, now), id, (reply) => {
      if (now && !now.isHidden) return quoting(reply, now);
      return reply.replyTo ? { ...reply, replyTo: null } : reply;
    });
  };

function foundById(found: FoundMessages, id: string): MessageRecord | undefined {
  return found[placesIn(found).get(id) ?? -1];
}

function replaced(
  found: FoundMessages,
  known: MessageRecord | undefined,
  now: MessageRecord | undefined,
): FoundMessages {
  return known && now && known !== now ? found.map((row) => (row === known ? now : row)) : found;
}
