import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL } from './support/ids';
import { createStoredWorld, quit, startAlice } from './support/stored-world';
import { createLiveWorld, createWorld, ROOM, type Device } from './support/world';

const FEED = `feed:${ROOM}:k`;

type Live = Awaited<ReturnType<typeof createLiveWorld>>;

/** Content and deletion of what a message quotes, as a list shows it. */
function quoteIn(list: Live['messages'], id: string) {
  const { replyTo } = list.get().messages.find((message) => message.id === id) ?? {};
  return replyTo && { content: replyTo.content, isDeleted: replyTo.deletedAt !== null };
}

/** A live device of Alice; the room sends its events to a feed, or to inboxes. */
async function openAlice(feed: string | null): Promise<Live> {
  const world = createWorld();
  if (feed) world.server.setFeed(ROOM, feed);
  const alice = world.device(ALICE);
  const list = alice.watch(alice.confab.conversations.list());
  const messages = alice.watch(alice.confab.messages.list(ROOM));
  await settled();
  return { ...world, alice, list, messages };
}

/** Bob answers what Carol has said, in the timeline and in a thread; Alice shows both. */
async function answered({ server, alice }: Live) {
  const said = server.send(CAROL, ROOM, 'said');
  const root = server.send(BOB, ROOM, 'root');
  const reply = server.send(BOB, ROOM, 'reply', { reply_to_id: said.id });
  const inThread = server.send(BOB, ROOM, 'in thread', { reply_to_id: said.id, thread_root_id: root.id });
  const thread = alice.watch(alice.confab.threads.replies(ROOM, root.id));
  await settled();
  return { said, root, reply, inThread, thread };
}

const ends = {
  edited: [(world: Live, id: string) => world.server.edit(CAROL, ROOM, id, 'other'), 'other', false],
  'deleted by its author': [(world: Live, id: string) => world.server.delete(CAROL, ROOM, id), null, true],
  'deleted by an admin': [(world: Live, id: string) => world.server.delete(ALICE, ROOM, id), null, true],
} as const;

