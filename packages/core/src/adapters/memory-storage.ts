import type { KeyValueStore, Storage } from '../ports';

/** Keeps everything in memory: for tests, servers, and platforms without IndexedDB. */
export function createMemoryStorage(): Storage {
  const stores = new Map<string, Map<string, unknown>>();
  return {
    kind: 'memory',
    open(name): KeyValueStore {
      const rows = stores.get(name) ?? new Map<string, unknown>();
      stores.set(name, rows);
      // Copies on the way in and out, as IndexedDB makes them; what cannot be copied rejects.
      const setMany: KeyValueStore['setMany'] = (entries) =>
        later(() => {
          for (const [key, value] of structuredClone(entries)) rows.set(key, value);
        });
      return {
        entries: () => later(() => structuredClone([...rows])),
        get: (key) => later(() => structuredClone(rows.get(key))),
        set: (key, value) => setMany([[key, value]]),
        setMany,
        delete: (key) => later(() => void rows.delete(key)),
        clear: () => later(() => rows.clear()),
      };
    },
  };
}

function later<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => resolve(act()));
}
