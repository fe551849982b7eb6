import type { DraftRecord, ThreadRecord } from '../model/records';

/** Rows by an id of their own, and which of two states of one transaction is the later: they have the same number. */
export type Incoming<T> = [
  rows: readonly T[],
  idOf: (row: T) => string,
  isLater?: (row: T, than: T) => boolean,
];

/** The rows known with those that are newer (rule D4); the known ones when none is. */
export function withNewer<T extends { readonly changed: number }>(
  known: Readonly<Record<string, T>>,
  ...[rows, idOf, isLater = () => false]: Incoming<T>
): Readonly<Record<string, T>> {
  const newer = rows.filter((row) => {
    const before = known[idOf(row)];
    if (!before || row.changed !== before.changed) return row.changed > (before?.changed ?? -1);
    return isLater(row, before);
  });
  if (newer.length === 0) return known;
  return { ...known, ...Object.fromEntries(newer.map((row) => [idOf(row), row])) };
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

export const isReadFurther = (row: ThreadRecord, than: ThreadRecord): boolean =>
  row.lastReadSeq > than.lastReadSeq;

export const isSavedLater = (row: DraftRecord, than: DraftRecord): boolean => row.savedAt > than.savedAt;
