import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';
import { createStoredWorld, quit, startAlice } from './support/stored-world';
import { createLiveWorld, ROOM } from './support/world';

const DAVE = uuid(4);
const PICTURE = 'https://example.com/bobby.png';

/** A direct conversation of Alice with each of these, known to her client. */
async function withDirects(...userIds: readonly string[]) {
  const world = await createLiveWorld();
  const { server, alice } = world;
  for (const [i, userId] of userIds.entries()) server.addUser(userId, ['Bob', 'Dave'][i] ?? '');
  const ids: string[] = [];
  for (const userId of userIds) ids.push(await alice.confab.conversations.direct(userId));
  for (const [i, id] of ids.entries()) server.send(userIds[i] ?? '', id, 'hello');
  await settled();
  const show = (id: string | undefined) =>
    world.list.get().conversations.find((conversation) => conversation.id === id);
  return { ...world, ids, show };
}

describe('a new name or picture', () => {
  it('E5.24 is shown at once, wherever people are shown, without a pull', async () => {
    const { alice, server, list, messages } = await createLiveWorld();
    const { confab } = alice;
    const first = server.send(BOB, ROOM, 'one');
    server.send(CAROL, ROOM, 'two', { reply_to_id: first.id, mentioned_user_ids: [BOB] });
    const id = await confab.conversations.direct(BOB);
    const typing = alice.watch(confab.typing.in(ROOM));
    const people = alice.watch(confab.members.profiles);
    await settled();
    alice.realtime.publish(`room:${ROOM}`, 'typing', { user_id: BOB, is_typing: true });
    alice.transport.on('pull', () => {
      throw new Error('no pull is needed');
    });

    server.setProfile(BOB, 'Bobby', PICTURE);
    await settled();
    const bobby = { id: BOB, displayName: 'Bobby', avatarUrl: PICTURE, isDeleted: false };
    const [one, two] = messages.get().messages;
    expect(one?.sender).toEqual(bobby);
    expect(two?.replyTo?.sender).toEqual(bobby);
    expect(people.get()[BOB]).toEqual(bobby);
    const room = list.get().conversations.find((conversation) => conversation.id === ROOM);
    expect(room?.members.find(({ userId }) => userId === BOB)?.profile).toEqual(bobby);
    expect(list.get().conversations.find((conversation) => conversation.id === id)?.name).toBe('Bobby');
    expect(typing.get()).toEqual([bobby]);
  });

  it('E5.24 stays after a start without network', async () => {
    const { world, server, storage } = await createStoredWorld();
    const alice = startAlice(world, storage, { seed: 31 });
    await settled();
    server.setProfile(BOB, 'Bobby');
    await quit(alice);
    const again = startAlice(world, storage, { isUp: false, seed: 32 });
    await world.clock.advance(2_000);
    expect(again.messages.get().messages[0]?.sender).toMatchObject({ displayName: 'Bobby' });
    await quit(again);
  });

  it('E5.24 that is older than what is known changes nothing', async () => {
    const { alice, server } = await createLiveWorld();
    const people = alice.watch(alice.confab.members.profiles);
    const late: unknown[] = [];
    const stop = server.onEvent((topic, payload) => {
      if (topic === `inbox:${ALICE}`) late.push(payload);
    });
    server.setProfile(BOB, 'Bobby');
    server.setProfile(BOB, 'Robert');
    stop();
    await settled();
    alice.realtime.publish(`inbox:${ALICE}`, 'changes', late[0]);
    await settled();
    expect(people.get()[BOB]?.displayName).toBe('Robert');
  });
});

describe('people who were deleted', () => {
  it('E5.25 are shown as such and told apart, wherever they are shown', async () => {
    const { server, alice, messages, ids, show } = await withDirects(BOB, DAVE);
    const people = alice.watch(alice.confab.members.profiles);
    server.send(BOB, ROOM, 'from Bob');
    server.deleteUser(BOB);
    server.deleteUser(DAVE);
    await settled();
    expect(ids.map((id) => show(id)?.name)).toEqual(['Deleted user 0002', 'Deleted user 0004']);
    expect(messages.get().messages.at(-1)?.sender).toEqual({
      id: BOB,
      displayName: 'Deleted user 0002',
      avatarUrl: null,
      isDeleted: true,
    });
    expect(people.get()[DAVE]).toMatchObject({ isDeleted: true });
  });

  it('E5.25 are named the same after a start that loads everything anew', async () => {
    const { server, ids, device } = await withDirects(BOB, DAVE);
    server.deleteUser(BOB);
    server.deleteUser(DAVE);
    const fresh = device(ALICE);
    const list = fresh.watch(fresh.confab.conversations.list());
    await settled();
    const shown = list.get().conversations;
    expect(ids.map((id) => shown.find((conversation) => conversation.id === id)?.name)).toEqual([
      'Deleted user 0002',
      'Deleted user 0004',
    ]);
  });

  it('E5.25 give their name to a group without a title in which nobody else is left', async () => {
    const { server, alice, list } = await createLiveWorld();
    await alice.confab.conversations.update(ROOM, { title: null });
    await settled();
    server.deleteUser(BOB);
    await settled();
    const name = () => list.get().conversations.find(({ id }) => id === ROOM)?.name;
    expect(name()).toBe('Carol');
    server.deleteUser(CAROL);
    await settled();
    expect(name()).toBe('Deleted user 0002, Deleted user 0003');
    expect(list.get().conversations[0]?.canPost).toBe(true);
  });

  it('E5.20 a direct conversation with somebody who was deleted is not writable', async () => {
    const { server, alice, ids, show } = await withDirects(BOB);
    const [id = ''] = ids;
    expect(show(id)?.canPost).toBe(true);
    server.deleteUser(BOB);
    await settled();
    expect(show(id)?.canPost).toBe(false);
    const { confirmed } = await alice.confab.messages.send(id, { content: 'hello?' });
    expect(await confirmed).toMatchObject({ ok: false, error: { code: 'user_deleted', class: 'permanent' } });
    const reaction = await alice.confab.reactions.add(id, server.messages(id)[0]?.id ?? '', '👍');
    expect(await reaction.confirmed).toMatchObject({ ok: false, error: { code: 'user_deleted' } });
    expect(await alice.confab.conversations.direct(BOB)).toBe(id);
  });
});
