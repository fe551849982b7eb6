import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { createIndexedDbStorage, hasIndexedDb } from '../../../src/adapters/indexeddb-storage';
import { createMemoryStorage } from '../../../src/adapters/memory-storage';
import { createOutboxDriver } from '../../../src/sync/outbox-driver';
import { createFakes } from '../../../src/testing/fakes';
import { createFaultyStorage, type StorageOperation } from '../../../src/testing/faulty-storage';
import { settled } from '../../../src/testing/settled';
import { send } from '../support/mutations';
import { ALICE } from '../support/rows';

describe('IndexedDB', () => {
  it('E1.5 is there, and is durable', () => {
    expect(hasIndexedDb()).toBe(true);
    expect(createIndexedDbStorage().kind).toBe('indexeddb');
    expect(createMemoryStorage().kind).toBe('memory');
  });

  it('E1.7 asks the platform to keep what is stored, and takes no for an answer where it cannot', async () => {
    const { persist } = createIndexedDbStorage();
    vi.stubGlobal('navigator', { storage: { persist: () => Promise.resolve(true) } });
    expect(await persist?.()).toBe(true);
    vi.stubGlobal('navigator', {});
    expect(await persist?.()).toBe(false);
    vi.unstubAllGlobals();
  });

  it('E1.4 what is queued survives the client, in its order, and is gone when it is confirmed', async () => {
    const run = () => {
      const fakes = createFakes();
      const storage = createIndexedDbStorage();
      const handlers = { onConfirmed: () => undefined, onPush: () => undefined, isOnline: () => true };
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
