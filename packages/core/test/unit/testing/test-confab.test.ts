import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  createFakeBrowser,
  createFakeServer,
  createFaultyStorage,
  createTestConfab,
  failure,
  settled,
} from '../../../src/testing';
import { ALICE, BOB, CAROL, uuid } from '../../sync/support/ids';

const ROOM = uuid(10);

function createServer() {
  const server = createFakeServer({ messageKinds: { note: { needsContent: false } } });
  server.addUser(ALICE, 'Alice');
  server.addUser(BOB, 'Bob');
  server.addUser(CAROL, 'Carol');
  server.addConversation(ROOM, [ALICE, BOB]);
  return server;
}
const ignore = () => undefined;

describe('a client for tests of apps', () => {
  it('E12.6 hears what others write, and says what it writes', async () => {
    const server = createServer();
    const alice = createTestConfab({ server, userId: ALICE });
    const bob = createTestConfab({ server, userId: BOB });
    const list = bob.confab.messages.list(ROOM);
    list.subscribe(ignore);
    await settled();
    expect(alice.confab.connection.get().type).toBe('live');
    await alice.confab.messages.send(ROOM, { content: 'Hello' });
    await settled();
    expect(list.get().messages).toMatchObject([{ content: 'Hello', sender: { displayName: 'Alice' } }]);
    expect(server.unread(BOB, ROOM)).toBe(1);
    await bob.confab.messages.markRead(ROOM);
    await settled();
    expect(server.unread(BOB, ROOM)).toBe(0);
  });

  it('E12.6 shows typing and presence of the other clients in a conversation', async () => {
    const server = createServer();
    const alice = createTestConfab({ server, userId: ALICE });
    const bob = createTestConfab({ server, userId: BOB });
    const carol = createTestConfab({ server, userId: CAROL });
    await settled();
    for (const { confab } of [alice, bob, carol]) {
      confab.typing.in(ROOM).subscribe(ignore);
      confab.presence.in(ROOM).subscribe(ignore);
      confab.conversations.list().subscribe(ignore);
    }
    await alice.clock.advance(2_000);
    alice.confab.typing.in(ROOM).keystroke();
    await settled();
    expect(bob.confab.typing.in(ROOM).get()).toMatchObject([{ id: ALICE }]);
    expect(bob.confab.presence.in(ROOM).get()).toMatchObject({ [ALICE]: { state: 'online' } });
    // Who is no member may not join.
    expect(carol.confab.typing.in(ROOM).get()).toEqual([]);
    expect(carol.realtime.channel(`room:${ROOM}`).isOpen()).toBe(false);
    alice.goOffline();
    await settled();
    expect(bob.confab.presence.in(ROOM).get()).toMatchObject({ [ALICE]: { state: 'offline' } });
  });

  it('E12.6 sends what was written offline once there is a network', async () => {
    const server = createServer();
    const { confab, clock, goOffline, goOnline } = createTestConfab({ server, userId: ALICE });
    await settled();
    goOffline();
    const { confirmed } = await confab.messages.send(ROOM, { content: 'later' });
    await clock.advance(10_000);
    expect(confab.connection.get().type).toBe('offline');
    expect(server.messages(ROOM)).toEqual([]);
    goOnline();
    await clock.advance(5_000);
    expect((await confirmed).ok).toBe(true);
    expect(server.messages(ROOM)).toMatchObject([{ content: 'later' }]);
  });

  it('E12.6 finds after a reload what was not sent before', async () => {
    const server = createServer();
    const storage = createFaultyStorage();
    const before = createTestConfab({ server, userId: ALICE, storage });
    await settled();
    before.goOffline();
    await before.confab.messages.send(ROOM, { content: 'stored' });
    await settled();
    before.confab.close();
    const after = createTestConfab({ server, userId: ALICE, storage });
    await after.clock.advance(5_000);
    expect(server.messages(ROOM)).toMatchObject([{ content: 'stored' }]);
    after.confab.close();
    expect(after.clock.pending()).toBe(0);
  });

  it('E12.6 lets tests refuse, lose answers and end sessions', async () => {
    const server = createServer();
    const { confab, transport, auth, clock } = createTestConfab({ server, userId: ALICE });
    await settled();
    server.refuseWhen(({ type }) =>
      type === 'send_message' ? { code: 'forbidden', message: 'unable to' } : null,
    );
    const refused = await confab.messages.send(ROOM, { content: 'no' });
    expect(await refused.confirmed).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    server.refuseWhen(() => null);

    transport.hold('push');
    const lost = await confab.messages.send(ROOM, { content: 'once' });
    await settled();
    transport.nextHeld('push').perform();
    transport.nextHeld('push').fail(failure('timeout'));
    transport.unhold('push');
    await clock.advance(10_000);
    expect((await lost.confirmed).ok).toBe(true);
    expect(server.messages(ROOM)).toHaveLength(1);

    auth.expire();
    const parked = await confab.messages.send(ROOM, { content: 'renewed' });
    await clock.advance(5_000);
    expect((await parked.confirmed).ok).toBe(true);
    expect(auth.refreshes()).toBe(1);
  });

  it('E12.6 knows the kinds of the app, and runs in several tabs', async () => {
    const server = createServer();
    const browser = createFakeBrowser();
    const storage = createFaultyStorage();
    const messageKinds = { note: z.object({ mood: z.string() }) };
    const [one, two] = [1, 2].map(() =>
      createTestConfab({ server, userId: ALICE, storage, tabs: browser.open(), messageKinds }),
    );
    await one?.clock.advance(1_000);
    const sent = await two?.confab.messages.send(ROOM, { kind: 'note', data: { mood: 'good' } });
    await one?.clock.advance(1_000);
    expect(await sent?.confirmed).toMatchObject({
      ok: true,
      value: { kind: 'note', data: { mood: 'good' } },
    });
    expect(server.messages(ROOM)).toHaveLength(1);
  });
});
