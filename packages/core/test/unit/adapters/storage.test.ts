import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { createIndexedDbStorage, hasIndexedDb } from '../../../src/adapters/indexeddb-storage';
import { createMemoryStorage } from '../../../src/adapters/memory-storage';
import { encodeEntry } from '../../../src/outbox/entry';
import type { Storage } from '../../../src/ports';
import { createOutboxDriver } from '../../../src/sync/outbox-driver';
import { createFakes } from '../../../src/testing/fakes';
import { createFaultyStorage } from '../../../src/testing/faulty-storage';
import { entry, send } from '../support/mutations';
import { ALICE } from '../support/rows';

const storages: readonly (readonly [string, () => Storage])[] = [
  ['memory', createMemoryStorage],
  ['IndexedDB', createIndexedDbStorage],
  ['the faulty one while nothing is wrong with it', createFaultyStorage],
];

describe.each(storages)('the contract of storage: %s', (name, create) => {
  let count = 0;
  const fresh = () => `${name} ${++count}`;
  const sorted = (rows: readonly (readonly [string, unknown])[]) =>
    [...rows].sort(([a], [b]) => (a < b ? -1 : 1));

  it('E1 a new store is empty', async () => {
    expect(await create().open(fresh()).entries()).toEqual([]);
  });

  it('E1 keeps values as they were, whatever can be cloned', async () => {
    const store = create().open(fresh());
    const value = { text: 'ä\u0000🙂', list: [1, null, { deep: true }], at: new Date(0), none: undefined };
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

  it('E1 what cannot be cloned is refused, and changes nothing', async () => {
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

describe('IndexedDB', () => {
  it('E1 is there, and is durable', () => {
    expect(hasIndexedDb()).toBe(true);
    expect(createIndexedDbStorage().kind).toBe('indexeddb');
    expect(createMemoryStorage().kind).toBe('memory');
  });

  it('E1 what is queued survives the client, in its order, and is gone when it is confirmed', async () => {
    const run = () => {
      const fakes = createFakes();
      const storage = createIndexedDbStorage();
      const handlers = { onConfirmed: () => undefined, onPush: () => undefined };
      const driver = createOutboxDriver(
        { ...fakes, storage },
        (fn, args) => fakes.transport.call(fn, args, ALICE),
        handlers,
      );
      return { ...fakes, driver };
    };
    const first = run();
    first.transport.hold('push');
    await first.driver.open(ALICE);
    const numbers = Array.from({ length: 30 }, (_, i) => i + 1);
    for (const n of numbers) await first.driver.enqueue(send(n));
    first.driver.close();

    const second = run();
    const sent: string[] = [];
    second.transport.on('push', (args) => {
      const mutations = args['mutations'] as readonly { readonly id: string }[];
      sent.push(...mutations.map(({ id }) => id));
      return { results: mutations.map(({ id }) => ({ id, ok: true, result: null })) };
    });
    await second.driver.open(ALICE);
    const { outcome } = await second.driver.enqueue(send(31));
    await outcome;
    expect(sent).toEqual([...numbers, 31].map((n) => send(n).id));
    const left = createIndexedDbStorage().open(`confab-outbox-${ALICE}`);
    expect(await left.entries()).toEqual([]);
  });
});
