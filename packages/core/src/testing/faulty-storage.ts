import { createMemoryStorage } from '../adapters/memory-storage';
import type { KeyValueStore, Storage } from '../ports';
import { createDeferred, type Deferred } from './deferred';

export type StorageOperation = keyof KeyValueStore;

/** One operation that was asked for. */
export interface StorageCall {
  readonly operation: StorageOperation;
  readonly store: string;
  /** Null where it is about several, or all. */
  readonly key: string | null;
}

/** A storage that fails or hangs on demand; otherwise it keeps everything in memory, across clients too. */
export interface FaultyStorage extends Storage {
  /** Every operation asked for, in order, whatever became of it. */
  readonly calls: readonly StorageCall[];
  /** From now on the operation is refused, for the next `times` calls or until {@link heal}. */
  fail(operation: StorageOperation, times?: number): void;
  /** From now on the operation does not settle until {@link release}. */
  hang(operation: StorageOperation): void;
  /** Carries out what hangs, in order, and ends the hanging. */
  release(operation: StorageOperation): void;
  /** Ends all failing; what hangs keeps hanging. */
  heal(): void;
  /** How often it was asked to keep what is stored when space runs short. */
  persistCalls(): number;
  /** Rows of a store, as a reload would find them. */
  rows(store: string): Promise<readonly (readonly [key: string, value: unknown])[]>;
}

/** @param kind what the storage calls itself; by default `custom`, which counts as durable. */
export function createFaultyStorage(kind: Storage['kind'] = 'custom'): FaultyStorage {
  const memory = createMemoryStorage();
  const calls: StorageCall[] = [];
  const failing = new Map<StorageOperation, number>();
  const hanging = new Map<StorageOperation, Deferred<void>>();
  let persisted = 0;

  const run = async <T>(call: StorageCall, act: () => Promise<T>): Promise<T> => {
    calls.push(call);
    const left = failing.get(call.operation) ?? 0;
    if (left > 0) {
      failing.set(call.operation, left - 1);
      throw new Error(`unable to ${call.operation}; the storage is broken`);
    }
    await hanging.get(call.operation)?.promise;
    return act();
  };

  return {
    kind,
    calls,
    open(name) {
      const store = memory.open(name);
      const on = <T>(operation: StorageOperation, key: string | null, act: () => Promise<T>) =>
        run({ operation, store: name, key }, act);
      return {
        entries: () => on('entries', null, () => store.entries()),
        get: (key) => on('get', key, () => store.get(key)),
        set: (key, value) => on('set', key, () => store.set(key, value)),
        setMany: (entries) => on('setMany', null, () => store.setMany(entries)),
        delete: (key) => on('delete', key, () => store.delete(key)),
        clear: () => on('clear', null, () => store.clear()),
      };
    },
    persist() {
      persisted++;
      return Promise.resolve(kind !== 'memory');
    },
    persistCalls: () => persisted,
    fail: (operation, times = Infinity) => void failing.set(operation, times),
    hang(operation) {
      if (!hanging.has(operation)) hanging.set(operation, createDeferred<void>());
    },
    release(operation) {
      const held = hanging.get(operation);
      hanging.delete(operation);
      held?.resolve();
    },
    heal: () => failing.clear(),
    rows: (store) => memory.open(store).entries(),
  };
}
