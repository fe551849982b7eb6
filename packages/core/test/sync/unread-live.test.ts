import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL } from './support/ids';
import { createWorld, ROOM, type Device } from './support/world';

const FEED = `feed:${ROOM}:k`;
const toAlice = { mentioned_user_ids: [ALICE] };

/** Alice's live device, which shows the list, and the messages of the room unless told otherwise. */
async function openAlice({ showsRoom = true, feed = false } = {}) {
  const world = createWorld();
  const { server } = world;
  if (feed) server.setFeed(ROOM, FEED);
  const alice: Device = world.device(ALICE);
  const list = alice.watch(alice.confab.conversations.list());
  if (showsRoom) alice.watch(alice.confab.messages.list(ROOM));
  await settled();
  let seen = 0;
  const pulls = () => alice.transport.calls.filter(({ fn }) => fn === 'pull').length;
  return {
    ...world,
    alice,
    /** From now on nothing may be pulled. */
    rest() {
      seen = pulls();
    },
    /** What is counted, beside what the server counts; and whether that was by events alone. */
    async counts(mayPull = false) {
      await settled();
      const shown = list.get().conversations[0];
      const row = server.conversation(ALICE, ROOM);
      const there = [row?.unread, row?.unread_mentions, row?.unread_threads];
      expect([shown?.unreadCount, shown?.unreadMentionCount, shown?.unreadThreadCount]).toEqual(there);
      if (!mayPull) expect(pulls()).toBe(seen);
      return there;
    },
  };
}

for (const feed of [false, true])
  for (const showsRoom of [true, false]) {
    const where = `${feed ? 'by a feed' : 'by the inbox'}, ${showsRoom ? 'loaded' : 'not loaded'}`;
    describe(`what is unread, ${where}`, () => {
      it('E6.23 mentions that are deleted or edited count at once', async () => {
        const { server, counts, rest } = await openAlice({ feed, showsRoom });
        rest();
        const one = server.send(BOB, ROOM, 'one', toAlice);
        const all = server.send(CAROL, ROOM, 'all', { mentions_everyone: true });
        const none = server.send(BOB, ROOM, 'none');
        expect(await counts()).toEqual([3, 2, 0]);
        const edit = (by: string, id: string, args: object) => {
          server.apply(by, 'edit_message', ROOM, { message_id: id, content: 'edited', ...args });
        };
        edit(BOB, none.id, toAlice);
        expect(await counts()).toEqual([3, 3, 0]);
        edit(BOB, one.id, { mentioned_user_ids: [CAROL] });
        expect(await counts()).toEqual([3, 2, 0]);
        edit(BOB, none.id, { content: 'again' });
        server.react(CAROL, ROOM, none.id, '👍');
        expect(await counts()).toEqual([3, 2, 0]);
        edit(CAROL, all.id, { mentions_everyone: false });
        expect(await counts()).toEqual([3, 1, 0]);
        server.delete(BOB, ROOM, none.id);
        expect(await counts()).toEqual([2, 0, 0]);
        edit(BOB, one.id, { mentions_everyone: true });
        expect(await counts()).toEqual([2, 1, 0]);
        server.delete(ALICE, ROOM, one.id);
        expect(await counts()).toEqual([1, 0, 0]);
      });

      it('E6.23 what is read, own, or in a thread counts no mention', async () => {
        const { server, counts, rest } = await openAlice({ feed, showsRoom });
        const read = server.send(BOB, ROOM, 'read', toAlice);
        const own = server.send(ALICE, ROOM, 'own');
        await settled();
        rest();
        const reply = server.send(BOB, ROOM, 'reply', { ...toAlice, thread_root_id: read.id });
        server.delete(BOB, ROOM, read.id);
        server.apply(ALICE, 'edit_message', ROOM, { message_id: own.id, content: 'x', ...toAlice });
        expect((await counts()).slice(0, 2)).toEqual([0, 0]);
        server.delete(BOB, ROOM, reply.id);
        expect((await counts()).slice(0, 2)).toEqual([0, 0]);
      });

      it('E6.23 threads become unread and read at once', async () => {
        const { server, counts, rest } = await openAlice({ feed, showsRoom });
        const root = server.send(ALICE, ROOM, 'root');
        const other = server.send(BOB, ROOM, 'other');
        await settled();
        rest();
        const reply = (by: string, rootId: string, over = {}) =>
          server.send(by, ROOM, 'reply', { thread_root_id: rootId, ...over });
        const first = reply(BOB, root.id);
        expect((await counts())[2]).toBe(1);
        const second = reply(CAROL, root.id);
        expect((await counts())[2]).toBe(1);
        server.delete(CAROL, ROOM, second.id);
        expect((await counts())[2]).toBe(1);
        server.delete(BOB, ROOM, first.id);
        expect((await counts())[2]).toBe(0);
        const third = reply(BOB, root.id);
        reply(BOB, other.id);
        expect((await counts())[2]).toBe(1);
        reply(CAROL, other.id, toAlice);
        expect((await counts())[2]).toBe(2);
        // Another device of hers reads, and stops to follow.
        server.apply(ALICE, 'mark_thread_read', ROOM, { thread_root_id: root.id, seq: third.seq });
        expect((await counts())[2]).toBe(1);
        server.apply(ALICE, 'follow_thread', ROOM, { thread_root_id: other.id, is_following: false });
        expect((await counts())[2]).toBe(0);
        server.apply(ALICE, 'follow_thread', ROOM, { thread_root_id: other.id, is_following: true });
        const { seq } = reply(BOB, root.id);
        reply(BOB, other.id);
        expect((await counts())[2]).toBe(2);
        // Whoever replies has read what their device had of the thread.
        reply(ALICE, root.id);
        expect((await counts())[2]).toBe(2);
        reply(ALICE, root.id, { seen_seq: seq });
        expect((await counts())[2]).toBe(1);
        server.apply(ALICE, 'mark_all_read', null, {});
        expect(await counts(true)).toEqual([0, 0, 0]);
      });

      it('E6.23 what is deleted for oneself is not taken off again when it is deleted for all', async () => {
        const { server, counts, rest } = await openAlice({ feed, showsRoom });
        const hidden = server.send(BOB, ROOM, 'hidden', toAlice);
        server.send(BOB, ROOM, 'kept', toAlice);
        await settled();
        server.apply(ALICE, 'hide_message', ROOM, { message_id: hidden.id });
        expect(await counts(true)).toEqual([1, 1, 0]);
        server.apply(BOB, 'edit_message', ROOM, {
          message_id: hidden.id,
          content: 'x',
          mentions_everyone: true,
        });
        expect(await counts(true)).toEqual([1, 1, 0]);
        rest();
        server.delete(BOB, ROOM, hidden.id);
        expect(await counts(!showsRoom)).toEqual([1, 1, 0]);
      });
    });
  }

