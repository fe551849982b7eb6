import { toJson } from '../lib/to-json';
import type { KeyValueStore, Storage, StoreEntry } from '../ports';

/** What is used of `@react-native-async-storage/async-storage` up to version 2. */
export interface AsyncStorageOfPairs {
  getAllKeys(): Promise<readonly string[]>;
  multiGet(keys: string[]): Promise<readonly (readonly [key: string, value: string | null])[]>;
  /** All or none of them. */
  multiSet(pairs: [key: string, value: string][]): Promise<unknown>;
  multiRemove(keys: string[]): Promise<unknown>;
}

/** What is used of `@react-native-async-storage/async-storage` from version 3 on. */
export interface AsyncStorageOfRecords {
  getAllKeys(): Promise<readonly string[]>;
  getMany(keys: string[]): Promise<Readonly<Record<string, string | null>>>;
  /** All or none of them. */
  setMany(entries: Record<string, string>): Promise<unknown>;
  removeMany(keys: string[]): Promise<unknown>;
}

/** AsyncStorage of any version, or anything like it. */
export type AsyncStorageLike = AsyncStorageOfPairs | AsyncStorageOfRecords;

/**
 * Keeps unsent writes, and what was shown last, in React Native's AsyncStorage or anything like it, as JSON under keys
 * that begin with the name of the store: for the option `storage` of `createConfab` (rule E1). Of something else, such as a
 * storage that answers at once, every use is refused: then `connection` says `isDurable: false`, and the log why.
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
  const { getAllKeys, getMany, setMany: store, removeMany } = inPairs(asyncStorage);
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
      const keys = async () => (await getAllKeys()).filter((key) => key.startsWith(prefix));
      const setMany: KeyValueStore['setMany'] = async (entries) => {
        // At once, for the values may change before it is their turn.
        const pairs = entries.map(([key, value]): [string, string] => [prefix + key, toJson(value)]);
        await next(() => store(pairs));
      };
      return {
        entries: () =>
          next(async () =>
            (await getMany(await keys())).flatMap(([key, json]): StoreEntry[] =>
              json === null ? [] : [[key.slice(prefix.length), parse(json)]],
            ),
          ),
        get: (key) =>
          next(async () => {
            const json = (await getMany([prefix + key]))[0]?.[1];
            return typeof json === 'string' ? parse(json) : undefined;
          }),
        set: (key, value) => setMany([[key, value]]),
        setMany,
        delete: (key) => next(async () => void (await removeMany([prefix + key]))),
        clear: () => next(async () => void (await removeMany(await keys()))),
      };
    },
  };
}

interface Pairs {
  readonly getAllKeys: () => Promise<readonly string[]>;
  readonly getMany: (keys: string[]) => Promise<readonly (readonly [key: string, value: string | null])[]>;
  readonly setMany: (pairs: [key: string, value: string][]) => Promise<unknown>;
  readonly removeMany: (keys: string[]) => Promise<unknown>;
}

/** Both versions alike. JavaScript may pass something else: what is missing is found when it is used, not before. */
function inPairs(given: AsyncStorageLike): Pairs {
  if ('multiSet' in given)
    return {
      getAllKeys: () => given.getAllKeys(),
      getMany: (keys) => given.multiGet(keys),
      setMany: (pairs) => given.multiSet(pairs),
      removeMany: (keys) => given.multiRemove(keys),
    };
  return {
    // Refused where it is no promise: a storage that answers at once is another one.
    getAllKeys: async () => given.getAllKeys(),
    async getMany(keys) {
      const rows = await given.getMany(keys);
      return keys.map((key) => [key, rows[key] ?? null] as const);
    },
    setMany: async (pairs) => given.setMany(Object.fromEntries(pairs)),
    removeMany: async (keys) => given.removeMany(keys),
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
