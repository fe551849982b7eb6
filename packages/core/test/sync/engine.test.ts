import { queuedIn } from '../unit/support/mutations';
import { describe, expect, it } from 'vitest';
import { failure } from '../../src/testing/fake-transport';
import { createConfabOnFakes } from '../../src/testing/fakes';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import { contents, createLiveWorld, createWorld, ROOM } from './support/world';

const INBOX = `inbox:${ALICE}`;

describe('live events', () => {
  it('E7.2 shows what arrives while live', async () => {
    const { alice, server, messages, list } = await createLiveWorld();
    expect(alice.engine.connection.get().type).toBe('live');
    server.send(BOB, ROOM, 'Hello');
    await settled();
    expect(contents(messages)).toEqual(['Hello']);
    expect(list.get().conversations[0]?.unreadCount).toBe(1);
  });

  it('E7.3 holds events back while catching up and applies them after the pull', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.transport.hold('pull');
    alice.realtime.channel(INBOX).lose();
    alice.realtime.channel(INBOX).ready();
    await settled();
    while (alice.transport.held('pull').length > 1) {
      alice.transport.nextHeld('pull').release();
      await settled();
    }
    expect(alice.engine.connection.get().type).toBe('catching_up');
    server.send(BOB, ROOM, 'While catching up');
    await settled();
    expect(contents(messages)).toEqual([]);
    alice.transport.unhold('pull');
    while (alice.transport.held('pull').length > 0) {
      alice.transport.nextHeld('pull').release();
      await settled();
    }
    expect(alice.engine.connection.get().type).toBe('live');
    expect(contents(messages)).toEqual(['While catching up']);
  });

  it('E7.3 applies events at once when the pull keeps failing', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.transport.on('pull', () => {
      throw failure('unavailable');
    });
    alice.engine.requestPull();
    await settled();
    expect(alice.engine.connection.get().type).toBe('catching_up');
    server.send(BOB, ROOM, 'All the same');
    await settled();
    expect(contents(messages)).toEqual(['All the same']);
  });

  it('E6.4 pulls once for a gap and shows both sides of it', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'one');
    alice.network.hasEvents = true;
    const before = alice.transport.count('pull');
    server.send(BOB, ROOM, 'two');
    await settled();
    expect(contents(messages)).toEqual(['one', 'two']);
    expect(alice.transport.count('pull') - before).toBe(1);
  });

  it('E6.4 shares one pull among many gaps that come while it runs', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'lost');
    alice.network.hasEvents = true;
    alice.transport.hold('pull');
    const before = alice.transport.count('pull');
    for (let n = 1; n <= 10; n++) server.send(BOB, ROOM, `${n}`);
    await settled();
    alice.transport.unhold('pull');
    alice.transport.nextHeld('pull').release();
    await settled();
    expect(messages.get().messages).toHaveLength(11);
    expect(alice.transport.count('pull') - before).toBeLessThanOrEqual(2);
  });

  it('E6.3 ignores an event that comes twice or late', async () => {
    const { alice, server, messages, list } = await createLiveWorld();
    const events: unknown[] = [];
    server.onEvent((topic, payload) => void (topic === INBOX && events.push(payload)));
    server.send(BOB, ROOM, 'one');
    server.send(BOB, ROOM, 'two');
    await settled();
    const before = alice.transport.count('pull');
    for (const event of events) alice.realtime.publish(INBOX, 'changes', event);
    await settled();
    expect(contents(messages)).toEqual(['one', 'two']);
    expect(list.get().conversations[0]?.unreadCount).toBe(2);
    expect(alice.transport.count('pull')).toBe(before);
  });

  it('E8.6 counts events it cannot read and pulls what they meant; those of other names are nothing to it', async () => {
    const { alice, messages } = await createLiveWorld();
    const before = alice.transport.count('pull');
    const weather = { xid: 1, changes: [{ type: 'weather', conversation_id: ROOM }] };
    for (const payload of [null, 7, {}, { xid: 1, changes: [{ type: 'message' }] }, weather])
      alice.realtime.publish(INBOX, 'changes', payload);
    alice.realtime.publish(INBOX, 'other', { type: 'conversation', conversation_id: ROOM });
    await settled();
    expect(contents(messages)).toEqual([]);
    expect(alice.transport.count('pull')).toBe(before + 1);
    expect(alice.log.filter(({ event }) => event === 'unreadable_live_event')).toHaveLength(5);
    expect(alice.confab.connection.get()).toMatchObject({ unreadableEventCount: 5, unreadableCount: 0 });
  });

  it('E8.1 finds what no event told of within a minute', async () => {
    const { alice, server, messages, clock } = await createLiveWorld();
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'unheard');
    await clock.advance(66_000);
    expect(contents(messages)).toEqual(['unheard']);
  });
});

