import { clear, createStore, del, entries, get, promisifyRequest } from 'idb-keyval';
import type { KeyValueStore, Storage } from '../ports';

/** IndexedDB, one database per store, one record per key. */
export function createIndexedDbStorage(): Storage {
  return {
    kind: 'indexeddb',
    open(name): KeyValueStore {
      const use = createStore(name, 'entries');
      const setMany: KeyValueStore['setMany'] = (rows) =>
        use('readwrite', (store) => {
          try {
            for (const [key, value] of rows) store.put(value, key);
          } catch (error) {
            // What cannot be cloned throws at once, and would leave the rows before it to be stored.
            store.transaction.abort();
            throw error;
          }
          return promisifyRequest(store.transaction);
        });
      return {
        entries: () => entries<string, unknown>(use),
        get: (key) => get<unknown>(key, use),
        set: (key, value) => setMany([[key, value]]),
        setMany,
        delete: (key) => del(key, use),
        clear: () => clear(use),
      };
    },
    // Pages without https have none.
    persist: async () =>
      typeof navigator !== 'undefined' && 'storage' in navigator && navigator.storage.persist(),
  };
}

/** Whether the platform has IndexedDB at all; whether it works is seen at the first write. */
export function hasIndexedDb(): boolean {
  return typeof indexedDB !== 'undefined';
}
