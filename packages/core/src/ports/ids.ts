/** Mints ids. */
export interface Ids {
  /** A new UUID of version 7; later ones sort after earlier ones. */
  next(): string;
}