describe('answers to pushes', () => {
  it('E2.6 shows a message once when the answer comes before its event', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.network.hasEvents = false;
    const events: unknown[] = [];
    server.onEvent((topic, payload) => void (topic === INBOX && events.push(payload)));
    const { id } = await alice.confab.messages.send(ROOM, { content: 'mine' });
    await settled();
    expect(messages.get().messages).toMatchObject([{ id, seq: 1, status: 'sent' }]);
    for (const event of events) alice.realtime.publish(INBOX, 'changes', event);
    expect(messages.get().messages).toMatchObject([{ id, seq: 1, status: 'sent' }]);
    expect(queuedIn(alice.engine.outbox)).toEqual([]);
  });

  it('E2.6 shows a message once when its event comes before the answer', async () => {
    const { alice, messages } = await createLiveWorld();
    alice.transport.hold('push');
    const { id } = await alice.confab.messages.send(ROOM, { content: 'mine' });
    await settled();
    alice.transport.nextHeld('push').perform();
    await settled();
    expect(messages.get().messages).toMatchObject([{ id, seq: 1, status: 'sent' }]);
    alice.transport.nextHeld('push').release();
    await settled();
    expect(messages.get().messages).toMatchObject([{ id, seq: 1, status: 'sent' }]);
    expect(queuedIn(alice.engine.outbox)).toEqual([]);
  });

  it('E5 keeps the overlay of an answer that leaves a gap until the pull', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'before');
    alice.transport.hold('pull');
    const { id } = await alice.confab.messages.send(ROOM, { content: 'mine' });
    await settled();
    expect(messages.get().messages).toMatchObject([{ id, seq: null, status: 'sent' }]);
    alice.transport.nextHeld('pull').release();
    await settled();
    expect(messages.get().messages).toMatchObject([{ content: 'before' }, { id, seq: 2 }]);
    expect(queuedIn(alice.engine.outbox)).toEqual([]);
  });

  it('E5 keeps showing a confirmed message while its list failed to load', async () => {
    const world = createWorld();
    const alice = world.device(ALICE);
    alice.transport.on('history', () => {
      throw failure('unavailable');
    });
    alice.watch(alice.confab.conversations.list());
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await world.clock.advance(0);
    expect(messages.get().error?.code).toBe('unavailable');
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'mine' });
    expect((await confirmed).ok).toBe(true);
    await settled();
    expect(contents(messages)).toEqual(['mine']);
    alice.transport.on('history', (args, user) => world.server.call('history', args, user));
    await world.clock.advance(66_000);
    expect(messages.get()).toMatchObject({ error: null, messages: [{ content: 'mine', seq: 1 }] });
    expect(queuedIn(alice.engine.outbox)).toEqual([]);
  });

  it('E4.5 takes a confirmed write as confirmed also when its answer cannot be read', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.network.hasEvents = false;
    alice.transport.once('push', (args, user) => {
      const answer = server.call('push', args, user) as { results: { id: string }[] };
      return { results: answer.results.map(({ id }) => ({ id, ok: true, result: { odd: true } })) };
    });
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'mine' });
    expect((await confirmed).ok).toBe(false);
    await settled();
    expect(messages.get().messages).toMatchObject([{ content: 'mine', seq: 1, status: 'sent' }]);
    expect(server.messages(ROOM)).toHaveLength(1);
  });
});

