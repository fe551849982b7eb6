import { describe, expect, it } from 'vitest';
import { keys } from '../../src/cache/cache';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';
import {
  createRecordedStorage,
  createStoredWorld,
  OTHER,
  quit,
  shownBy,
  startAlice,
  STORE,
  type Alice,
} from './support/stored-world';
import { contents, ROOM, type World } from './support/world';
import { createFaultyStorage } from '../../src/testing/faulty-storage';

/** How often the server was asked for what the store should have. */
const loads = ({ transport }: Alice) =>
  (['conversations', 'conversation', 'history', 'drafts'] as const).reduce(
    (sum, fn) => sum + transport.count(fn),
    0,
  );

/** Fails unless a client shows what one shows that begins with nothing. */
async function expectFresh(world: World, alice: Alice) {
  const fresh = startAlice(world, createFaultyStorage(), { seed: 99 });
  const [shown, expected] = [alice, fresh].map((client) => {
    const other = client.watch(client.confab.messages.list(OTHER));
    return () => ({ ...shownBy(client), other: other.get() });
  });
  await world.clock.advance(5_000);
  expect(shown?.()).toEqual(expected?.());
  await quit(fresh);
}

describe('a start without network', () => {
  it('E15.1 shows conversations, their people, unread counts, drafts and the newest messages', async () => {
    const { world, storage } = await createStoredWorld();
    const alice = startAlice(world, storage, { isUp: false });
    const { list, messages, drafts } = alice;
    await settled();
    expect(list.get()).toMatchObject({ isPending: false, error: null });
    expect(list.get().conversations.map(({ id, unreadCount }) => [id, unreadCount])).toEqual([
      [OTHER, 1],
      [ROOM, 2],
    ]);
    const names = list.get().conversations[0]?.members.map(({ profile }) => profile.displayName);
    expect(names).toEqual(['Alice', 'Bob']);
    expect(alice.confab.conversations.unreadCount().get()).toBe(3);
    expect(contents(messages)).toEqual(['one', 'two']);
    expect(messages.get().messages[0]?.sender?.displayName).toBe('Bob');
    expect(drafts.get().map(({ content }) => content)).toEqual(['a draft']);
    expect(loads(alice)).toBe(0);
  });

  it('E15.1 shows a conversation beyond the list, invitations and how one stands to threads', async () => {
    const { world, storage, server } = await createStoredWorld({ pageSize: 1 });
    server.addConversation(uuid(12), [BOB, CAROL]);
    server.apply(BOB, 'invite_members', uuid(12), { user_ids: [ALICE] });
    const root = server.messages(ROOM)[0]?.id ?? '';
    const first = startAlice(world, storage);
    first.watch(first.confab.conversations.get(ROOM));
    await settled();
    await first.confab.threads.follow(ROOM, root);
    await quit(first);
    const alice = startAlice(world, storage, { isUp: false });
    const room = alice.watch(alice.confab.conversations.get(ROOM));
    await settled();
    expect(alice.list.get().conversations.map(({ id }) => id)).toEqual([OTHER]);
    expect(room.get()).toMatchObject({ conversation: { id: ROOM, unreadCount: 2 }, error: null });
    expect(alice.invites.get().map(({ id }) => id)).toEqual([uuid(12)]);
    expect(alice.confab.threads.state(root).get()).toMatchObject({ isFollowing: true });
    expect(loads(alice)).toBe(0);
  });

  it('E15.1 shows messages that were loaded in an earlier session, and those that memory let go', async () => {
    const { world, storage } = await createStoredWorld();
    const second = startAlice(world, storage);
    second.watch(second.confab.messages.list(OTHER));
    await settled();
    await world.clock.advance(1_000);
    second.queryClient.removeQueries({ queryKey: keys.messages(OTHER) });
    await quit(second);
    const third = startAlice(world, storage);
    await quit(third);
    const alice = startAlice(world, storage, { isUp: false });
    const other = alice.watch(alice.confab.messages.list(OTHER));
    await settled();
    expect(contents(other)).toEqual(['elsewhere']);
  });

  it('E15.1 shows what waits in the outbox with it', async () => {
    const { world, storage } = await createStoredWorld();
    const offline = startAlice(world, storage, { isUp: false });
    await settled();
    await offline.confab.messages.send(ROOM, { content: 'mine' });
    await quit(offline);
    const alice = startAlice(world, storage, { isUp: false });
    await settled();
    expect(contents(alice.messages)).toEqual(['one', 'two', 'mine']);
    expect(alice.list.get().conversations[0]).toMatchObject({ id: ROOM, lastMessage: { content: 'mine' } });
  });
});

