import { describe, expect, it } from 'vitest';
import { encodeEntry } from '../../src/outbox/entry';
import type { Storage } from '../../src/ports';
import { entry, send } from '../unit/support/mutations';

/** The contract of the port; every implementation keeps it. */
export function describeStorage(name: string, create: () => Storage): void {
  describe(`the contract of storage: ${name}`, () => {
    let count = 0;
    const fresh = () => `${name} ${++count}`;
    const sorted = (rows: readonly (readonly [string, unknown])[]) =>
      [...rows].sort(([a], [b]) => (a < b ? -1 : 1));

    it('E1 a new store is empty', async () => {
      expect(await create().open(fresh()).entries()).toEqual([]);
    });

    it('E1 keeps values as they were, whatever JSON can hold', async () => {
      const store = create().open(fresh());
      const value = { text: 'ä\u0000🙂', list: [1, null, { deep: true }], half: '\ud83d', '': -0.5 };
      await store.set('key', value);
      await store.set('plain', encodeEntry(entry(send(1))));
      expect(sorted(await store.entries())).toEqual([
        ['key', value],
        ['plain', encodeEntry(entry(send(1)))],
      ]);
    });

    it('E1 a value that is changed afterwards is not changed in the store', async () => {
      const store = create().open(fresh());
      const value = { list: [1] };
      await store.set('key', value);
      value.list.push(2);
      expect(await store.entries()).toEqual([['key', { list: [1] }]]);
    });

    it('E1 what JSON cannot hold is refused, and changes nothing', async () => {
      const store = create().open(fresh());
      await store.set('key', 1);
      await expect((async () => store.set('key', { run: () => undefined }))()).rejects.toThrow();
      expect(await store.entries()).toEqual([['key', 1]]);
    });

    it('E3 operations on one key take effect in the order of their calls', async () => {
      const store = create().open(fresh());
      await Promise.all([
        store.set('a', 1),
        store.set('b', 1),
        store.delete('a'),
        store.set('b', 2),
        store.delete('c'),
        store.set('c', 3),
      ]);
      expect(sorted(await store.entries())).toEqual([
        ['b', 2],
        ['c', 3],
      ]);
    });

    it('E1 gets one value, as it was stored; nothing where there is none', async () => {
      const store = create().open(fresh());
      const value = { list: [1] };
      await store.set('key', value);
      value.list.push(2);
      expect(await store.get('key')).toEqual({ list: [1] });
      expect(await store.get('other')).toBeUndefined();
    });

    it('E1 sets many at once, over what is there and after what was asked for before', async () => {
      const store = create().open(fresh());
      await Promise.all([
        store.set('a', 1),
        store.setMany([
          ['a', 2],
          ['b', 2],
          ['c', 2],
        ]),
        store.set('b', 3),
        store.setMany([]),
      ]);
      expect(sorted(await store.entries())).toEqual([
        ['a', 2],
        ['b', 3],
        ['c', 2],
      ]);
    });

    it('E1 sets none of many when one of them cannot be stored', async () => {
      const store = create().open(fresh());
      await store.set('a', 1);
      const rows = [
        ['a', 2],
        ['b', { run: () => undefined }],
      ] as const;
      await expect((async () => store.setMany(rows))()).rejects.toThrow();
      expect(await store.entries()).toEqual([['a', 1]]);
    });

    it('E1 clears one store and no other, after what was asked for before', async () => {
      const storage = create();
      const [mine, yours] = [storage.open(fresh()), storage.open(fresh())];
      await yours.set('key', 'yours');
      await Promise.all([mine.set('a', 1), mine.set('b', 1), mine.clear(), mine.set('c', 1)]);
      expect(await mine.entries()).toEqual([['c', 1]]);
      expect(await yours.entries()).toEqual([['key', 'yours']]);
    });

    it('E1 deleting what is not there is no error', async () => {
      await expect(create().open(fresh()).delete('nothing')).resolves.toBeUndefined();
    });

    it('E4 stores of different names are apart; the same name is the same store', async () => {
      const storage = create();
      const [mine, yours] = [fresh(), fresh()];
      await storage.open(mine).set('key', 'mine');
      await storage.open(yours).set('key', 'yours');
      expect(await storage.open(mine).entries()).toEqual([['key', 'mine']]);
      expect(await storage.open(yours).entries()).toEqual([['key', 'yours']]);
    });
  });
}