describe('loads', () => {
  it('E6.6 pulls what changed while a window was loading', async () => {
    const world = createWorld();
    const { server } = world;
    const alice = world.device(ALICE);
    alice.watch(alice.confab.conversations.list());
    await settled();
    alice.transport.hold('history');
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    alice.transport.nextHeld('history').perform();
    await settled();
    server.send(BOB, ROOM, 'meanwhile');
    await settled();
    alice.transport.nextHeld('history').release();
    await settled();
    expect(contents(messages)).toEqual(['meanwhile']);
  });

  it('E6.16 does not lose a change between the load of the list and its arrival', async () => {
    const world = createWorld();
    const alice = world.device(ALICE);
    alice.transport.hold('conversations');
    const list = alice.watch(alice.confab.conversations.list());
    await settled();
    alice.transport.nextHeld('conversations').perform();
    await settled();
    world.server.send(BOB, ROOM, 'meanwhile');
    await settled();
    alice.transport.nextHeld('conversations').release();
    await settled();
    expect(list.get().conversations[0]).toMatchObject({
      unreadCount: 1,
      lastMessage: { content: 'meanwhile' },
    });
  });

  it('E6.17 loads again what failed by chance while live', async () => {
    const world = createWorld();
    const alice = world.device(ALICE);
    alice.watch(alice.confab.conversations.list());
    await settled();
    for (let n = 0; n < 3; n++) {
      alice.transport.once('history', () => {
        throw failure('timeout');
      });
    }
    world.server.send(BOB, ROOM, 'Hello');
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await world.clock.advance(0);
    expect(messages.get().error?.code).toBe('timeout');
    await world.clock.advance(66_000);
    expect(messages.get()).toMatchObject({ error: null, messages: [{ content: 'Hello' }] });
  });

  it('E6.17 loads again on becoming live what was refused before', async () => {
    const { alice } = await createLiveWorld();
    const view = alice.watch(alice.confab.conversations.get(uuid(77)));
    await settled();
    expect(view.get().error?.code).toBe('not_found');
    const asked = alice.transport.count('conversation');
    alice.engine.retry();
    await settled();
    expect(alice.transport.count('conversation')).toBe(asked + 1);
  });

  it('D4 loads everything anew after a reset and keeps the outbox', async () => {
    const { alice, server, messages, list, clock } = await createLiveWorld();
    server.send(BOB, ROOM, 'one');
    await settled();
    alice.transport.once('push', () => {
      throw failure('unavailable');
    });
    await alice.confab.messages.send(ROOM, { content: 'mine' });
    await settled();
    alice.network.hasEvents = false;
    server.renewEpoch();
    server.send(BOB, ROOM, 'two');
    alice.engine.requestPull();
    await settled();
    expect(contents(messages)).toEqual(['one', 'two', 'mine']);
    await clock.advance(5_000);
    expect(messages.get().messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(list.get().conversations).toHaveLength(1);
  });
});

describe('the connection', () => {
  it('E8.2 says that it polls when realtime does not come up, and shows what it polls', async () => {
    const world = createWorld();
    const alice = world.device(ALICE, { isManual: true });
    alice.watch(alice.confab.conversations.list());
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await world.clock.advance(7_000);
    expect(alice.engine.connection.get()).toMatchObject({ type: 'polling', reason: 'realtime_unavailable' });
    world.server.send(BOB, ROOM, 'Hello');
    await world.clock.advance(25_000);
    expect(contents(messages)).toEqual(['Hello']);
    alice.realtime.channel(INBOX).ready();
    await settled();
    expect(alice.engine.connection.get().type).toBe('live');
  });

  it('E4.2 waits as long as the server asks while it polls, too', async () => {
    const world = createWorld();
    const alice = world.device(ALICE, { isManual: true });
    await settled();
    alice.realtime.channel(INBOX).deny();
    await world.clock.advance(10_000);
    let attempts = 0;
    world.server.refuseWhen(() => {
      attempts++;
      return attempts > 1 ? null : { code: 'rate_limited', message: 'unable to', retry_after: 60 };
    });
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'later' });
    await world.clock.advance(58_000);
    expect(attempts).toBe(1);
    await world.clock.advance(4_000);
    expect((await confirmed).ok).toBe(true);
  });

  it('E4.3 sends at once when the server is back after an absence', async () => {
    const { alice, clock } = await createLiveWorld();
    alice.network.isUp = false;
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'later' });
    await clock.advance(60_000);
    expect(alice.engine.connection.get().type).toBe('offline');
    alice.network.isUp = true;
    alice.engine.retry();
    await settled();
    expect((await confirmed).ok).toBe(true);
  });

  it('E9.8 does not ask again for a denied inbox', async () => {
    const world = createWorld();
    const alice = world.device(ALICE, { isManual: true });
    await settled();
    alice.realtime.channel(INBOX).deny();
    await world.clock.advance(300_000);
    expect(alice.engine.connection.get()).toMatchObject({ type: 'polling', reason: 'realtime_denied' });
    expect(alice.realtime.opened(INBOX)).toBe(1);
  });

  it('E9.7 opens the inbox anew after the server closed it', async () => {
    const { alice, clock, server, messages } = await createLiveWorld();
    alice.realtime.channel(INBOX).end();
    await clock.advance(10_000);
    expect(alice.realtime.opened(INBOX)).toBe(2);
    expect(alice.engine.connection.get().type).toBe('live');
    server.send(BOB, ROOM, 'Hello');
    await settled();
    expect(contents(messages)).toEqual(['Hello']);
  });

  it('E7.4 wakes the socket and pulls when the app becomes visible', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'missed');
    const before = alice.realtime.woken();
    alice.environment.setVisible(false);
    alice.environment.setVisible(true);
    await settled();
    expect(alice.realtime.woken()).toBe(before + 1);
    expect(alice.engine.connection.get().type).toBe('live');
    expect(contents(messages)).toEqual(['missed']);
  });

  it('E7.4 takes a timer that runs late for a waking', async () => {
    const { alice, clock } = await createLiveWorld();
    const before = alice.realtime.woken();
    clock.jump(3_600_000);
    await clock.advance(66_000);
    expect(alice.realtime.woken()).toBe(before + 1);
    expect(alice.engine.connection.get().type).toBe('live');
  });

  it('E9.13 goes offline with the network and comes back with it', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.network.isUp = false;
    alice.environment.setOnline(false);
    expect(alice.engine.connection.get()).toMatchObject({ type: 'offline', reason: 'no_network' });
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'later' });
    server.send(BOB, ROOM, 'missed');
    await settled();
    alice.network.isUp = true;
    alice.environment.setOnline(true);
    expect((await confirmed).ok).toBe(true);
    await settled();
    expect(alice.engine.connection.get().type).toBe('live');
    expect(contents(messages)).toEqual(['missed', 'later']);
  });

  it('E4.4 waits for a session that ended and sends once there is one again', async () => {
    const { alice, server, messages } = await createLiveWorld();
    alice.auth.expire();
    alice.auth.onRefresh('refused');
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'later' });
    await settled();
    expect(alice.engine.connection.get().type).toBe('auth_required');
    expect(contents(messages)).toEqual(['later']);
    alice.auth.signIn(ALICE);
    expect((await confirmed).ok).toBe(true);
    await settled();
    expect(alice.engine.connection.get().type).toBe('live');
    expect(server.messages(ROOM)).toHaveLength(1);
  });

  it('E4 renews an expired token once and goes on', async () => {
    const { alice } = await createLiveWorld();
    alice.auth.expire();
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'now' });
    expect((await confirmed).ok).toBe(true);
    expect(alice.auth.refreshes()).toBe(1);
  });

  it('E4 does not loop on a server that refuses a renewed token', async () => {
    const { alice } = await createLiveWorld();
    alice.transport.on('push', () => {
      throw failure('unauthenticated');
    });
    await alice.confab.messages.send(ROOM, { content: 'later' });
    await settled();
    expect(alice.transport.count('push')).toBeLessThanOrEqual(2);
    expect(alice.engine.connection.get().type).toBe('auth_required');
  });

  it('E4 goes on when a call of the app has renewed the session that was over', async () => {
    const { alice, server } = await createLiveWorld();
    alice.auth.expire();
    alice.auth.onRefresh('refused');
    await alice.confab.messages.send(ROOM, { content: 'later' });
    await settled();
    expect(alice.engine.connection.get().type).toBe('auth_required');
    alice.auth.onRefresh('renewed');
    await alice.confab.conversations.direct(BOB);
    await settled();
    expect(alice.engine.connection.get().type).toBe('live');
    expect(server.messages(ROOM)).toHaveLength(1);
  });

  it('E4 is offline, not signed out, when the token cannot be renewed now', async () => {
    const { alice } = await createLiveWorld();
    alice.auth.expire();
    alice.auth.onRefresh('offline');
    alice.engine.requestPull();
    await settled();
    expect(alice.engine.connection.get().type).toBe('offline');
  });
});