describe('a start with network', () => {
  it('E15.4 pulls from the stored cursor, loads nothing, and ends as one that begins with nothing', async () => {
    const { world, storage, server } = await createStoredWorld();
    const [one] = server.messages(ROOM);
    server.edit(BOB, ROOM, one?.id ?? '', 'one, edited');
    server.send(CAROL, ROOM, 'three');
    server.markRead(ALICE, OTHER, 1);
    server.apply(ALICE, 'save_draft', OTHER, { content: 'more', saved_at: '2026-01-02T00:00:00Z' });
    server.addConversation(uuid(12), [CAROL, ALICE]);
    const alice = startAlice(world, storage);
    await settled();
    expect(loads(alice)).toBe(0);
    expect(alice.transport.calls.find(({ fn }) => fn === 'pull')?.args).toHaveProperty('cursor');
    expect(contents(alice.messages)).toEqual(['one, edited', 'two', 'three']);
    await expectFresh(world, alice);
  });

  it('E15.4 loads the newest messages where the stored ones are too far behind', async () => {
    const { world, storage, server } = await createStoredWorld({ truncateAfter: 5 });
    for (let n = 0; n < 10; n++) server.send(BOB, ROOM, `${n}`);
    const alice = startAlice(world, storage);
    await settled();
    expect(alice.transport.count('history')).toBe(1);
    expect(messagesOf(alice)).toHaveLength(12);
    await expectFresh(world, alice);
  });

  it('E15.4 shows messages that are read from the store while a pull runs up to date', async () => {
    const { world, storage, server } = await createStoredWorld();
    const second = startAlice(world, storage);
    second.watch(second.confab.messages.list(OTHER));
    await quit(second);
    const alice = startAlice(world, storage);
    await settled();
    alice.transport.hold('pull');
    alice.network.hasEvents = false;
    server.send(BOB, OTHER, 'meanwhile');
    alice.engine.requestPull();
    await settled();
    const other = alice.watch(alice.confab.messages.list(OTHER));
    await settled();
    expect(contents(other)).toEqual(['elsewhere']);
    alice.transport.unhold('pull');
    alice.transport.nextHeld('pull').release();
    await settled();
    expect(contents(other)).toEqual(['elsewhere', 'meanwhile']);
  });

  it.each([
    ['nothing else happened', false],
    ['the history of the database was reset', true],
  ])('E15.4 converges at whatever step of storing the one before was killed: %s', async (_, isReset) => {
    const { world, server } = await createStoredWorld();
    const recorded = createRecordedStorage();
    const first = startAlice(world, recorded.storage, { seed: 50 });
    const other = first.watch(first.confab.messages.list(OTHER));
    const acts: readonly (() => unknown)[] = [
      () => server.send(BOB, ROOM, 'three'),
      () => first.confab.messages.send(OTHER, { content: 'mine' }),
      () => server.edit(BOB, ROOM, server.messages(ROOM)[0]?.id ?? '', 'edited'),
      () => first.confab.drafts.save(ROOM, { content: 'unsent' }),
      () => server.addConversation(uuid(12), [CAROL, ALICE]),
      () => server.apply(ALICE, 'hide_message', ROOM, { message_id: server.messages(ROOM)[1]?.id }),
      () => {
        first.queryClient.removeQueries({ queryKey: keys.messages(OTHER) });
        return server.apply(ALICE, 'hide_message', OTHER, { message_id: server.messages(OTHER)[0]?.id });
      },
      () => server.markRead(ALICE, ROOM, 3),
      () => server.remove(ALICE, uuid(12)),
      () => isReset && server.renewEpoch(),
      () => server.send(CAROL, ROOM, 'four'),
    ];
    for (const act of acts) {
      await act();
      first.engine.requestPull();
      await world.clock.advance(1_500);
    }
    expect(other.get().error).toBeNull();
    await quit(first);
    expect(recorded.steps.length).toBeGreaterThan(30);
    for (const rows of recorded.steps) {
      const again = createRecordedStorage(rows);
      const offline = startAlice(world, again.storage, { seed: 60, isUp: false });
      await settled();
      await quit(offline);
      const alice = startAlice(world, again.storage, { seed: 61 });
      await world.clock.advance(5_000);
      await expectFresh(world, alice);
      await quit(alice);
    }
  });
});

