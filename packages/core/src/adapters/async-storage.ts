import { toJson } from '../lib/to-json';
import type { KeyValueStore, Storage, StoreEntry } from '../ports';

/** What is used of `@react-native-async-storage/async-storage`. */
export interface AsyncStorageLike {
  getAllKeys(): Promise<readonly string[]>;
  multiGet(keys: string[]): Promise<readonly (readonly [key: string, value: string | null])[]>;
  /** All or none of them. */
  multiSet(pairs: [key: string, value: string][]): Promise<unknown>;
  multiRemove(keys: string[]): Promise<unknown>;
}

/**
 * Keeps unsent writes, and what was shown last, in React Native's AsyncStorage or anything like it, as JSON under keys
 * that begin with the name of the store: for the option `storage` of `createConfab` (rule E1).
 *
 * @param asyncStorage the default export of `@react-native-async-storage/async-storage`
 * @example
 * ```ts
 * import { createAsyncStorage, type AsyncStorageLike } from '@confab/core';
 *
 * declare const AsyncStorage: AsyncStorageLike; // import AsyncStorage from '@react-native-async-storage/async-storage'
 * const storage = createAsyncStorage(AsyncStorage);
 * console.log(storage.kind);
 * ```
 */
export function createAsyncStorage(asyncStorage: AsyncStorageLike): Storage {
  const lanes = new Map<string, Promise<unknown>>();
  return {
    kind: 'custom',
    open(name): KeyValueStore {
      const prefix = `${encodeURIComponent(name)}/`;
      /** One after the other: some operations take two steps. */
      const next = <T>(act: () => Promise<T>): Promise<T> => {
        const done = (lanes.get(name) ?? Promise.resolve()).then(act, act);
        lanes.set(name, done);
        return done;
      };
      const keys = async () => (await asyncStorage.getAllKeys()).filter((key) => key.startsWith(prefix));
      const setMany: KeyValueStore['setMany'] = async (entries) => {
        // At once, for the values may change before it is their turn.
        const pairs = entries.map(([key, value]): [string, string] => [prefix + key, toJson(value)]);
        await next(() => asyncStorage.multiSet(pairs));
      };
      return {
        entries: () =>
          next(async () =>
            (await asyncStorage.multiGet(await keys())).flatMap(([key, json]): StoreEntry[] =>
              json === null ? [] : [[key.slice(prefix.length), parse(json)]],
            ),
          ),
        get: (key) =>
          next(async () => {
            const json = (await asyncStorage.multiGet([prefix + key]))[0]?.[1];
            return typeof json === 'string' ? parse(json) : undefined;
          }),
        set: (key, value) => setMany([[key, value]]),
        setMany,
        delete: (key) => next(async () => void (await asyncStorage.multiRemove([prefix + key]))),
        clear: () => next(async () => void (await asyncStorage.multiRemove(await keys()))),
      };
    },
  };
}

/** What somebody else has spoilt is handed on as it is: whoever decodes it decides what becomes of it. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