describe('users', () => {
  it('E4 clears cache and views on sign-out', async () => {
    const { alice, server, list, messages } = await createLiveWorld();
    server.send(BOB, ROOM, 'Hello');
    await settled();
    alice.auth.signOut();
    await settled();
    expect(alice.engine.connection.get().type).toBe('idle');
    expect(contents(messages)).toEqual([]);
    expect(list.get().conversations).toEqual([]);
    expect(alice.realtime.openTopics()).toEqual([]);
    expect(alice.cache.cursor()).toBeNull();
  });

  it('E4 shows the next user nothing of the one before', async () => {
    const world = createWorld();
    world.server.addConversation(uuid(50), [BOB]);
    const device = world.device(ALICE);
    const list = device.watch(device.confab.conversations.list());
    await settled();
    device.transport.hold('conversations');
    device.transport.hold('pull');
    device.engine.requestPull();
    await settled();
    const asked = device.transport.calls.length;
    device.auth.signIn(BOB);
    await settled();
    device.transport.unhold('pull');
    device.transport.unhold('conversations');
    for (let turn = 0; turn < 5; turn++) {
      for (const held of device.transport.held()) held.release();
      await settled();
    }
    const ids = list.get().conversations.map(({ id }) => id);
    expect([...ids].sort()).toEqual([ROOM, uuid(50)]);
    expect(device.realtime.openTopics()).toEqual([`inbox:${BOB}`]);
    expect(new Set(device.transport.calls.slice(asked).map(({ userId }) => userId))).toEqual(new Set([BOB]));
  });

  it('E9.12 closes without leaving timers, channels or listeners', async () => {
    const { alice, clock } = await createLiveWorld();
    alice.confab.close();
    alice.unwatch();
    await settled();
    expect(alice.engine.connection.get().type).toBe('closed');
    expect(alice.realtime.openTopics()).toEqual([]);
    expect(clock.pending()).toBe(0);
    expect(alice.auth.listeners()).toBe(0);
    expect(alice.environment.listeners()).toBe(0);
  });

  it('E9.12 does nothing after a close that came before the session was known', async () => {
    const world = createWorld();
    const alice = world.device(ALICE);
    alice.confab.close();
    await settled();
    // Who was signed in last is asked for before.
    expect(alice.storage.calls).toEqual([{ operation: 'get', store: 'confab-user', key: 'last' }]);
    expect(alice.transport.calls).toEqual([]);
    expect(alice.realtime.channels()).toEqual([]);
  });

  it('E9.12 refuses what is asked of it, before and after it is closed', async () => {
    const world = createWorld();
    const alice = world.device(null);
    alice.auth.holdLookup();
    const early = createConfabOnFakes(alice);
    const waiting = early.confab.messages.send(ROOM, { content: 'early' });
    const loading = early.confab.conversations.direct(BOB);
    early.confab.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(loading).rejects.toMatchObject({ code: 'closed' });
    const closed = world.device(ALICE);
    await settled();
    const asked = closed.transport.calls.length;
    closed.confab.close();
    await expect(closed.confab.messages.send(ROOM, { content: 'late' })).rejects.toMatchObject({
      code: 'closed',
    });
    await expect(closed.confab.conversations.direct(BOB)).rejects.toMatchObject({ code: 'closed' });
    closed.watch(closed.confab.messages.list(ROOM));
    await settled();
    expect(closed.transport.calls).toHaveLength(asked);
  });

  it('E9.12 ends what is under way when it is closed', async () => {
    const { alice, clock } = await createLiveWorld();
    alice.transport.hold('pull');
    alice.engine.requestPull();
    await settled();
    alice.confab.close();
    alice.unwatch();
    alice.transport.nextHeld('pull').release();
    await settled();
    expect(alice.engine.connection.get().type).toBe('closed');
    expect(alice.realtime.openTopics()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});