describe('copies of a message', () => {
  for (const [name, [change, content, isDeleted]] of Object.entries(ends)) {
    it(`E6.21 quotes follow at once what is ${name}`, async () => {
      const world = await createLiveWorld();
      const { said, reply, inThread, thread } = await answered(world);
      const quotes = () => [quoteIn(world.messages, reply.id), quoteIn(thread, inThread.id)];
      expect(quotes()).toEqual(Array(2).fill({ content: 'said', isDeleted: false }));
      const calls = world.alice.transport.calls.length;
      change(world, said.id);
      await settled();
      expect(quotes()).toEqual(Array(2).fill({ content, isDeleted }));
      const [conversation] = world.list.get().conversations;
      expect(conversation?.lastMessage?.replyTo?.content).toBe(content);
      const asked = world.alice.transport.calls.slice(calls).map(({ fn }) => fn);
      expect(asked).not.toContain('pull');
    });

    it(`E6.21 quotes follow by a pull what was ${name} while this device was away`, async () => {
      const world = await createLiveWorld();
      const { said, reply, inThread, thread } = await answered(world);
      world.alice.network.hasEvents = false;
      change(world, said.id);
      await world.clock.advance(70_000);
      expect(quoteIn(world.messages, reply.id)).toEqual({ content, isDeleted });
      expect(quoteIn(thread, inThread.id)).toEqual({ content, isDeleted });
    });
  }

  it('E6.21 a quote follows a message that is not loaded, beyond a reaction that changes nothing', async () => {
    const world = await createLiveWorld({ pageSize: 30 });
    const { server, alice } = world;
    alice.unwatch();
    const said = server.send(CAROL, ROOM, 'said');
    for (let n = 0; n < 60; n++) server.send(BOB, ROOM, `m${n}`);
    const reply = server.send(BOB, ROOM, 'reply', { reply_to_id: said.id });
    alice.confab.close();
    const late = world.device(ALICE);
    const list = late.watch(late.confab.messages.list(ROOM));
    late.watch(late.confab.conversations.list());
    await settled();
    expect(list.get().messages.some(({ id }) => id === said.id)).toBe(false);
    const shown = () => list.get().messages.find(({ id }) => id === reply.id);
    const before = shown();
    server.react(BOB, ROOM, said.id, '👍');
    await settled();
    expect(shown()).toBe(before);
    server.edit(CAROL, ROOM, said.id, 'other');
    await settled();
    expect(shown()?.replyTo?.content).toBe('other');
    server.delete(CAROL, ROOM, said.id);
    await settled();
    expect(shown()?.replyTo).toMatchObject({ content: null });
  });

  it('E6.21 an event that comes late, or again, brings no older quote back', async () => {
    const world = await createLiveWorld();
    const { server, alice } = world;
    const events: [string, unknown][] = [];
    server.onEvent((topic, payload) => void events.push([topic, payload]));
    const { said, reply } = await answered(world);
    server.edit(CAROL, ROOM, said.id, 'other');
    await settled();
    for (const [topic, payload] of events.slice(0, -1)) alice.realtime.publish(topic, 'changes', payload);
    await settled();
    expect(quoteIn(world.messages, reply.id)).toEqual({ content: 'other', isDeleted: false });
  });

  it('E6.21 what is stored on the device follows what happened while it was off', async () => {
    const { world, storage } = await createStoredWorld();
    const { server } = world;
    const said = server.send(CAROL, ROOM, 'said');
    const reply = server.send(BOB, ROOM, 'reply', { reply_to_id: said.id });
    await quit(startAlice(world, storage));
    server.delete(CAROL, ROOM, said.id);
    const offline = startAlice(world, storage, { isUp: false });
    await settled();
    expect(quoteIn(offline.messages, reply.id)?.content).toBe('said');
    offline.network.isUp = true;
    await world.clock.advance(70_000);
    expect(quoteIn(offline.messages, reply.id)).toEqual({ content: null, isDeleted: true });
    await quit(offline);
    const again = startAlice(world, storage, { isUp: false });
    await settled();
    expect(quoteIn(again.messages, reply.id)).toEqual({ content: null, isDeleted: true });
    expect(again.list.get().conversations[0]?.lastMessage?.replyTo).toMatchObject({ content: null });
  });

  for (const feed of [null, FEED]) {
    const where = feed ? 'told by a feed' : 'told by the inbox';
    it(`E6.22 what one has deleted for oneself is quoted nowhere, ${where}`, async () => {
      const world = await openAlice(feed);
      const { server, alice, messages, list } = world;
      const { said, reply, inThread, thread } = await answered(world);
      await alice.confab.messages.hide(ROOM, said.id);
      const quotes = () => [
        quoteIn(messages, reply.id),
        quoteIn(thread, inThread.id),
        list.get().conversations[0]?.lastMessage?.replyTo ?? null,
      ];
      expect(quotes().slice(0, 2)).toEqual([null, null]);
      await settled();
      expect(quotes()).toEqual([null, null, null]);
      server.edit(CAROL, ROOM, said.id, 'other');
      server.react(BOB, ROOM, reply.id, '👍');
      const later = server.send(BOB, ROOM, 'later', { reply_to_id: said.id });
      await settled();
      expect(quotes()).toEqual([null, null, null]);
      expect(quoteIn(messages, later.id)).toBeNull();
      await world.clock.advance(130_000);
      expect([...quotes(), quoteIn(messages, later.id)]).toEqual([null, null, null, null]);
      expect(server.message(BOB, later.id)?.reply_to).toMatchObject({ content: 'other' });
    });

    it(`E6.22 others go on to see it quoted, ${where}`, async () => {
      const { server, messages, alice } = await openAlice(feed);
      const said = server.send(CAROL, ROOM, 'said');
      await settled();
      server.apply(CAROL, 'hide_message', ROOM, { message_id: said.id });
      const calls = alice.transport.calls.length;
      const reply = server.send(BOB, ROOM, 'reply', { reply_to_id: said.id });
      await settled();
      expect(quoteIn(messages, reply.id)).toEqual({ content: 'said', isDeleted: false });
      expect(alice.transport.calls.slice(calls).map(({ fn }) => fn)).not.toContain('pull');
    });
  }

  it('E6.22 what another device of mine has deleted for me is quoted on none of mine', async () => {
    const world = await createLiveWorld();
    const { said, reply } = await answered(world);
    world.server.apply(ALICE, 'hide_message', ROOM, { message_id: said.id });
    await settled();
    expect(quoteIn(world.messages, reply.id)).toBeNull();
  });

  it('E6.22 what is shown again is quoted again, as it is now', async () => {
    const world = await createLiveWorld();
    const { server, alice, messages } = world;
    const { said, reply, inThread, thread } = await answered(world);
    await alice.confab.messages.hide(ROOM, said.id);
    await settled();
    server.edit(CAROL, ROOM, said.id, 'other');
    await settled();
    expect([quoteIn(messages, reply.id), quoteIn(thread, inThread.id)]).toEqual([null, null]);
    await alice.confab.messages.unhide(ROOM, said.id);
    await settled();
    const quotes = () =>
      [quoteIn(messages, reply.id), quoteIn(thread, inThread.id)].map((one) => one?.content);
    expect(quotes()).toEqual(['other', 'other']);
    // The same by another device of hers.
    server.apply(ALICE, 'hide_message', ROOM, { message_id: said.id });
    await settled();
    expect(quotes()).toEqual([undefined, undefined]);
    server.apply(ALICE, 'unhide_message', ROOM, { message_id: said.id });
    await settled();
    expect(quotes()).toEqual(['other', 'other']);
  });

  it('E6.22 a feed that leaves a quote out is asked for it by who does not hold the message', async () => {
    const world = await createLiveWorld();
    const { server } = world;
    server.setFeed(ROOM, FEED);
    const said = server.send(CAROL, ROOM, 'said');
    for (let n = 0; n < 60; n++) server.send(BOB, ROOM, `m${n}`);
    server.apply(CAROL, 'hide_message', ROOM, { message_id: said.id });
    const late: Device = world.device(ALICE);
    const list = late.watch(late.confab.messages.list(ROOM));
    late.watch(late.confab.conversations.list());
    await settled();
    const reply = server.send(BOB, ROOM, 'reply', { reply_to_id: said.id });
    await settled();
    expect(quoteIn(list, reply.id)).toEqual({ content: 'said', isDeleted: false });
  });

  it('E5.26 a pending edit, deletion or hiding shows in quotes at once, a refused one does not', async () => {
    const world = await createLiveWorld();
    const { server, alice, messages, list } = world;
    const said = server.send(ALICE, ROOM, 'said');
    const reply = server.send(BOB, ROOM, 'reply', { reply_to_id: said.id });
    await settled();
    const one = alice.watch(alice.confab.messages.get(ROOM, reply.id));
    alice.network.isUp = false;
    const { id: own } = await alice.confab.messages.send(ROOM, { content: 'mine', replyToId: said.id });
    const quotes = () =>
      [
        quoteIn(messages, reply.id),
        quoteIn(messages, own),
        one.get().message?.replyTo,
        list.get().conversations[0]?.lastMessage?.replyTo,
      ].map((quote) => quote && quote.content);
    expect(quotes()).toEqual(Array(4).fill('said'));
    await alice.confab.messages.edit(ROOM, said.id, { content: 'other' });
    expect(quotes()).toEqual(Array(4).fill('other'));
    await alice.confab.messages.delete(ROOM, said.id);
    expect(quotes()).toEqual(Array(4).fill(null));
    expect(quoteIn(messages, reply.id)?.isDeleted).toBe(true);
    server.refuseWhen(({ type }) =>
      type === 'send_message' ? null : { code: 'forbidden', message: 'unable to', retry_after: null },
    );
    alice.network.isUp = true;
    alice.confab.connection.retry();
    await world.clock.advance(60_000);
    expect(quotes()).toEqual(Array(4).fill('said'));
    await alice.confab.messages.discard(said.id).catch(() => undefined);
    alice.network.isUp = false;
    await alice.confab.messages.hide(ROOM, said.id);
    expect(quoteIn(messages, reply.id)).toBeNull();
  });

  it('E5.19 what waits to be sent quotes its message as it is now', async () => {
    const world = await createLiveWorld();
    const { server, alice, messages } = world;
    const said = server.send(CAROL, ROOM, 'said');
    await settled();
    server.refuseWhen(() => ({ code: 'rate_limited', message: 'unable to', retry_after: 600 }));
    const { id } = await alice.confab.messages.send(ROOM, { content: 'mine', replyToId: said.id });
    expect(quoteIn(messages, id)?.content).toBe('said');
    server.refuseWhen(() => null);
    server.edit(CAROL, ROOM, said.id, 'other');
    await settled();
    expect(quoteIn(messages, id)?.content).toBe('other');
    server.delete(CAROL, ROOM, said.id);
    await settled();
    expect(quoteIn(messages, id)).toEqual({ content: null, isDeleted: true });
  });

  it('E5.19 what was refused quotes nothing that its user may not see any more', async () => {
    const { server, alice, messages } = await createLiveWorld();
    const said = server.send(CAROL, ROOM, 'said');
    await settled();
    server.refuseWhen(({ type }) =>
      type === 'send_message' ? { code: 'forbidden', message: 'unable to', retry_after: null } : null,
    );
    const { id } = await alice.confab.messages.send(ROOM, { content: 'mine', replyToId: said.id });
    await settled();
    expect(quoteIn(messages, id)?.content).toBe('said');
    server.setRole(ROOM, CAROL, 'owner');
    server.apply(CAROL, 'remove_member', ROOM, { user_id: ALICE });
    server.apply(CAROL, 'add_members', ROOM, { user_ids: [ALICE], shows_history: false });
    await settled();
    expect(messages.get().messages.map(({ status }) => status)).toContain('failed');
    expect(quoteIn(messages, id)).toBeNull();
  });
});
