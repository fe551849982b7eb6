import type { KeyValueStore, StoreEntry } from '../../../src/ports';
import { createFakeEnvironment } from '../../../src/testing/fake-environment';
import type { GivenFakes } from '../../../src/testing/fakes';
import { createFaultyStorage, type FaultyStorage } from '../../../src/testing/faulty-storage';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { settled } from '../../../src/testing/settled';
import { ALICE, BOB, uuid } from './ids';
import { createWorld, ROOM, type Device, type World, type WorldOptions } from './world';

/** Where the cache of Alice is stored. */
export const STORE = `confab-cache-${ALICE}`;
/** The second conversation of Alice and Bob. */
export const OTHER = uuid(11);

/** A client of Alice that stores its cache. It watches the list, drafts, invitations and the messages of the room. */
export function startAlice(
  world: World,
  storage: FaultyStorage,
  { isUp = true, ...given }: GivenFakes & { readonly isUp?: boolean } = {},
) {
  const environment = createFakeEnvironment();
  environment.setOnline(isUp);
  const alice = world.device(ALICE, { storage, environment, persistsCache: true, ...given });
  alice.network.isUp = isUp;
  const { conversations, messages, drafts } = alice.confab;
  return {
    ...alice,
    list: alice.watch(conversations.list()),
    invites: alice.watch(conversations.invites()),
    drafts: alice.watch(drafts.list()),
    messages: alice.watch(messages.list(ROOM)),
  };
}

export type Alice = ReturnType<typeof startAlice>;

/** Ends a client as closing its tab does, once it has come to rest. */
export async function quit(device: Device): Promise<void> {
  await settled();
  device.confab.close();
  device.unwatch();
  await settled();
}

/** A world in which Alice has been online for a while, and has closed her client. */
export async function createStoredWorld(options: WorldOptions = {}) {
  const world = createWorld({ random: createSeededRandom(7).next, ...options });
  const storage = createFaultyStorage();
  world.server.addConversation(OTHER, [ALICE, BOB]);
  world.server.send(BOB, ROOM, 'one');
  world.server.send(BOB, ROOM, 'two');
  world.server.send(BOB, OTHER, 'elsewhere');
  world.server.apply(ALICE, 'save_draft', OTHER, { content: 'a draft', saved_at: '2026-01-01T00:00:00Z' });
  const first = startAlice(world, storage);
  await quit(first);
  return { ...world, world, storage };
}

/** All that a client shows, without what changes by itself. */
export function shownBy({ list, invites, drafts, messages, confab }: Alice) {
  return {
    conversations: list.get().conversations.map((conversation) => ({
      ...conversation,
      members: conversation.members.map(({ lastSeenAt: _, ...member }) => member),
    })),
    unreadCount: confab.conversations.unreadCount().get(),
    invites: invites.get().map(({ id }) => id),
    drafts: drafts.get(),
    messages: messages.get(),
  };
}

/** Rows of all stores. */
export type StoredRows = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

/**
 * A storage that remembers what was in it after each of its steps. One that sets many in turn, as a storage of an app may,
 * is worse than ours may be: what it has set of many is a step too.
 */
export function createRecordedStorage(initial: StoredRows = new Map()) {
  const stores = new Map([...initial].map(([name, rows]) => [name, new Map(rows)]));
  const steps: StoredRows[] = [];
  const step = () => void steps.push(new Map([...stores].map(([name, rows]) => [name, new Map(rows)])));
  const open = (name: string): KeyValueStore => {
    const rows = stores.get(name) ?? new Map<string, unknown>();
    stores.set(name, rows);
    const write = (act: () => void) => {
      act();
      step();
      return Promise.resolve();
    };
    const set = ([key, value]: StoreEntry) => write(() => rows.set(key, structuredClone(value)));
    return {
      entries: () => Promise.resolve(structuredClone([...rows])),
      get: (key) => Promise.resolve(structuredClone(rows.get(key))),
      set: (key, value) => set([key, value]),
      setMany: async (entries) => void (await Promise.all(entries.map(set))),
      delete: (key) => write(() => rows.delete(key)),
      clear: () => write(() => rows.clear()),
    };
  };
  return { storage: { ...createFaultyStorage(), open }, steps };
}
