import { dehydrate, hydrate, QueryClient } from '@tanstack/query-core';
import { describe, expect, it } from 'vitest';
import { createFakeBrowser } from '../../src/testing/fake-tabs';
import { createFaultyStorage, type FaultyStorage } from '../../src/testing/faulty-storage';
import { createSeededRandom } from '../../src/testing/seeded-random';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import {
  createStoredWorld,
  OTHER,
  quit,
  shownBy,
  startAlice,
  STORE,
  type Alice,
} from './support/stored-world';
import { contents, ROOM, type World } from './support/world';

const MESSAGES = `messages:${ROOM}`;

async function expectFresh(world: World, alice: Alice) {
  const fresh = startAlice(world, createFaultyStorage(), { seed: 99 });
  await world.clock.advance(5_000);
  expect(shownBy(alice)).toEqual(shownBy(fresh));
  await quit(fresh);
}

/** The record under a key, with `change` made to it or, where it is JSON, to what is in it. */
async function spoil(
  storage: FaultyStorage,
  key: string,
  change: (record: Record<string, unknown>, data: Record<string, unknown>) => unknown,
) {
  const store = storage.open(STORE);
  const record = structuredClone(await store.get(key)) as Record<string, unknown>;
  const json = record['data'];
  const data = JSON.parse(typeof json === 'string' ? json : '{}') as Record<string, unknown>;
  const instead = change(record, data);
  await store.set(key, instead ?? { ...record, ...('data' in record ? { data: JSON.stringify(data) } : {}) });
}

type Spoil = Parameters<typeof spoil>[2];

describe('what cannot be used of what is stored', () => {
  const spoilt: readonly (readonly [what: string, key: string, change: Spoil])[] = [
    ['a state that is no record', 'state', () => 'spoilt'],
    ['a state whose text is cut', 'state', (record) => ({ ...record, data: '{"cursor":' })],
    ['a state without a cursor', 'state', (_, data) => void delete data['cursor']],
    ['a state of another version', 'state', (record) => ({ ...record, v: 2 })],
    ['members of another kind', 'state', (_, data) => void (data['members'] = { 0: null })],
    [
      'a conversation without its membership',
      'state',
      (_, data) => {
        const [first] = (data['list'] as { conversations: Record<string, unknown>[] }).conversations;
        delete first?.['me'];
      },
    ],
    ['an index of another version', 'index', (record) => ({ ...record, v: 0 })],
    ['an index that is a list', 'index', () => []],
    ['messages of another version', MESSAGES, (record) => ({ ...record, v: 99 })],
    ['messages that are null', MESSAGES, (record) => ({ ...record, data: 'null' })],
    ['messages out of order', MESSAGES, (_, data) => void (data['messages'] as unknown[]).reverse()],
    ['messages twice', MESSAGES, (_, data) => void (data['messages'] = [...rows(data), ...rows(data)])],
    ['messages beyond what is covered', MESSAGES, (_, data) => void (data['covers'] = { from: 1, to: 1 })],
    [
      'messages of another conversation',
      MESSAGES,
      (_, data) => {
        for (const row of rows(data)) row['conversationId'] = OTHER;
      },
    ],
    [
      'replies of a thread',
      MESSAGES,
      (_, data) => {
        for (const row of rows(data)) row['threadRootId'] = uuid(1);
      },
    ],
  ];
  const rows = (data: Record<string, unknown>) => data['messages'] as Record<string, unknown>[];

  it.each(spoilt)('E15.7 is left out, said in the log and loaded anew: %s', async (_, key, change) => {
    const { world, storage } = await createStoredWorld();
    await spoil(storage, key, change);
    const alice = startAlice(world, storage);
    await settled();
    expect(alice.transport.count('history')).toBe(1);
    await expectFresh(world, alice);
    await quit(alice);
    const offline = startAlice(world, storage, { isUp: false });
    await settled();
    expect(contents(offline.messages)).toEqual(['one', 'two']);
    expect(offline.list.get().conversations).toHaveLength(2);
  });

  it('E15.7 leaves the rest: the list is there without the messages', async () => {
    const { world, storage } = await createStoredWorld();
    await spoil(storage, MESSAGES, () => 'spoilt');
    const offline = startAlice(world, storage, { isUp: false });
    await settled();
    expect(offline.list.get().conversations).toHaveLength(2);
    expect(offline.log.map(({ event }) => event)).toContain('cache_not_read');
  });

  it('E15.7 harms nothing when it was made to: names of what all objects have', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const { world, storage } = await createStoredWorld();
      await spoil(storage, 'state', (record) => ({
        ...record,
        data: String(record['data']).replaceAll(BOB, name).replaceAll(OTHER, name),
      }));
      const offline = startAlice(world, storage, { isUp: false });
      await settled();
      expect(() => JSON.stringify(shownBy(offline))).not.toThrow();
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as Record<string, unknown>)['changed']).toBeUndefined();
      await quit(offline);
    }
  });

  it('E15.7 breaks no view, whatever value stands in the place of another', async () => {
    const random = createSeededRandom(11);
    const strange = [null, -1, 1e300, '', 'x', [], {}, [[]], true, '\ud800', { length: 5 }];
    const { world, storage } = await createStoredWorld();
    const good = await storage.rows(STORE);
    for (let round = 0; round < 150; round++) {
      const key = random.pick(['state', MESSAGES]);
      await storage.open(STORE).setMany(good);
      await spoil(storage, key, (_, data) => {
        let at: Record<string, unknown> = data;
        for (;;) {
          const name = random.pick(Object.keys(at));
          const inner = at[name];
          if (
            typeof inner !== 'object' ||
            inner === null ||
            Object.keys(inner).length === 0 ||
            random.chance(0.1)
          )
            return void (at[name] = random.pick(strange));
          at = inner as Record<string, unknown>;
        }
      });
      const offline = startAlice(world, storage, { isUp: false });
      await settled();
      expect(() => JSON.stringify(shownBy(offline))).not.toThrow();
      await quit(offline);
    }
  });
});

