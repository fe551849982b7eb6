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
        entries: () => Promise.resolve([...rows]),
        set: (key, value) => Promise.resolve(void rows.set(key, structuredClone(value))),
        delete: (key) => Promise.resolve(void rows.delete(key)),
      };
    },
  };
}
