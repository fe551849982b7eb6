import type { KeyValueStore, Storage } from '../ports';

/** Keeps everything in memory: for tests, servers, and platforms without IndexedDB. */
export function createMemoryStorage(): Storage {
  const stores = new Map<string, Map<string, unknown>>();
  return {
    kind: 'memory',
    open(name): KeyValueStore {
      const rows = stores.get(name) ?? new Map<string, unknown>();
      stores.set(name, rows);
      return {
        // Copies on the way in and out, as IndexedDB makes them; what cannot be copied rejects.
        entries: () => later(() => [...rows].map(([key, value]) => [key, structuredClone(value)] as const)),
        set: (key, value) => later(() => void rows.set(key, structuredClone(value))),
        delete: (key) => later(() => void rows.delete(key)),
      };
    },
  };
}

function later<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => resolve(act()));
}
