import { describe, expect, it } from 'vitest';
import { createSeen } from '../../src/features/seen';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';
import { createWorld, ROOM, type Device, type World } from './support/world';

const OTHER = uuid(11);

/** Bob, live, watching the room in which there are two messages he has read. */
async function createReader(options = {}) {
  const world = createWorld(options);
  world.server.addConversation(OTHER, [ALICE, BOB]);
  world.server.send(ALICE, ROOM, 'a1');
  world.server.send(ALICE, ROOM, 'a2');
  const bob = world.device(BOB);
  bob.watch(bob.confab.conversations.list());
  bob.watch(bob.confab.messages.list(ROOM));
  await settled();
  await bob.confab.messages.markRead(ROOM);
  await world.clock.advance(1_000);
  return { ...world, bob };
}

function cut({ network, environment }: Device) {
  network.isUp = false;
  environment.setOnline(false);
}

async function restore({ clock }: World, { network, environment }: Device) {
  network.isUp = true;
  environment.setOnline(true);
  await clock.advance(10_000);
}

const shown = ({ confab }: Device, id = ROOM) => confab.conversations.get(id).get().conversation;
const cursorsOf = ({ server }: World, user: string, id = ROOM) => {
  const { last_read_seq, last_delivered_seq, unread_after_seq } = server.member(id, user) ?? {};
  return [last_read_seq, last_delivered_seq, unread_after_seq];
};

