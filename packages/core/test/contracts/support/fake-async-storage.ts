import type { AsyncStorageOfPairs } from '../../../src/adapters/async-storage';

export interface FakeAsyncStorage extends AsyncStorageOfPairs {
  /** What is stored, as text. */
  readonly rows: Map<string, string>;
  /** The next call is refused. */
  failNext(): void;
}

/** @param turnsOf how many turns the n-th call takes; by default one */
export function createFakeAsyncStorage({
  turnsOf = () => 1,
}: { readonly turnsOf?: (call: number) => number } = {}): FakeAsyncStorage {
  const rows = new Map<string, string>();
  let calls = 0;
  let isFailing = false;
  const later = async <T>(act: () => T): Promise<T> => {
    const hasFailed = isFailing;
    isFailing = false;
    for (let turn = turnsOf(++calls); turn > 0; turn--) await Promise.resolve();
    if (hasFailed) throw new Error('the storage is full');
    return act();
  };
  return {
    rows,
    failNext() {
      isFailing = true;
    },
    getAllKeys: () => later(() => [...rows.keys()]),
    multiGet: (keys) => later(() => keys.map((key) => [key, rows.get(key) ?? null] as const)),
    multiSet: (pairs) =>
      later(() => {
        for (const [key, value] of pairs) rows.set(key, value);
      }),
    multiRemove: (keys) =>
      later(() => {
        for (const key of keys) rows.delete(key);
      }),
  };
}
