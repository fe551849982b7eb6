import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import type { Readable } from '../../src/lib/readable';
import { failure } from '../../src/testing/fake-transport';
import { createConfabOnFakes } from '../../src/testing/fakes';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';
import { contents, createLiveWorld, createWorld, ROOM, type Device } from './support/world';

/** Counts how often listeners hear of a change. */
function changesOf(readable: Readable<unknown>) {
  let count = 0;
  const stop = readable.subscribe(() => count++);
  return { count: () => count, stop };
}

const watched = ({ queryClient, cache }: Device) =>
  queryClient
    .getQueryCache()
    .getAll()
    .filter(({ queryHash }) => cache.loads.isWatched(queryHash));

describe('views', () => {
  it('E5 keep their reference while nothing changes, and are the same object for the same id', async () => {
    const { alice } = await createLiveWorld();
    const { conversations, messages, typing, presence, connection } = alice.confab;
    const views: readonly Readable<unknown>[] = [
      conversations.list(),
      conversations.get(ROOM),
      conversations.unreadCount(),
      messages.list(ROOM),
      typing.in(ROOM),
      presence.in(ROOM),
      connection,
      alice.confab.currentUser,
    ];
    for (const view of views) alice.watch(view);
    await settled();
    for (const view of views) expect(view.get()).toBe(view.get());
    const before = views.map((view) => view.get());
    alice.engine.requestPull();
    await settled();
    views.forEach((view, i) => expect(view.get()).toBe(before[i]));
    expect(messages.list(ROOM)).toBe(messages.list(ROOM));
    expect(conversations.get(ROOM)).toBe(conversations.get(ROOM));
    expect(typing.in(ROOM)).toBe(typing.in(ROOM));
    expect(presence.in(ROOM)).toBe(presence.in(ROOM));
  });

  it('E5 of messages keep the messages that did not change', async () => {
    const { alice, server, messages } = await createLiveWorld();
    for (let n = 0; n < 5; n++) server.send(BOB, ROOM, `${n}`);
    await settled();
    const before = messages.get().messages;
    server.send(BOB, ROOM, 'new');
    await alice.confab.messages.send(ROOM, { content: 'mine' });
    await settled();
    before.forEach((message, i) => expect(messages.get().messages[i]).toBe(message));
  });

  it('E9.11 leave no channels, timers or loads however often they are mounted', async () => {
    const world = createWorld();
    const alice = world.device(ALICE);
    await settled();
    const timers = world.clock.pending();
    const { conversations, messages, typing, presence } = alice.confab;
    const views: readonly Readable<unknown>[] = [
      conversations.list(),
      conversations.get(ROOM),
      messages.list(ROOM),
      typing.in(ROOM),
      presence.in(ROOM),
    ];
    for (const view of views) {
      const first = view.subscribe(() => undefined);
      first();
      const second = view.subscribe(() => undefined);
      first();
      await settled();
      second();
    }
    await world.clock.advance(2_000);
    expect(alice.realtime.openTopics()).toEqual([`inbox:${ALICE}`]);
    expect(alice.realtime.opened(`room:${ROOM}`)).toBe(1);
    expect(watched(alice)).toEqual([]);
    expect(world.clock.pending()).toBe(timers);
  });

  it('E5 go on when a listener throws', async () => {
    const { alice, server, list, messages } = await createLiveWorld();
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    process.on('uncaughtException', onError);
    const listeners = process.listeners('uncaughtException').filter((listener) => listener !== onError);
    for (const listener of listeners) process.off('uncaughtException', listener);
    const stop = messages.subscribe(() => {
      throw new Error('by the app');
    });
    server.send(BOB, ROOM, 'one');
    await alice.confab.messages.send(ROOM, { content: 'two' });
    await settled();
    await new Promise((resolve) => setImmediate(resolve));
    stop();
    process.off('uncaughtException', onError);
    for (const listener of listeners) process.on('uncaughtException', listener);
    expect(contents(messages)).toEqual(['one', 'two']);
    expect(list.get().conversations[0]?.lastMessage?.content).toBe('two');
    expect(errors.length).toBeGreaterThan(0);
  });
});

