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

  it('E15.4 converges at whatever step of storing the one before was killed', async () => {
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
      () => server.renewEpoch(),
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

const messagesOf = ({ messages }: Alice) => messages.get().messages;