describe('reading', () => {
  it('E15.2 holds nothing up for more than a second when the storage does not answer', async () => {
    const { world, storage } = await createStoredWorld();
    storage.hang('get');
    const alice = startAlice(world, storage);
    await settled();
    expect(alice.list.get().isPending).toBe(true);
    await world.clock.advance(1_000);
    expect(contents(alice.messages)).toEqual(['one', 'two']);
    expect(alice.log.map(({ event }) => event)).toContain('cache_not_read');
    storage.release('get');
    await world.clock.advance(2_000);
    await expectFresh(world, alice);
  });

  it('E15.2 asks the server when a storage fails, or answers later than the server would', async () => {
    const { world, storage } = await createStoredWorld();
    storage.fail('get', 1);
    const alice = startAlice(world, storage);
    await settled();
    expect(contents(alice.messages)).toEqual(['one', 'two']);
    await world.clock.advance(2_000);
    await quit(alice);
    const second = startAlice(world, storage);
    await settled();
    storage.hang('get');
    const other = second.watch(second.confab.messages.list(OTHER));
    await world.clock.advance(1_000);
    expect(contents(other)).toEqual(['elsewhere']);
  });

  it('E15.3 writes go out while it is read', async () => {
    const { world, storage, server } = await createStoredWorld();
    storage.hang('get');
    const alice = startAlice(world, storage);
    await settled();
    await alice.confab.messages.send(ROOM, { content: 'at once' });
    await settled();
    expect(server.messages(ROOM).at(-1)?.content).toBe('at once');
  });

  it('E15.3 keeps what an event brought meanwhile', async () => {
    const { world, storage, server } = await createStoredWorld();
    storage.hang('get');
    const alice = startAlice(world, storage);
    await settled();
    server.send(CAROL, ROOM, 'meanwhile');
    await settled();
    storage.release('get');
    await settled();
    expect(contents(alice.messages)).toEqual(['one', 'two', 'meanwhile']);
    await expectFresh(world, alice);
  });

  it('E15.9 of a user who leaves meanwhile ends with nothing', async () => {
    const { world, storage } = await createStoredWorld();
    storage.hang('get');
    const alice = startAlice(world, storage);
    await settled();
    alice.auth.signIn(CAROL);
    storage.release('get');
    await settled();
    expect(alice.confab.currentUser.get()).toBe(CAROL);
    expect(alice.list.get().conversations.map(({ id }) => id)).toEqual([ROOM]);
    expect(contents(alice.messages)).toEqual(['one', 'two']);
    expect(alice.drafts.get()).toEqual([]);
  });
});

