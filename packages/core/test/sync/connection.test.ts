import { describe, expect, it } from 'vitest';
import { failure, type CallArgs } from '../../src/testing/fake-transport';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import { contents, createLiveWorld, createWorld, ROOM } from './support/world';

const INBOX = `inbox:${ALICE}`;
const THEIRS = `inbox:${BOB}`;

describe('connecting', () => {
  it('E7.7 shows what was missed before the socket is up', async () => {
    const world = createWorld();
    world.server.send(BOB, ROOM, 'missed');
    const alice = world.device(ALICE, { isManual: true });
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    expect(alice.engine.connection.get().type).toBe('connecting');
    expect(contents(messages)).toEqual(['missed']);
    world.server.send(BOB, ROOM, 'later');
    alice.environment.touch('resumed');
    await settled();
    expect(contents(messages)).toEqual(['missed', 'later']);
  });

  it('E7.1 pulls once more after the join, for what came in between', async () => {
    const world = createWorld();
    const alice = world.device(ALICE, { isManual: true });
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    world.server.send(BOB, ROOM, 'in between');
    alice.realtime.channel(INBOX).ready();
    expect(alice.engine.connection.get().type).toBe('catching_up');
    await settled();
    expect(alice.engine.connection.get().type).toBe('live');
    expect(contents(messages)).toEqual(['in between']);
  });
});

describe('waking', () => {
  it('E7.5 many signals at once wake the socket once and pull once', async () => {
    const { alice } = await createLiveWorld();
    const [pulls, wakings] = [alice.transport.count('pull'), alice.realtime.woken()];
    alice.environment.setVisible(false);
    alice.environment.setVisible(true);
    for (let i = 0; i < 10; i++) alice.environment.touch('resumed');
    await settled();
    expect(alice.transport.count('pull') - pulls).toBe(1);
    expect(alice.realtime.woken() - wakings).toBe(1);
  });

  it('E7.4 is nothing but catching up to whoever watches', async () => {
    const { alice } = await createLiveWorld();
    const seen: string[] = [];
    alice.engine.connection.subscribe(() => seen.push(alice.engine.connection.get().type));
    alice.environment.touch('resumed');
    await settled();
    expect([...new Set(seen)]).toEqual(['catching_up', 'live']);
    expect(alice.engine.connection.get().type).toBe('live');
  });

  it.each([
    ['put back by a day', -86_400_000],
    ['put on by a day', 86_400_000],
  ])('E7.6 a clock that is %s neither stops the pulls nor repeats them', async (_what, ms) => {
    const { alice, clock } = await createLiveWorld();
    clock.jump(ms);
    const pulls = alice.transport.count('pull');
    await clock.advance(600_000);
    const count = alice.transport.count('pull') - pulls;
    expect(count).toBeGreaterThanOrEqual(9);
    expect(count).toBeLessThanOrEqual(13);
    expect(alice.engine.connection.get().type).toBe('live');
  });
});

describe('users', () => {
  it('E9.5 another user finds no channel of the one before, in whatever state that one was', async () => {
    for (const prepare of [
      () => undefined,
      ({ realtime }: Awaited<ReturnType<typeof createLiveWorld>>['alice']) => realtime.channel(INBOX).deny(),
      ({ realtime }: Awaited<ReturnType<typeof createLiveWorld>>['alice']) => realtime.channel(INBOX).lose(),
      ({ environment }: Awaited<ReturnType<typeof createLiveWorld>>['alice']) => environment.setOnline(false),
    ]) {
      const { alice, clock } = await createLiveWorld();
      const typing = alice.watch(alice.confab.typing.in(ROOM));
      await settled();
      prepare(alice);
      await settled();
      alice.auth.signIn(BOB);
      await settled();
      expect([...alice.realtime.openTopics()].sort()).toEqual([THEIRS, `room:${ROOM}`]);
      expect(alice.engine.connection.get().type).toBe('live');
      alice.auth.signOut();
      await clock.advance(60_000);
      expect(alice.realtime.openTopics()).toEqual([]);
      expect(typing.get()).toEqual([]);
    }
  });

  it('E9.4 leaves its rooms too while the session is over, and joins them again', async () => {
    const { alice, clock } = await createLiveWorld();
    alice.watch(alice.confab.presence.in(ROOM));
    await settled();
    alice.auth.expire();
    alice.auth.onRefresh('refused');
    alice.engine.requestPull();
    await clock.advance(60_000);
    expect(alice.engine.connection.get().type).toBe('auth_required');
    expect(alice.realtime.openTopics()).toEqual([]);
    alice.auth.signIn(ALICE);
    await settled();
    expect(alice.realtime.openTopics()).toEqual([INBOX, `room:${ROOM}`]);
  });
});