describe('messages', () => {
  it('E1 are shown in the same tick in which they are sent', async () => {
    const { alice, messages, list } = await createLiveWorld();
    const queued = alice.confab.messages.send(ROOM, { content: 'at once' });
    expect(messages.get().messages).toMatchObject([{ content: 'at once', status: 'pending', seq: null }]);
    expect(list.get().conversations[0]?.lastMessage?.content).toBe('at once');
    const { id, confirmed } = await queued;
    expect(await confirmed).toMatchObject({ ok: true, value: { id, seq: 1, status: 'sent' } });
  });

  it('E1 can be sent by who hears that somebody is signed in', async () => {
    const world = createWorld();
    const device = world.device(null);
    await settled();
    const queued: ReturnType<typeof device.confab.messages.send>[] = [];
    device.confab.currentUser.subscribe(() => {
      queued.push(device.confab.messages.send(ROOM, { content: 'at once' }));
    });
    device.auth.signIn(ALICE);
    const [sent] = await Promise.all(queued);
    expect((await sent?.confirmed)?.ok).toBe(true);
  });

  it('E1 are refused when nobody is signed in, and wait for the session while it is looked up', async () => {
    const world = createWorld();
    const nobody = world.device(null);
    await expect(nobody.confab.messages.send(ROOM, { content: 'x' })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    const alice = world.device(ALICE);
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'early' });
    expect((await confirmed).ok).toBe(true);
  });

  it('E12.9 show something: what does not is no message, edit, draft or title', async () => {
    const { alice, server } = await createLiveWorld();
    const { messages, drafts, conversations } = alice.confab;
    const { id } = server.send(ALICE, ROOM, 'hello');
    alice.watch(drafts.list());
    alice.watch(conversations.get(ROOM));
    await settled();
    const title = () => conversations.get(ROOM).get().conversation?.title;
    for (const blank of [
      '',
      ' \n ',
      '\u200b',
      '\u2800',
      '\u3164',
      '\u00ad',
      '\u202e',
      '\ufeff',
      '\ufe0f\u200d',
      '\u0001',
    ]) {
      await expect(messages.send(ROOM, { content: blank })).rejects.toMatchObject({ code: 'content_empty' });
      await expect(messages.edit(ROOM, id, { content: blank })).rejects.toMatchObject({
        code: 'content_empty',
      });
      await drafts.save(ROOM, { content: 'begun' });
      expect(drafts.list().get()).toHaveLength(1);
      await drafts.save(ROOM, { content: blank });
      expect(drafts.list().get()).toEqual([]);
      alice.transport.hold('push');
      await conversations.update(ROOM, { title: 'Hikers' });
      await conversations.update(ROOM, { title: blank });
      expect(title()).toBeNull();
      await conversations.update(ROOM, { title: `\u3000Hikers\n` });
      expect(title()).toBe('Hikers');
      alice.transport.unhold('push');
      for (const held of alice.transport.held('push')) held.release();
      await settled();
      expect(title()).toBe('Hikers');
      expect(drafts.list().get()).toEqual([]);
    }
    for (const seen of ['.', '\u200bx', '❤', '\u0301', 'ㅤ한'])
      expect((await (await messages.send(ROOM, { content: seen })).confirmed).ok).toBe(true);
  });

  it('E12.5 are checked before they are queued', async () => {
    const { alice } = await createLiveWorld();
    const send = (content: string) => alice.confab.messages.send(ROOM, { content });
    await expect(send('')).rejects.toMatchObject({ code: 'content_empty' });
    await expect(send(' \n ')).rejects.toMatchObject({ code: 'content_empty' });
    await expect(send('a\u0000b')).rejects.toMatchObject({ code: 'invalid' });
    await expect(send('half \ud83d')).rejects.toMatchObject({ code: 'invalid' });
    await expect(
      alice.confab.messages.send(ROOM, { content: 'x', data: { act: () => undefined } }),
    ).rejects.toMatchObject({ code: 'invalid' });
    await expect(alice.confab.messages.send('no id', { content: 'x' })).rejects.toMatchObject({
      code: 'invalid',
    });
    const { confirmed } = await send('smile \ud83d\ude00 and \\u0000');
    expect((await confirmed).ok).toBe(true);
  });

  it('E12.8 take a day as the one of the device, and refuse what is no date', async () => {
    const { alice } = await createLiveWorld();
    const { search, conversations } = alice.confab;
    const asked: unknown[] = [];
    alice.transport.on('search_messages', (args) => {
      asked.push([args['from_time'], args['to_time']]);
      return { results: [], profiles: [], next: null };
    });
    const localDay = (day: number) => new Date(2026, 2, day).toISOString();
    await search.messages({ query: 'x', from: '2026-03-10', to: '2026-03-11T09:30:00+02:00' });
    expect(asked).toEqual([[localDay(10), '2026-03-11T07:30:00.000Z']]);
    const muting = await conversations.setMembership(ROOM, { mutedUntil: '2199-03-10' });
    expect((await muting.confirmed).ok).toBe(true);
    const { me } = alice.cache.conversation(ROOM) ?? {};
    expect(Date.parse(me?.mutedUntil ?? '')).toBe(new Date(2199, 2, 10).getTime());
    for (const mutedUntil of ['soon', '2026-02-30', ''])
      await expect(conversations.setMembership(ROOM, { mutedUntil })).rejects.toMatchObject({
        code: 'invalid',
      });
    await expect(search.messages({ query: 'x', to: 'tomorrow' })).rejects.toMatchObject({ code: 'invalid' });
    expect(asked).toHaveLength(1);
  });

  it('E12 of declared kinds carry checked data', async () => {
    const { alice } = await createLiveWorld();
    const { confab } = createConfabOnFakes(alice, { note: z.object({ mood: z.string() }) });
    await expect(
      // @ts-expect-error data of another shape
      confab.messages.send(ROOM, { kind: 'note', data: { mood: 7 } }),
    ).rejects.toMatchObject({ code: 'invalid' });
    const { confirmed } = await confab.messages.send(ROOM, { kind: 'note', data: { mood: 'good' } });
    expect(await confirmed).toMatchObject({ ok: true, value: { kind: 'note', data: { mood: 'good' } } });
  });

  it('E6.11 load older pages once for all who ask', async () => {
    const world = createWorld();
    for (let n = 1; n <= 120; n++) world.server.send(BOB, ROOM, `${n}`);
    const alice = world.device(ALICE);
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    expect(messages.get()).toMatchObject({ hasOlder: true, isFetchingOlder: false });
    const asked = alice.transport.count('history');
    const both = Promise.all([messages.fetchOlder(), messages.fetchOlder()]);
    expect(messages.get().isFetchingOlder).toBe(true);
    await both;
    expect(alice.transport.count('history')).toBe(asked + 1);
    expect(messages.get().messages).toHaveLength(100);
    await messages.fetchOlder();
    await messages.fetchOlder();
    expect(messages.get()).toMatchObject({ hasOlder: false, isFetchingOlder: false });
    expect(messages.get().messages.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 120 }, (_, i) => i + 1),
    );
  });

  it('E6.11 keep what they show when an older page fails, and can ask again', async () => {
    const world = createWorld();
    for (let n = 1; n <= 60; n++) world.server.send(BOB, ROOM, `${n}`);
    const alice = world.device(ALICE);
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    alice.transport.once('history', () => {
      throw failure('offline');
    });
    await expect(messages.fetchOlder()).rejects.toMatchObject({ code: 'offline' });
    expect(messages.get()).toMatchObject({ isFetchingOlder: false, error: null, hasOlder: true });
    expect(messages.get().messages).toHaveLength(50);
    await messages.fetchOlder();
    expect(messages.get().messages).toHaveLength(60);
  });

  it('E6.6 have no hole when an older page and an edit cross', async () => {
    const world = createWorld();
    const { server } = world;
    const rows = Array.from({ length: 60 }, (_, n) => server.send(BOB, ROOM, `${n + 1}`));
    const alice = world.device(ALICE);
    alice.watch(alice.confab.conversations.list());
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    alice.transport.hold('history');
    const older = messages.fetchOlder();
    await settled();
    alice.transport.nextHeld('history').perform();
    await settled();
    server.edit(BOB, ROOM, rows[2]?.id ?? '', 'edited');
    server.send(BOB, ROOM, '61');
    await settled();
    alice.transport.nextHeld('history').release();
    await older;
    await settled();
    expect(contents(messages)).toHaveLength(61);
    expect(contents(messages)[2]).toBe('edited');
  });

  it('E4 retry and discard refused edits and deletions by their message', async () => {
    const { alice, server, messages } = await createLiveWorld();
    const { id, confirmed } = await alice.confab.messages.send(ROOM, { content: 'mine' });
    await confirmed;
    server.refuseWhen(({ type }) =>
      type === 'edit_message' || type === 'delete_message'
        ? { code: 'edit_window_closed', message: 'unable to', retry_after: null }
        : null,
    );
    const edit = alice.confab.messages.edit(ROOM, id, { content: 'better' });
    expect(messages.get().messages).toMatchObject([{ content: 'better', hasPendingChange: true }]);
    expect((await (await edit).confirmed).ok).toBe(false);
    expect(messages.get().messages).toMatchObject([
      { content: 'mine', status: 'sent', error: { code: 'edit_window_closed' } },
    ]);
    expect(alice.confab.connection.get().failedCount).toBe(1);
    await alice.confab.messages.discard(id);
    expect(messages.get().messages).toMatchObject([{ content: 'mine', error: null }]);
    const deletion = await alice.confab.messages.delete(ROOM, id);
    await deletion.confirmed;
    server.refuseWhen(() => null);
    const again = await alice.confab.messages.retry(id);
    expect(await again.confirmed).toMatchObject({ ok: true, value: { content: null } });
    expect(messages.get().messages[0]?.deletedAt).not.toBeNull();
    await expect(alice.confab.messages.retry(id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('reading', () => {
  it('D6 marks as read once, and not what is read already', async () => {
    const { alice, server, clock, list } = await createLiveWorld();
    await alice.confab.messages.markRead(ROOM);
    expect(alice.transport.count('push')).toBe(0);
    server.send(BOB, ROOM, 'one');
    await settled();
    await alice.confab.messages.markRead(ROOM);
    expect(list.get().conversations[0]).toMatchObject({ unreadCount: 0, lastReadSeq: 1 });
    await clock.advance(1_000);
    const pushes = alice.transport.count('push');
    await alice.confab.messages.markRead(ROOM);
    await alice.confab.messages.markRead(ROOM, 1);
    await clock.advance(1_000);
    expect(alice.transport.count('push')).toBe(pushes);
    expect(server.unread(ALICE, ROOM)).toBe(0);
  });

  it('E6.20 says whether a thread is unread, by events, and by pulls where nothing is loaded', async () => {
    const world = createWorld();
    const alice = world.device(ALICE);
    alice.watch(alice.confab.conversations.list());
    await settled();
    const { id: root } = world.server.send(ALICE, ROOM, 'root');
    world.server.send(BOB, ROOM, 'reply', { thread_root_id: root });
    await settled();
    const state = alice.confab.threads.state(root);
    expect(state.get()).toMatchObject({ lastReadSeq: 0, unread: true });
    await alice.confab.threads.markRead(ROOM, root, 2);
    await settled();
    expect(state.get()).toMatchObject({ lastReadSeq: 2, unread: false });
    const reply = () => world.server.send(BOB, ROOM, 'reply', { thread_root_id: root });
    const { id } = reply();
    await settled();
    expect(state.get()?.unread).toBe(true);
    world.server.apply(BOB, 'delete_message', ROOM, { message_id: id });
    await settled();
    expect(state.get()?.unread).toBe(false);
    alice.network.hasEvents = false;
    reply();
    await world.clock.advance(70_000);
    expect(state.get()?.unread).toBe(true);
  });

  it('D7 counts unread over conversations that are not loaded', async () => {
    const world = createWorld({ pageSize: 2 });
    const { server } = world;
    for (let n = 0; n < 5; n++) {
      server.addConversation(uuid(30 + n), [ALICE, BOB]);
      for (let i = 0; i <= n; i++) server.send(BOB, uuid(30 + n), 'x');
    }
    const alice = world.device(ALICE);
    const list = alice.watch(alice.confab.conversations.list());
    const count = alice.watch(alice.confab.conversations.unreadCount());
    expect(count.get()).toBeNull();
    await settled();
    expect(list.get().conversations).toHaveLength(2);
    expect(count.get()).toBe(15);
    server.send(BOB, uuid(30), 'in an unlisted one');
    await settled();
    expect(count.get()).toBe(16);
    await alice.confab.messages.markRead(uuid(34), 5);
    expect(count.get()).toBe(11);
    await settled();
    expect(count.get()).toBe(11);
    for (let page = 0; page < 5; page++) await list.fetchNextPage();
    expect(list.get()).toMatchObject({ hasNextPage: false });
    expect(list.get().conversations).toHaveLength(6);
    expect(count.get()).toBe(server.unreadTotal(ALICE));
  });

  it('D6 says who has read and received', async () => {
    const { alice, server, messages } = await createLiveWorld();
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'mine' });
    await confirmed;
    expect(messages.get()).toMatchObject({ readByAllSeq: 0, deliveredToAllSeq: 0 });
    server.markRead(BOB, ROOM, 1);
    await settled();
    expect(messages.get().readByAllSeq).toBe(0);
    server.markRead(CAROL, ROOM, 1);
    await settled();
    expect(messages.get()).toMatchObject({ readByAllSeq: 1, deliveredToAllSeq: 1 });
  });

  it('D6 reports deliveries once per burst, and not again', async () => {
    const { alice, server, clock } = await createLiveWorld();
    for (let n = 0; n < 10; n++) server.send(BOB, ROOM, `${n}`);
    await clock.advance(1_000);
    expect(server.member(ROOM, ALICE)?.last_delivered_seq).toBe(10);
    expect(alice.transport.count('push')).toBe(1);
    await clock.advance(300_000);
    expect(alice.transport.count('push')).toBe(1);
  });
});

describe('conversations', () => {
  it('D8 opens the direct conversation with its people', async () => {
    const { alice, list } = await createLiveWorld();
    const id = await alice.confab.conversations.direct(BOB);
    expect(await alice.confab.conversations.direct(BOB)).toBe(id);
    await settled();
    const shown = list.get().conversations.filter((conversation) => conversation.id === id);
    expect(shown).toMatchObject([{ kind: 'direct', name: 'Bob' }]);
  });

  it('E1 are created offline, with messages, and become the confirmed ones', async () => {
    const { alice, server, list } = await createLiveWorld();
    alice.network.isUp = false;
    alice.environment.setOnline(false);
    const { id, confirmed } = await alice.confab.conversations.create({ kind: 'group', memberIds: [BOB] });
    const messages = alice.watch(alice.confab.messages.list(id));
    const one = alice.watch(alice.confab.conversations.get(id));
    await alice.confab.messages.send(id, { content: 'first' });
    await settled();
    expect(list.get().conversations[0]).toMatchObject({ id, name: 'Bob', status: 'pending' });
    expect(messages.get()).toMatchObject({ isPending: false, error: null });
    expect(contents(messages)).toEqual(['first']);
    expect(one.get().conversation).toMatchObject({ id, status: 'pending' });

    const seen: number[] = [];
    const stop = messages.subscribe(() => seen.push(messages.get().messages.length));
    alice.network.isUp = true;
    alice.environment.setOnline(true);
    expect(await confirmed).toMatchObject({ ok: true, value: { id } });
    await settled();
    stop();
    expect(server.messages(id)).toHaveLength(1);
    expect(messages.get().messages).toMatchObject([{ content: 'first', seq: 1, status: 'sent' }]);
    expect(new Set(seen)).toEqual(new Set([1]));
    expect(list.get().conversations.filter((conversation) => conversation.id === id)).toMatchObject([
      { status: 'sent', name: 'Bob' },
    ]);
    expect(one.get()).toMatchObject({ conversation: { status: 'sent' }, error: null });
    server.send(BOB, id, 'second');
    await settled();
    expect(contents(messages)).toEqual(['first', 'second']);
  });

  it('E5 show a created one also when the list is not watched', async () => {
    const world = createWorld();
    const alice = world.device(ALICE);
    await settled();
    alice.transport.hold('push');
    const { id } = await alice.confab.conversations.create({
      kind: 'group',
      title: 'Mine',
      memberIds: [BOB],
    });
    const one = alice.watch(alice.confab.conversations.get(id));
    await settled();
    expect(one.get().conversation).toMatchObject({ id, status: 'pending' });
    alice.transport.unhold('push');
    alice.transport.nextHeld('push').release();
    await settled();
    expect(one.get()).toMatchObject({ conversation: { id, title: 'Mine', status: 'sent' }, error: null });
  });

  it('E5 changes of one conversation say nothing of another', async () => {
    const { alice, server } = await createLiveWorld();
    const other = server.addConversation(uuid(40), [ALICE, BOB]);
    await settled();
    const room = changesOf(alice.confab.messages.list(ROOM));
    const single = changesOf(alice.confab.conversations.get(ROOM));
    await settled();
    const before = [room.count(), single.count()];
    server.send(BOB, other, 'elsewhere');
    await settled();
    expect([room.count(), single.count()]).toEqual(before);
  });

  it('E9 go from the list when one is removed, and come back when read anew', async () => {
    const { alice, server, list } = await createLiveWorld();
    server.addConversation(uuid(41), [BOB, ALICE]);
    await settled();
    expect(list.get().conversations).toHaveLength(2);
    server.remove(ALICE, uuid(41));
    await settled();
    expect(list.get().conversations.map(({ id }) => id)).toEqual([ROOM]);
    expect(alice.confab.conversations.unreadCount().get()).toBe(0);
  });
});

describe('rooms of the public API', () => {
  it('E11.2 names who is typing and joins only while watched', async () => {
    const { alice, clock } = await createLiveWorld();
    const list = alice.confab.typing.in(ROOM);
    list.keystroke();
    expect(alice.realtime.opened(`room:${ROOM}`)).toBe(0);
    const stop = list.subscribe(() => undefined);
    const presence = alice.confab.presence.in(ROOM).subscribe(() => undefined);
    await settled();
    expect(alice.realtime.opened(`room:${ROOM}`)).toBe(1);
    alice.realtime.channel(`room:${ROOM}`).emit('typing', { user_id: BOB, is_typing: true });
    expect(list.get()).toMatchObject([{ id: BOB, displayName: 'Bob' }]);
    alice.realtime.channel(`room:${ROOM}`).presence({ [BOB]: [{ state: 'busy' }] });
    expect(alice.confab.presence.in(ROOM).get()).toMatchObject({
      [BOB]: { state: 'busy' },
      [CAROL]: { state: 'offline' },
    });
    list.keystroke();
    expect(alice.realtime.channel(`room:${ROOM}`).sent).toHaveLength(1);
    stop();
    presence();
    await clock.advance(2_000);
    expect(alice.realtime.openTopics()).toEqual([`inbox:${ALICE}`]);
  });
});
