import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { createIndexedDbStorage, hasIndexedDb } from '../../../src/adapters/indexeddb-storage';
import { createMemoryStorage } from '../../../src/adapters/memory-storage';
import { encodeEntry } from '../../../src/outbox/entry';
import type { Storage } from '../../../src/ports';
import { createOutboxDriver } from '../../../src/sync/outbox-driver';
import { createFakes } from '../../../src/testing/fakes';
import { createFaultyStorage, type StorageOperation } from '../../../src/testing/faulty-storage';
import { settled } from '../../../src/testing/settled';
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

  it('E1 sets none of many when one of them cannot be cloned', async () => {
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

describe('IndexedDB', () => {
  it('E1 is there, and is durable', () => {
    expect(hasIndexedDb()).toBe(true);
    expect(createIndexedDbStorage().kind).toBe('indexeddb');
    expect(createMemoryStorage().kind).toBe('memory');
  });

  it('E1 asks the platform to keep what is stored, and takes no for an answer where it cannot', async () => {
    const { persist } = createIndexedDbStorage();
    vi.stubGlobal('navigator', { storage: { persist: () => Promise.resolve(true) } });
    expect(await persist?.()).toBe(true);
    vi.stubGlobal('navigator', {});
    expect(await persist?.()).toBe(false);
    vi.unstubAllGlobals();
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

describe('the faulty storage', () => {
  it('E1 refuses and holds every operation on demand', async () => {
    const storage = createFaultyStorage();
    const store = storage.open('store');
    const operations: Readonly<Record<StorageOperation, () => Promise<unknown>>> = {
      entries: () => store.entries(),
      get: () => store.get('a'),
      set: () => store.set('a', 1),
      setMany: () => store.setMany([['a', 2]]),
      delete: () => store.delete('a'),
      clear: () => store.clear(),
    };
    for (const operation of Object.keys(operations) as StorageOperation[]) {
      storage.fail(operation, 1);
      await expect(operations[operation]()).rejects.toThrow(operation);
      storage.hang(operation);
      let isDone = false;
      const held = operations[operation]().then(() => (isDone = true));
      await settled();
      expect(isDone).toBe(false);
      storage.release(operation);
      await held;
      expect(storage.calls.filter((call) => call.operation === operation)).toHaveLength(2);
    }
    await expect(storage.persist?.()).resolves.toBe(true);
    expect(storage.persistCalls()).toBe(1);
  });
});
