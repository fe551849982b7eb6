import type { KeyValueStore, Storage } from '../ports';

/** Storage in memory that fails or waits where the test wants it to. */
export interface FakeStorage extends Storage {
  /** What a store holds now; survives clients as a real one does. */
  rows(name: string): ReadonlyMap<string, unknown>;
  /** Puts a row there behind the client's back. */
  plant(name: string, key: string, value: unknown): void;
  /** Operations fail from now on: all of them, or those named; none when called without. */
  fail(operations?: readonly StorageOperation[]): void;
  /** Operations wait from now on until `release`: those named. */
  hold(operations: readonly StorageOperation[]): void;
  /** Lets everything that waits happen, in order, and holds nothing any more. */
  release(): void;
}

export type StorageOperation = 'entries' | 'set' | 'delete';

export const ALL_OPERATIONS: readonly StorageOperation[] = ['entries', 'set', 'delete'];

export function createFakeStorage(kind: Storage['kind'] = 'indexeddb'): FakeStorage {
  const stores = new Map<string, Map<string, unknown>>();
  let failing: readonly StorageOperation[] = [];
  let held: readonly StorageOperation[] = [];
  const waiting: (() => void)[] = [];

  const storeOf = (name: string): Map<string, unknown> => {
    const rows = stores.get(name) ?? new Map<string, unknown>();
    stores.set(name, rows);
    return rows;
  };
  const run = async <T>(operation: StorageOperation, act: () => T): Promise<T> => {
    if (held.includes(operation)) await new Promise<void>((resolve) => waiting.push(resolve));
    if (failing.includes(operation)) throw new Error(`storage refused: ${operation}`);
    return act();
  };

  return {
    kind,
    rows: storeOf,
    plant: (name, key, value) => void storeOf(name).set(key, structuredClone(value)),
    fail(operations = []) {
      failing = operations;
    },
    hold(operations) {
      held = operations;
    },
    release() {
      held = [];
      for (const go of waiting.splice(0)) go();
    },
    open(name): KeyValueStore {
      const rows = storeOf(name);
      return {
        entries: () =>
          run('entries', () => [...rows].map(([key, value]) => [key, structuredClone(value)] as const)),
        set: (key, value) => {
          const copy: unknown = structuredClone(value);
          return run('set', () => void rows.set(key, copy));
        },
        delete: (key) => run('delete', () => void rows.delete(key)),
      };
    },
  };
}