describe('limits', () => {
  it('E9.10 a user of hundreds of conversations and rooms has at most 90 channels', async () => {
    const world = createWorld();
    for (let n = 100; n < 220; n++)
      world.server.addConversation(uuid(n), [ALICE, BOB], `feed:${uuid(n)}:key`);
    const alice = world.device(ALICE);
    const list = alice.watch(alice.confab.conversations.list());
    await settled();
    while (list.get().hasNextPage) await list.fetchNextPage();
    for (let n = 100; n < 220; n++) alice.watch(alice.confab.presence.in(uuid(n)));
    await world.clock.advance(60_000);
    expect(alice.realtime.openTopics()).toHaveLength(90);
    expect(alice.log.filter(({ event }) => event.endsWith('_limited')).map(({ event }) => event)).toEqual(
      expect.arrayContaining(['feeds_limited', 'rooms_limited']),
    );
    expect(alice.engine.connection.get().type).toBe('live');
  });
});

describe('presence', () => {
  it('E11.9 of those who are not connected is offline, with the time they were last seen', async () => {
    const { alice } = await createLiveWorld();
    const presence = alice.watch(alice.confab.presence.in(ROOM));
    await settled();
    alice.realtime.channel(`room:${ROOM}`).presence({ [ALICE]: [{ state: 'online' }] });
    expect(presence.get()).toMatchObject({ [ALICE]: { state: 'online' }, [BOB]: { state: 'offline' } });
    expect(presence.get()[BOB]).toHaveProperty('lastSeenAt');
  });
});

describe('reasons', () => {
  it.each(['not_installed', 'schema_not_exposed', 'invalid_key', 'unavailable', 'offline'] as const)(
    'E9.15 a pull that fails with %s says so until one goes well',
    async (code) => {
      const { alice, clock, server } = await createLiveWorld();
      const { connection } = alice.confab;
      expect(connection.get().error).toBeNull();
      let isBroken = true;
      const pull = (args: CallArgs, userId: string) => {
        if (isBroken) throw failure(code);
        return server.call('pull', args, userId);
      };
      alice.transport.on('pull', pull);
      alice.engine.requestPull();
      await settled();
      expect(connection.get().error).toMatchObject({ code });
      expect(alice.log).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          event: 'pull_failed',
          detail: expect.objectContaining({ code }),
        }),
      );
      isBroken = false;
      connection.retry();
      await clock.advance(60_000);
      expect(connection.get()).toMatchObject({ type: 'live', error: null });
    },
  );

  it('E9.15 what cannot be sent has its reason there, also after a good pull, until it is sent', async () => {
    const { alice, clock, server } = await createLiveWorld();
    const { connection } = alice.confab;
    let isBroken = true;
    alice.transport.on('push', (args, userId) => {
      if (isBroken) throw failure('not_installed');
      return server.call('push', args, userId);
    });
    await alice.confab.messages.send(ROOM, { content: 'Hello' });
    await settled();
    alice.engine.requestPull();
    await settled();
    expect(connection.get()).toMatchObject({
      type: 'live',
      unsentCount: 1,
      error: { code: 'not_installed' },
    });
    isBroken = false;
    await clock.advance(60_000);
    expect(connection.get()).toMatchObject({ unsentCount: 0, error: null });
  });

  it('E9.15 somebody else has none of it', async () => {
    const { alice } = await createLiveWorld();
    alice.transport.once('pull', () => {
      throw failure('not_installed');
    });
    alice.engine.requestPull();
    await settled();
    expect(alice.confab.connection.get().error).not.toBeNull();
    alice.auth.signOut();
    await settled();
    expect(alice.confab.connection.get()).toMatchObject({ type: 'idle', error: null });
  });
});