describe('what was written without having seen what came meanwhile', () => {
  it('D6 a queued message reads what its device had when it was written, and counts the rest as received', async () => {
    const { bob, ...world } = await createReader();
    const alice = world.device(ALICE);
    const list = alice.watch(alice.confab.messages.list(ROOM));
    alice.watch(alice.confab.conversations.list());
    await settled();
    cut(bob);
    await bob.confab.messages.send(ROOM, { content: 'from the tunnel' });
    for (const content of ['b1', 'b2', 'b3']) world.server.send(ALICE, ROOM, content);
    world.server.markRead(CAROL, ROOM, 5);
    await restore(world, bob);
    expect(shown(bob)?.unreadCount).toBe(3);
    expect(world.server.unread(BOB, ROOM)).toBe(3);
    expect(cursorsOf(world, BOB)).toEqual([2, 6, 2]);
    const { members } = shown(alice) ?? {};
    expect(members?.find(({ userId }) => userId === BOB)).toMatchObject({
      lastReadSeq: 2,
      lastDeliveredSeq: 6,
    });
    expect(list.get()).toMatchObject({ readByAllSeq: 2, deliveredToAllSeq: 5 });
  });

  it('D6 several queued messages in a row are nothing unread, and what is between them stays so', async () => {
    const { bob, ...world } = await createReader();
    cut(bob);
    for (const content of ['q1', 'q2', 'q3']) await bob.confab.messages.send(ROOM, { content });
    await restore(world, bob);
    expect(cursorsOf(world, BOB)).toEqual([5, 5, 5]);
    cut(bob);
    await bob.confab.messages.send(ROOM, { content: 'q4' });
    world.server.send(ALICE, ROOM, 'unseen');
    await bob.confab.messages.send(ROOM, { content: 'q5' });
    await restore(world, bob);
    expect(shown(bob)?.unreadCount).toBe(1);
    expect(cursorsOf(world, BOB)).toEqual([5, 8, 5]);
    await bob.confab.messages.markRead(ROOM);
    await settled();
    expect(shown(bob)?.unreadCount).toBe(0);
  });

  it('D6 a message sent while another is on its way to its sender does not read that one', async () => {
    const { bob, ...world } = await createReader();
    bob.network.hasEvents = false;
    world.server.send(ALICE, ROOM, 'crossing');
    await bob.confab.messages.send(ROOM, { content: 'crossing too' });
    await settled();
    expect(world.server.unread(BOB, ROOM)).toBe(1);
    expect(shown(bob)?.unreadCount).toBe(1);
  });

  it('D6 what was loaded and not marked as read is read by answering it, at once', async () => {
    const { bob, ...world } = await createReader();
    world.server.send(ALICE, ROOM, 'a3');
    await settled();
    expect(shown(bob)?.unreadCount).toBe(1);
    cut(bob);
    await bob.confab.messages.send(ROOM, { content: 'an answer' });
    expect(shown(bob)?.unreadCount).toBe(0);
    world.server.send(ALICE, ROOM, 'a4');
    await restore(world, bob);
    expect(shown(bob)?.unreadCount).toBe(1);
    expect(cursorsOf(world, BOB)).toEqual([3, 5, 3]);
  });

  it('D6 nothing is read by a message to a conversation that is not loaded, or beyond a hole in what is', async () => {
    const { bob, ...world } = await createReader();
    for (let n = 0; n < 3; n++) world.server.send(ALICE, OTHER, `o${n}`);
    await settled();
    await bob.confab.messages.send(OTHER, { content: 'from the list' });
    await settled();
    expect(world.server.unread(BOB, OTHER)).toBe(3);
    for (let n = 0; n < 100; n++) world.server.send(ALICE, OTHER, `more ${n}`);
    const list = bob.watch(bob.confab.messages.list(OTHER));
    await settled();
    expect(list.get().messages[0]?.seq).toBeGreaterThan(5);
    await bob.confab.messages.send(OTHER, { content: 'above a hole' });
    await settled();
    expect(world.server.unread(BOB, OTHER)).toBe(103);
    await list.fetchOlder();
    await list.fetchOlder();
    await bob.confab.messages.send(OTHER, { content: 'with all of it' });
    await settled();
    expect(world.server.unread(BOB, OTHER)).toBe(0);
  });

  it('D6 a forwarded message reads what its device had of where it goes', async () => {
    const { bob, ...world } = await createReader();
    const [first] = bob.confab.messages.list(ROOM).get().messages;
    bob.watch(bob.confab.messages.list(OTHER));
    world.server.send(ALICE, OTHER, 'o1');
    await settled();
    cut(bob);
    await bob.confab.messages.forward(first?.id ?? '', OTHER);
    expect(shown(bob, OTHER)?.unreadCount).toBe(0);
    world.server.send(ALICE, OTHER, 'o2');
    await restore(world, bob);
    expect(shown(bob, OTHER)?.unreadCount).toBe(1);
    expect(cursorsOf(world, BOB, OTHER)).toEqual([1, 3, 1]);
  });

  it('D6 the first message of a conversation that waited with it reads nothing of others', async () => {
    const { bob, ...world } = await createReader();
    cut(bob);
    const { id } = await bob.confab.conversations.create({ kind: 'group', title: 'New', memberIds: [ALICE] });
    await bob.confab.messages.send(id, { content: 'first' });
    await restore(world, bob);
    expect(cursorsOf(world, BOB, id)).toEqual([1, 1, 1]);
    expect(shown(bob, id)).toMatchObject({ unreadCount: 0, lastReadSeq: 1 });
  });

  it('D6 another device that has read further is not taken back', async () => {
    const { bob, ...world } = await createReader();
    cut(bob);
    await bob.confab.messages.send(ROOM, { content: 'q1' });
    world.server.send(ALICE, ROOM, 'a3');
    world.server.markRead(BOB, ROOM, 3);
    await restore(world, bob);
    expect(cursorsOf(world, BOB)).toEqual([4, 4, 4]);
    expect(shown(bob)?.unreadCount).toBe(0);
  });

  it('D6 who sends without saying what was seen reads nothing', async () => {
    const { bob, ...world } = await createReader();
    world.server.send(ALICE, ROOM, 'a3');
    world.server.send(BOB, ROOM, 'by a bot');
    await settled();
    expect(world.server.unread(BOB, ROOM)).toBe(1);
    expect(shown(bob)?.unreadCount).toBe(1);
  });

  it('D7 a queued reply reads its thread as far as its device had it', async () => {
    const { bob, ...world } = await createReader();
    const root = world.server.send(BOB, ROOM, 'root').id;
    await settled();
    const replies = bob.watch(bob.confab.threads.replies(ROOM, root));
    bob.watch(bob.confab.threads.state(root));
    world.server.send(ALICE, ROOM, 'r1', { thread_root_id: root });
    await settled();
    expect(replies.get().messages).toHaveLength(1);
    cut(bob);
    await bob.confab.messages.send(ROOM, { content: 'queued', threadRootId: root });
    expect(bob.confab.threads.state(root).get()).toMatchObject({ unread: false });
    world.server.send(ALICE, ROOM, 'r2', { thread_root_id: root });
    await restore(world, bob);
    expect(bob.confab.threads.state(root).get()).toMatchObject({ unread: true, lastReadSeq: 4 });
    expect(world.server.conversation(BOB, ROOM)?.unread_threads).toBe(1);
    const last = replies.get().messages.at(-1)?.seq ?? 0;
    await bob.confab.threads.markRead(ROOM, root, last);
    await settled();
    expect(bob.confab.threads.state(root).get()).toMatchObject({ unread: false });
  });

  it('D7 beginning to follow a thread reads what there was when it was asked for', async () => {
    const { bob, ...world } = await createReader();
    const root = world.server.send(ALICE, ROOM, 'root').id;
    world.server.send(CAROL, ROOM, 'r1', { thread_root_id: root });
    await settled();
    bob.watch(bob.confab.threads.state(root));
    cut(bob);
    await bob.confab.threads.follow(ROOM, root);
    world.server.send(CAROL, ROOM, 'r2', { thread_root_id: root });
    await restore(world, bob);
    expect(bob.confab.threads.state(root).get()).toMatchObject({ isFollowing: true, unread: true });
  });

  it('D7 reading everything reads what there was when it was asked for, in conversations and threads', async () => {
    const { bob, ...world } = await createReader();
    const root = world.server.send(BOB, ROOM, 'root').id;
    world.server.send(ALICE, ROOM, 'a3');
    world.server.send(ALICE, OTHER, 'o1');
    world.server.send(ALICE, ROOM, 'r1', { thread_root_id: root });
    bob.watch(bob.confab.threads.state(root));
    await settled();
    cut(bob);
    await bob.confab.unread.markAllRead();
    expect(bob.confab.conversations.unreadCount().get()).toBe(0);
    world.server.send(ALICE, OTHER, 'o2');
    world.server.send(ALICE, ROOM, 'r2', { thread_root_id: root });
    await restore(world, bob);
    expect([world.server.unread(BOB, ROOM), world.server.unread(BOB, OTHER)]).toEqual([0, 1]);
    expect(shown(bob)).toMatchObject({ unreadCount: 0, unreadThreadCount: 1 });
    expect(shown(bob, OTHER)?.unreadCount).toBe(1);
    expect(bob.confab.threads.state(root).get()?.unread).toBe(true);
  });

  it('D7 reading everything reads conversations beyond the list too, but none that has moved since', async () => {
    const { bob, ...world } = await createReader({ pageSize: 1 });
    const moved = uuid(12);
    world.server.addConversation(moved, [ALICE, BOB]);
    for (const id of [OTHER, moved, ROOM]) world.server.send(ALICE, id, 'old');
    const late = world.device(BOB);
    late.watch(late.confab.conversations.list());
    await settled();
    cut(late);
    cut(bob);
    await late.confab.unread.markAllRead();
    world.server.send(ALICE, moved, 'new');
    await restore(world, late);
    expect([ROOM, OTHER, moved].map((id) => world.server.unread(BOB, id))).toEqual([0, 0, 2]);
  });

  it('D6 a message that is loaded before its conversation is told of it can be read', async () => {
    const { bob, ...world } = await createReader();
    bob.network.hasEvents = false;
    world.server.send(ALICE, OTHER, 'o1');
    const list = bob.watch(bob.confab.messages.list(OTHER));
    await settled();
    expect(list.get().messages.map(({ content }) => content)).toEqual(['o1']);
    expect(shown(bob, OTHER)?.lastSeq).toBe(0);
    await bob.confab.messages.markRead(OTHER, list.get().messages[0]?.seq ?? 0);
    await settled();
    expect(world.server.unread(BOB, OTHER)).toBe(0);
    await restore(world, bob);
    expect(shown(bob, OTHER)).toMatchObject({ unreadCount: 0, lastSeq: 1 });
  });

  it('D6 a reply that is heard of by its thread first can be read', () => {
    const cache = {
      conversation: () => ({ lastSeq: 3 }),
      thread: () => ({ lastReplySeq: 6 }),
      messages: () => undefined,
    };
    const seen = createSeen(cache as never, {} as never);
    expect([seen.atMost(ROOM, 9, ROOM), seen.atMost(ROOM, 5, ROOM), seen.atMost(ROOM, 9)]).toEqual([6, 5, 3]);
  });

  it('D6 what was read stays read where the message that waited with it is refused', async () => {
    const { bob, ...world } = await createReader();
    world.server.send(ALICE, ROOM, 'a3');
    await settled();
    cut(bob);
    await bob.confab.messages.send(ROOM, { content: 'never' });
    await bob.confab.messages.markRead(ROOM);
    world.server.refuseWhen(({ type }) =>
      type === 'send_message'
        ? { code: 'forbidden', message: 'unable to send; it is forbidden', retry_after: null }
        : null,
    );
    await restore(world, bob);
    expect([shown(bob)?.unreadCount, world.server.unread(BOB, ROOM)]).toEqual([0, 0]);
  });

  it('D6 a position nobody can have seen reads what there is', async () => {
    const { bob, ...world } = await createReader();
    world.server.send(ALICE, ROOM, 'a3');
    await settled();
    cut(bob);
    await bob.confab.messages.markRead(ROOM, Number.MAX_SAFE_INTEGER);
    world.server.send(ALICE, ROOM, 'a4');
    await restore(world, bob);
    expect(shown(bob)?.unreadCount).toBe(1);
  });
});
