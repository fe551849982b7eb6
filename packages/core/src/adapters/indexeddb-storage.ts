import { createStore, del, entries, set } from 'idb-keyval';
import type { KeyValueStore, Storage } from '../ports';

/** IndexedDB, one database per store, one record per key. */
export function createIndexedDbStorage(): Storage {
  return {
    kind: 'indexeddb',
    open(name): KeyValueStore {
      const store = createStore(name, 'entries');
      return {
        entries: () => entries<string, unknown>(store),
        set: (key, value) => set(key, value, store),
        delete: (key) => del(key, store),
      };
    },
  };
}

/** Whether the platform has IndexedDB at all; whether it works is seen at the first write. */
export function hasIndexedDb(): boolean {
  return typeof indexedDB !== 'undefined';
}
