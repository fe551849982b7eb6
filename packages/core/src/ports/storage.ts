/** What a store holds under a key. */
export type StoreEntry = readonly [key: string, value: unknown];

/**
 * A durable map from string keys to values that JSON can hold; what it cannot hold is refused. Each operation is atomic and, once resolved, survives
 * a crash; one that rejects has changed nothing. Operations on one key take effect in the order they were called.
 */
export interface KeyValueStore {
  /** Everything in it, in any order. */
  entries(): Promise<readonly StoreEntry[]>;
  /** Undefined where there is nothing. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  /** Sets all of them or, where one cannot be set, none. */
  setMany(entries: readonly StoreEntry[]): Promise<void>;
  delete(key: string): Promise<void>;
  /** Deletes everything in it. */
  clear(): Promise<void>;
}

/** Opens stores by name. Opening the same name twice gives the same data. */
export interface Storage {
  /** Shown in the connection status, so that an app can tell its user that nothing survives a reload. */
  readonly kind: 'indexeddb' | 'memory' | 'custom';
  open(name: string): KeyValueStore;
  /** Asks the platform not to delete what is stored when space runs short; resolves with whether it agreed. */
  persist?(): Promise<boolean>;
}
