/**
 * A durable map from string keys to structured-cloneable values. Each operation is atomic and, once resolved, survives
 * a crash. Operations on one key take effect in the order they were called.
 */
export interface KeyValueStore {
  entries(): Promise<readonly (readonly [key: string, value: unknown])[]>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Opens stores by name. Opening the same name twice gives the same data. */
export interface Storage {
  /** Shown in the connection status, so that an app can tell its user that nothing survives a reload. */
  readonly kind: 'indexeddb' | 'memory' | 'custom';
  open(name: string): KeyValueStore;
}