describe('what is stored', () => {
  it('E15.5 is written together, a second after the first change', async () => {
    const { world, storage, server } = await createStoredWorld();
    const alice = startAlice(world, storage);
    await world.clock.advance(5_000);
    const writes = () => storage.calls.filter(({ operation }) => operation === 'setMany').length;
    const before = writes();
    for (let n = 0; n < 20; n++) server.send(BOB, ROOM, `${n}`);
    await world.clock.advance(900);
    expect(writes()).toBe(before);
    await world.clock.advance(200);
    expect(writes()).toBe(before + 1);
    await world.clock.advance(10_000);
    // The delivery is reported after half a second, and answered.
    expect(writes()).toBeLessThanOrEqual(before + 2);
    await quit(alice);
  });

  it('E15.5 is written at once when the app is hidden, and when the client is closed', async () => {
    const { world, storage, server } = await createStoredWorld();
    const alice = startAlice(world, storage);
    await world.clock.advance(5_000);
    const stored = async () => JSON.stringify(await storage.rows(STORE));
    server.send(BOB, ROOM, 'before hiding');
    await settled();
    expect(await stored()).not.toContain('before hiding');
    alice.environment.setVisible(false);
    await settled();
    expect(await stored()).toContain('before hiding');
    server.send(BOB, ROOM, 'before closing');
    await quit(alice);
    expect(await stored()).toContain('before closing');
    expect(world.clock.pending()).toBe(0);
  });

  it('E15.6 is the newest 50 messages of the 50 conversations used last', async () => {
    const { world, storage, server } = await createStoredWorld();
    for (let n = 0; n < 70; n++) server.send(BOB, ROOM, `${n}`);
    const alice = startAlice(world, storage);
    await settled();
    await alice.messages.fetchOlder();
    expect(messagesOf(alice)).toHaveLength(72);
    const ids = Array.from({ length: 55 }, (_, i) => server.addConversation(uuid(100 + i), [ALICE, BOB]));
    for (const id of ids) {
      server.send(BOB, id, 'hello');
      const stop = alice.confab.messages.list(id).subscribe(() => undefined);
      await world.clock.advance(1_100);
      stop();
    }
    await quit(alice);
    const rows = await storage.rows(STORE);
    const stored = rows.map(([key]) => key).filter((key) => key.startsWith('messages:'));
    // The room is watched but has not changed since.
    expect(stored.sort()).toEqual(ids.slice(5).map((id) => `messages:${id}`));
    const offline = startAlice(world, storage, { isUp: false });
    await settled();
    expect(offline.list.get().conversations).toHaveLength(57);
    await quit(offline);
  });

  it('E15.6 counts what is looked at again as used', async () => {
    const { world, storage, server } = await createStoredWorld();
    const alice = startAlice(world, storage);
    await settled();
    const ids = Array.from({ length: 51 }, (_, i) => server.addConversation(uuid(100 + i), [ALICE, BOB]));
    const look = async (id: string) => {
      const stop = alice.confab.messages.list(id).subscribe(() => undefined);
      await world.clock.advance(1_100);
      stop();
    };
    const [first = '', second = ''] = ids;
    for (const id of ids.slice(0, 49)) {
      server.send(BOB, id, 'hello');
      await look(id);
    }
    await look(first);
    for (const id of ids.slice(49)) {
      server.send(BOB, id, 'hello');
      await look(id);
    }
    await quit(alice);
    const stored = (await storage.rows(STORE)).map(([key]) => key);
    expect(stored).toContain(`messages:${first}`);
    expect(stored).not.toContain(`messages:${second}`);
  });

  it('E15.6 begins again where a page of older messages can be loaded', async () => {
    const { world, storage, server } = await createStoredWorld();
    for (let n = 0; n < 70; n++) server.send(BOB, ROOM, `${n}`);
    const first = startAlice(world, storage);
    await settled();
    await first.messages.fetchOlder();
    await quit(first);
    const alice = startAlice(world, storage);
    await settled();
    expect(messagesOf(alice)).toHaveLength(50);
    expect(alice.messages.get().hasOlder).toBe(true);
    await alice.messages.fetchOlder();
    expect(contents(alice.messages)).toEqual(server.messages(ROOM).map(({ content }) => content));
  });

  it('E15.8 without room for it is written anew with less of it later, and the log says so', async () => {
    const { world, storage, server } = await createStoredWorld();
    const alice = startAlice(world, storage);
    await world.clock.advance(5_000);
    storage.fail('setMany', 1);
    server.send(BOB, ROOM, 'too much');
    await world.clock.advance(2_000);
    expect(alice.log.filter(({ event }) => event === 'cache_not_stored')).toHaveLength(1);
    expect(contents(alice.messages).at(-1)).toBe('too much');
    await world.clock.advance(60_000);
    expect(JSON.stringify(await storage.rows(STORE))).toContain('too much');
    await quit(alice);
  });

  it('E15.8 stays as it was when nothing can be written, and is caught up from there', async () => {
    const { world, storage, server } = await createStoredWorld();
    const alice = startAlice(world, storage);
    await settled();
    storage.fail('setMany');
    storage.fail('clear');
    server.send(BOB, ROOM, 'unstored');
    await world.clock.advance(200_000);
    await quit(alice);
    storage.heal();
    const offline = startAlice(world, storage, { isUp: false });
    await settled();
    expect(contents(offline.messages)).toEqual(['one', 'two']);
    await quit(offline);
    const again = startAlice(world, storage);
    await settled();
    await expectFresh(world, again);
  });

  it('E15.9 is deleted at sign-out, and the outbox is not', async () => {
    const { world, storage } = await createStoredWorld();
    const alice = startAlice(world, storage, { isUp: false });
    await settled();
    await alice.confab.messages.send(ROOM, { content: 'unsent' });
    alice.auth.signOut();
    await world.clock.advance(5_000);
    expect(await storage.rows(STORE)).toEqual([]);
    expect(await storage.rows(`confab-outbox-${ALICE}`)).toHaveLength(1);
    expect(alice.list.get().conversations).toEqual([]);
  });

  it('E15.9 is deleted at sign-out though it is just being written', async () => {
    const { world, storage, server } = await createStoredWorld();
    const alice = startAlice(world, storage);
    await world.clock.advance(5_000);
    for (const operation of ['get', 'setMany'] as const) {
      storage.hang(operation);
      server.send(BOB, ROOM, 'last');
      await world.clock.advance(2_000);
      alice.auth.signOut();
      storage.release(operation);
      await world.clock.advance(5_000);
      expect(await storage.rows(STORE)).toEqual([]);
      alice.auth.signIn(ALICE);
      await world.clock.advance(5_000);
    }
  });

  it('E15.11 of another history of the database is deleted; what waits in the outbox is sent', async () => {
    const { world, storage, server } = await createStoredWorld();
    const second = startAlice(world, storage);
    second.watch(second.confab.messages.list(OTHER));
    await quit(second);
    const offline = startAlice(world, storage, { isUp: false });
    await settled();
    await offline.confab.messages.send(ROOM, { content: 'written offline' });
    await quit(offline);
    server.renewEpoch();
    const alice = startAlice(world, storage);
    await world.clock.advance(2_000);
    expect(server.messages(ROOM).at(-1)?.content).toBe('written offline');
    expect((await storage.rows(STORE)).map(([key]) => key)).not.toContain(`messages:${OTHER}`);
    await expectFresh(world, alice);
  });

  it('E15.12 of a conversation one was removed from is not shown again', async () => {
    const { world, storage, server } = await createStoredWorld();
    const alice = startAlice(world, storage);
    await settled();
    server.remove(ALICE, ROOM);
    await world.clock.advance(2_000);
    expect(alice.messages.get()).toMatchObject({ messages: [], error: { code: 'not_member' } });
    await quit(alice);
    expect((await storage.rows(STORE)).map(([key]) => key)).not.toContain(`messages:${ROOM}`);
  });

  it('E15.12 does not bring back a message that was hidden while memory did not hold it', async () => {
    const { world, storage, server } = await createStoredWorld();
    const alice = startAlice(world, storage);
    const stop = alice.confab.messages.list(OTHER).subscribe(() => undefined);
    await world.clock.advance(2_000);
    stop();
    alice.queryClient.removeQueries({ queryKey: keys.messages(OTHER) });
    server.apply(ALICE, 'hide_message', OTHER, { message_id: server.messages(OTHER)[0]?.id });
    await settled();
    const at = alice.transport.count('history');
    const other = alice.watch(alice.confab.messages.list(OTHER));
    await settled();
    expect(contents(other)).toEqual([]);
    expect(alice.transport.count('history')).toBe(at + 1);
    await world.clock.advance(2_000);
    await quit(alice);
    const offline = startAlice(world, storage, { isUp: false });
    const again = offline.watch(offline.confab.messages.list(OTHER));
    await settled();
    expect(contents(again)).toEqual([]);
  });
});

const messagesOf = ({ messages }: Alice) => messages.get().messages;
