import { toJson } from '../lib/to-json';
import type { KeyValueStore, Storage, StoreEntry } from '../ports';

/** Keeps everything in memory: for tests, servers, and platforms without IndexedDB. */
export function createMemoryStorage(): Storage {
  const stores = new Map<string, Map<string, string>>();
  return {
    kind: 'memory',
    open(name): KeyValueStore {
      // As text, so that nothing is shared with who stores or reads it.
      const rows = stores.get(name) ?? new Map<string, string>();
      stores.set(name, rows);
      const setMany: KeyValueStore['setMany'] = (entries) =>
        later(() => {
          const all = entries.map(([key, value]) => [key, toJson(value)] as const);
          for (const [key, json] of all) rows.set(key, json);
        });
      return {
        entries: () => later(() => [...rows].map(([key, json]): StoreEntry => [key, JSON.parse(json)])),
        get: (key) =>
          later(() => {
            const json = rows.get(key);
            return json === undefined ? undefined : (JSON.parse(json) as unknown);
          }),
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
