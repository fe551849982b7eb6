import type { DraftRecord, ThreadRecord } from '../model/records';

/** Rows by an id of their own, and what becomes of a known one: the newer of the two (rule D4), where nobody says. */
export type Incoming<T> = [rows: readonly T[], idOf: (row: T) => string, merge?: (known: T, row: T) => T];

const newer = <T extends { readonly changed: number }>(known: T, row: T): T =>
  row.changed > known.changed ? row : known;

/** The rows known with those that are newer; the known ones when none is. */
export function withNewer<T extends { readonly changed: number }>(
  known: Readonly<Record<string, T>>,
  ...[rows, idOf, merge = newer]: Incoming<T>
): Readonly<Record<string, T>> {
  const next = rows.flatMap((row) => {
    const before = known[idOf(row)];
    const merged = before ? merge(before, row) : row;
    return merged === before ? [] : [[idOf(row), merged] as const];
  });
  return next.length === 0 ? known : { ...known, ...Object.fromEntries(next) };
}

/** The rows known but those that are gone; the same where none is. */
export function without<T>(
  known: Readonly<Record<string, T>>,
  isGone: (row: T) => boolean,
): Readonly<Record<string, T>> {
  const all = Object.entries(known);
  const kept = all.filter(([, row]) => !isGone(row));
  return kept.length < all.length ? Object.fromEntries(kept) : known;
}

/** Two states of one transaction have the same number: the one saved later, or read further, is the later. */
export const mergeDraft = (known: DraftRecord, row: DraftRecord): DraftRecord =>
  row.changed === known.changed && row.savedAt > known.savedAt ? row : newer(known, row);

/** How far one has read is of the row, what there is to read of the root: each has its own order. */
export function mergeThread(known: ThreadRecord, row: ThreadRecord): ThreadRecord {
  const isFurther = row.changed === known.changed && row.lastReadSeq > known.lastReadSeq;
  const own = isFurther ? row : newer(known, row);
  const { rootVersion, lastReplySeq } = row.rootVersion > known.rootVersion ? row : known;
  if (own.rootVersion === rootVersion) return own;
  return { ...own, rootVersion, lastReplySeq, unread: own.isFollowing && lastReplySeq > own.lastReadSeq };
}