describe('what is unread', () => {
  it('E6.23 events that come in another order, or twice, end with what the server counts', async () => {
    const { server, alice, counts } = await openAlice();
    const events: [string, unknown][] = [];
    alice.network.hasEvents = false;
    server.onEvent((topic, payload) => void events.push([topic, payload]));
    const root = server.send(ALICE, ROOM, 'root');
    const first = server.send(BOB, ROOM, 'first', { thread_root_id: root.id, ...toAlice });
    server.apply(ALICE, 'mark_thread_read', ROOM, { thread_root_id: root.id, seq: first.seq });
    server.send(CAROL, ROOM, 'second', { thread_root_id: root.id });
    const said = server.send(BOB, ROOM, 'said', toAlice);
    server.delete(BOB, ROOM, said.id);
    for (const [topic, payload] of [...events].reverse()) alice.realtime.publish(topic, 'changes', payload);
    expect(await counts(true)).toEqual([0, 0, 1]);
    for (const [topic, payload] of events) alice.realtime.publish(topic, 'changes', payload);
    expect(await counts(true)).toEqual([0, 0, 1]);
  });

  it('E5.13 mentions are counted under a cursor that was moved here, where all of it is loaded', async () => {
    const { server, alice } = await openAlice();
    const first = server.send(BOB, ROOM, 'first', toAlice);
    server.send(BOB, ROOM, 'second', { mentions_everyone: true });
    await settled();
    const shown = () => alice.confab.conversations.get(ROOM).get().conversation?.unreadMentionCount;
    alice.watch(alice.confab.conversations.get(ROOM));
    expect(shown()).toBe(2);
    alice.network.isUp = false;
    await alice.confab.messages.markRead(ROOM, first.seq);
    expect(shown()).toBe(1);
  });
});
