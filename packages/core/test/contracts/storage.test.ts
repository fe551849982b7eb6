import 'fake-indexeddb/auto';
import { createAsyncStorage as createVersion3 } from 'async-storage-3/jest';
import { describe, expect, it, vi } from 'vitest';
import { createAsyncStorage } from '../../src/adapters/async-storage';
import { createIndexedDbStorage } from '../../src/adapters/indexeddb-storage';
import { createMemoryStorage } from '../../src/adapters/memory-storage';
import { createFaultyStorage } from '../../src/testing/faulty-storage';
import { describeStorage } from './storage.contract';
import { createFakeAsyncStorage } from './support/fake-async-storage';

// The mock of version 2 is made for Jest.
vi.stubGlobal('jest', vi);
const { default: version2 } = await import('async-storage-2/jest/async-storage-mock');

describeStorage('memory', createMemoryStorage);
describeStorage('IndexedDB', createIndexedDbStorage);
describeStorage('the faulty one while nothing is wrong with it', createFaultyStorage);
describeStorage('an asynchronous one', () => createAsyncStorage(createFakeAsyncStorage()));
describeStorage('an asynchronous one whose calls overtake each other', () =>
  createAsyncStorage(createFakeAsyncStorage({ turnsOf: (call) => (call * 7) % 5 })),
);

describeStorage('AsyncStorage 2', () => createAsyncStorage(version2));
let databases = 0;
describeStorage('AsyncStorage 3', () => createAsyncStorage(createVersion3(`test ${databases++}`)));

describe('an asynchronous storage', () => {
  it('E1.5 refuses every use of what is none', async () => {
    const rows = new Map<string, string>();
    const isSynchronous = { set: (key: string, value: string) => rows.set(key, value), getAllKeys: () => [] };
    // @ts-expect-error: it has none of the functions
    const store = createAsyncStorage(isSynchronous).open('outbox');
    await expect(store.set('a', 1)).rejects.toThrow();
    await expect(store.get('a')).rejects.toThrow();
    expect(rows.size).toBe(0);
  });

  it('E1 leaves alone what the app keeps beside it, and stores whose names begin alike', async () => {
    const fake = createFakeAsyncStorage();
    fake.rows.set('theme', 'dark');
    const storage = createAsyncStorage(fake);
    const [short, long] = [storage.open('outbox'), storage.open('outbox-2')];
    await short.set('a', 1);
    await long.set('a', 2);
    await storage.open('outbox/a').set('b', 3);
    expect(await short.entries()).toEqual([['a', 1]]);
    await short.clear();
    expect(await long.entries()).toEqual([['a', 2]]);
    expect(await storage.open('outbox/a').get('b')).toBe(3);
    expect(fake.rows.get('theme')).toBe('dark');
  });

  it('E1 hands on what somebody else has spoilt, so that one row does not hide the others', async () => {
    const fake = createFakeAsyncStorage();
    const store = createAsyncStorage(fake).open('outbox');
    await store.set('a', 1);
    fake.rows.set('outbox/b', '{');
    expect(await store.entries()).toEqual([
      ['a', 1],
      ['b', '{'],
    ]);
    expect(await store.get('b')).toBe('{');
  });

  it('E1 goes on after a call has failed', async () => {
    const fake = createFakeAsyncStorage();
    const store = createAsyncStorage(fake).open('outbox');
    fake.failNext();
    await expect(store.set('a', 1)).rejects.toThrow('full');
    await store.set('b', 2);
    expect(await store.entries()).toEqual([['b', 2]]);
  });

  it('E1 counts as durable', () => {
    expect(createAsyncStorage(createFakeAsyncStorage()).kind).toBe('custom');
  });
});
