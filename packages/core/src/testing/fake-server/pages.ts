import { fail, uuidOf } from './arguments';
import type { MessageRow, ProfileRow } from './rows';
import type { Db, Message } from './state';
import { messageFor, peopleOf, profilesOf } from './wire';

/** Rows of a page: 1 to 200. */
export const pageSize = (maxRows: number | null, usual: number): number =>
  Math.max(1, Math.min(200, maxRows ?? usual));

/** Takes apart the `next` of a previous page, `<sort key>_<id>`; null for the first one. */
export function pagePlace(
  place: string | null,
  key: RegExp,
  doing: string,
): { readonly key: string; readonly id: string } | null {
  if (place === null) return null;
  const at = place.lastIndexOf('_');
  const id = uuidOf(place.slice(at + 1));
  if (at < 0 || id === null || !key.test(place.slice(0, at)))
    return fail('invalid', `unable to ${doing}; the place is not the \`next\` of a previous page`);
  return { key: place.slice(0, at), id };
}

export const DIGITS = /^\d{1,17}$/;

/** Orders by a number and an id, both descending. */
export const descending = (a: number, aId: string, b: number, bId: string): number =>
  b - a || (aId < bId ? 1 : aId > bId ? -1 : 0);

/** Those after the place, and the place after them. */
export function pageOf<T>(
  sorted: readonly T[],
  rows: number,
  isAfter: (item: T) => boolean,
  placeOf: (item: T) => string,
): { readonly items: T[]; readonly next: string | null } {
  const rest = sorted.filter(isAfter);
  const items = rest.slice(0, rows);
  const last = items.at(-1);
  return { items, next: last !== undefined && rest.length > rows ? placeOf(last) : null };
}

export interface MessagePageRow {
  readonly messages: MessageRow[];
  readonly profiles: ProfileRow[];
  readonly next: string | null;
}

/** Messages as the caller sees them, with the profiles of who sent or pinned them and of whom they name. */
export function showMessages(
  db: Db,
  me: string,
  found: readonly Message[],
  next: string | null,
): MessagePageRow {
  const shown = found.flatMap((message) => {
    const row = messageFor(db, me, message);
    return row ? [{ message, row }] : [];
  });
  const people = shown.flatMap(({ message }) => [
    message.pinnedBy,
    ...peopleOf(db, message, message.conversation.members.get(me)?.visibleFromSeq ?? 0),
  ]);
  return { messages: shown.map(({ row }) => row), profiles: profilesOf(db, people), next };
}