describe('several tabs', () => {
  it('E15.10 store by the one that leads', async () => {
    const { world, storage, server } = await createStoredWorld();
    const browser = createFakeBrowser();
    const leader = startAlice(world, storage, { tabs: browser.open(), seed: 70 });
    await settled();
    const follower = startAlice(world, storage, { tabs: browser.open(), seed: 71 });
    await world.clock.advance(5_000);
    expect([leader, follower].map(({ engine }) => engine.tabs.role.get())).toEqual(['leader', 'follower']);
    const calls = () =>
      storage.calls.filter(({ operation, store }) => operation === 'setMany' && store === STORE).length;
    const before = calls();
    server.send(BOB, ROOM, 'for both');
    await world.clock.advance(1_200);
    expect(calls()).toBe(before + 1);
  });

  it('E15.10 replace what another has stored when they take over, so that nothing there is older than the cursor', async () => {
    const { world, storage, server } = await createStoredWorld();
    const browser = createFakeBrowser();
    const leader = startAlice(world, storage, { tabs: browser.open(), seed: 70 });
    await settled();
    const follower = startAlice(world, storage, { tabs: browser.open(), seed: 71 });
    await settled();
    // Only the leader opens it; what happens to it later the follower never hears of.
    leader.watch(leader.confab.messages.list(OTHER));
    await world.clock.advance(2_000);
    await quit(leader);
    server.send(BOB, ROOM, 'later');
    await world.clock.advance(2_000);
    expect((await storage.rows(STORE)).map(([key]) => key).sort()).toEqual(['index', MESSAGES, 'state']);
    await quit(follower);
    const alice = startAlice(world, storage);
    await settled();
    await expectFresh(world, alice);
  });

  it('E15.10 that know nothing of each other do no harm', async () => {
    const { world, storage, server } = await createStoredWorld();
    const tabs = [startAlice(world, storage, { seed: 70 }), startAlice(world, storage, { seed: 71 })];
    for (let n = 0; n < 5; n++) {
      server.send(BOB, ROOM, `${n}`);
      await world.clock.advance(700);
    }
    for (const tab of tabs) await quit(tab);
    const alice = startAlice(world, storage);
    await settled();
    await expectFresh(world, alice);
  });
});

describe('a QueryClient of the app', () => {
  it('E15.13 that holds something is not filled from the store', async () => {
    const { world, storage, server } = await createStoredWorld();
    server.send(BOB, ROOM, 'newer');
    const source = startAlice(world, createFaultyStorage(), { seed: 80 });
    await settled();
    const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } });
    hydrate(queryClient, dehydrate(source.queryClient));
    await quit(source);
    const alice = startAlice(world, storage, { isUp: false, queryClient });
    await settled();
    expect(contents(alice.messages)).toEqual(['one', 'two', 'newer']);
    expect(alice.transport.count('history')).toBe(0);
    await quit(alice);
  });

  it('E15.13 can be dehydrated as JSON and hydrated, and goes on from the same cursor', async () => {
    const { world, server } = await createStoredWorld();
    const source = startAlice(world, createFaultyStorage(), { seed: 80 });
    await settled();
    const state = JSON.parse(JSON.stringify(dehydrate(source.queryClient))) as object;
    await quit(source);
    server.send(BOB, ROOM, 'since then');
    const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } });
    hydrate(queryClient, state);
    const alice = startAlice(world, createFaultyStorage(), { queryClient, seed: 81 });
    await settled();
    expect(alice.transport.count('history') + alice.transport.count('conversations')).toBe(0);
    expect(contents(alice.messages)).toEqual(['one', 'two', 'since then']);
    await expectFresh(world, alice);
  });

  it('E15.13 is not filled for nobody, nor when the app does without', async () => {
    const { world, storage } = await createStoredWorld();
    const nobody = world.device(null, { storage, persistsCache: true });
    nobody.watch(nobody.confab.conversations.list());
    await settled();
    expect(nobody.confab.conversations.list().get()).toMatchObject({ error: { code: 'unauthenticated' } });
    const stored = await createStoredWorld();
    const without = startAlice(stored.world, stored.storage, { isUp: false, persistsCache: false });
    await settled();
    expect(without.list.get().conversations).toEqual([]);
    expect((await stored.storage.rows(STORE)).length).toBeGreaterThan(0);
    expect(ALICE).toBe(without.confab.currentUser.get());
  });
});
