import { describe, expect, it } from 'vitest';
import { createRooms } from '../../src/sync/rooms';
import { createFakeEnvironment } from '../../src/testing/fake-environment';
import { createFakeRealtime } from '../../src/testing/fake-realtime';
import { createManualClock } from '../../src/testing/manual-clock';
import { ALICE, BOB, CAROL } from './support/ids';
import { ROOM } from './support/world';

const TOPIC = `room:${ROOM}`;

function createJoined() {
  const clock = createManualClock();
  const realtime = createFakeRealtime();
  const environment = createFakeEnvironment();
  const user: { id: string | null } = { id: ALICE };
  const rooms = createRooms({ clock, realtime, environment, currentUserId: () => user.id });
  const used = rooms.use(ROOM);
  const channel = () => realtime.channel(TOPIC);
  channel().ready();
  return { clock, realtime, environment, rooms, user, channel, ...used };
}

const typing = (userId: string, isTyping = true) => ({ user_id: userId, is_typing: isTyping });

describe('typing', () => {
  it('E11 is sent at most every 2 s', async () => {
    const { room, clock, channel } = createJoined();
    for (let n = 0; n < 20; n++) {
      room.keystroke();
      await clock.advance(250);
    }
    expect(channel().sent).toEqual([0, 1, 2].map(() => ({ event: 'typing', payload: typing(ALICE) })));
  });

  it('E11 is sent again at once after it was stopped, and stopped only when it was sent', async () => {
    const { room, channel, clock } = createJoined();
    room.stopTyping();
    expect(channel().sent).toEqual([]);
    room.keystroke();
    room.stopTyping();
    room.keystroke();
    expect(channel().sent.map(({ payload }) => payload['is_typing'])).toEqual([true, false, true]);
    await clock.advance(10_000);
    room.stopTyping();
    expect(channel().sent).toHaveLength(3);
  });

  it('E11 goes on when the clock is put back', () => {
    const { room, channel, clock } = createJoined();
    room.keystroke();
    clock.jump(-3_600_000);
    room.keystroke();
    expect(channel().sent).toHaveLength(2);
  });

  it('E11 of others expires after 4 s without a sign', async () => {
    const { room, channel, clock } = createJoined();
    channel().emit('typing', typing(BOB));
    await clock.advance(3_000);
    channel().emit('typing', typing(BOB));
    await clock.advance(3_900);
    expect(room.typing.get()).toEqual([BOB]);
    await clock.advance(200);
    expect(room.typing.get()).toEqual([]);
  });

  it('E11 of others changes nothing visible while it goes on', () => {
    const { room, channel } = createJoined();
    channel().emit('typing', typing(BOB));
    const before = room.typing.get();
    let changes = 0;
    room.typing.subscribe(() => changes++);
    channel().emit('typing', typing(BOB));
    expect(room.typing.get()).toBe(before);
    expect(changes).toBe(0);
  });

  it('E11 of others ends with their word, their message, and the channel', () => {
    const { room, channel, rooms } = createJoined();
    const both = () => {
      channel().emit('typing', typing(BOB));
      channel().emit('typing', typing(CAROL));
    };
    both();
    channel().emit('typing', typing(BOB, false));
    expect(room.typing.get()).toEqual([CAROL]);
    rooms.noteMessage(ROOM, CAROL);
    expect(room.typing.get()).toEqual([]);
    both();
    channel().lose();
    expect(room.typing.get()).toEqual([]);
  });

  it.each([null, 7, 'x', [], {}, { user_id: 7, is_typing: true }, { user_id: BOB }, typing(ALICE)])(
    'E11 ignores what is no typing of another: %j',
    (payload) => {
      const { room, channel } = createJoined();
      channel().emit('typing', payload);
      channel().emit('other', typing(BOB));
      expect(room.typing.get()).toEqual([]);
    },
  );

  it('E11 stops when a message is sent', () => {
    const { room, channel, rooms } = createJoined();
    room.keystroke();
    rooms.noteSent(ROOM);
    expect(channel().sent.map(({ payload }) => payload['is_typing'])).toEqual([true, false]);
  });
});

describe('presence', () => {
  it('E11 is announced once per join', () => {
    const { channel, environment } = createJoined();
    environment.touch();
    expect(channel().tracked).toEqual([{ state: 'online' }]);
    expect(channel().presenceKey).toBe(ALICE);
  });

  it('E11 is called at most 5 times in 30 s however often it changes, and ends with the last state', async () => {
    const { channel, environment, clock } = createJoined();
    for (let n = 0; n < 101; n++) {
      environment.setVisible(n % 2 === 1);
      await clock.advance(290);
    }
    expect(channel().tracked.length).toBeLessThanOrEqual(5);
    await clock.advance(10_000);
    expect(channel().tracked.at(-1)).toEqual({ state: 'away' });
  });

  it('E11 is away while hidden, and what the user chose before that', async () => {
    const { channel, environment, rooms, clock } = createJoined();
    environment.setVisible(false);
    await clock.advance(8_000);
    rooms.setPresence('busy');
    await clock.advance(8_000);
    environment.setVisible(true);
    await clock.advance(8_000);
    rooms.setPresence(null);
    await clock.advance(8_000);
    expect(channel().tracked.map(({ state }) => state)).toEqual(['online', 'away', 'busy', 'online']);
  });

  it('E11 is announced with every join, at once when nothing could be sent before it', async () => {
    const { channel, environment, clock } = createJoined();
    await clock.advance(60_000);
    channel().lose();
    environment.setVisible(false);
    environment.setVisible(true);
    await clock.advance(1_000);
    channel().ready();
    expect(channel().tracked).toEqual([{ state: 'online' }, { state: 'online' }]);
  });

  it('E11 shows the most present state of each user and survives nonsense', () => {
    const { room, channel } = createJoined();
    channel().presence({
      [ALICE]: [{ state: 'away' }, { state: 'online' }],
      [BOB]: [{ state: 'asleep' }],
      [CAROL]: [{ state: 'online' }, { state: 'busy' }],
    });
    expect(room.presence.get()).toEqual({ [ALICE]: 'online', [BOB]: 'online', [CAROL]: 'busy' });
    channel().lose();
    expect(room.presence.get()).toEqual({});
  });
});

describe('channels of rooms', () => {
  it('E9 are shared, and linger so that mounting twice joins once', async () => {
    const { rooms, realtime, release, clock } = createJoined();
    release();
    release();
    const again = rooms.use(ROOM);
    const other = rooms.use(ROOM);
    await clock.advance(5_000);
    expect(realtime.opened(TOPIC)).toBe(1);
    again.release();
    await clock.advance(5_000);
    expect(realtime.openTopics()).toEqual([TOPIC]);
    other.release();
    expect(realtime.openTopics()).toEqual([TOPIC]);
    await clock.advance(1_100);
    expect(realtime.openTopics()).toEqual([]);
    expect(clock.pending()).toBe(0);
    rooms.use(ROOM);
    expect(realtime.opened(TOPIC)).toBe(2);
  });

  it('E9 are opened anew after the server closed them, while they are used', async () => {
    const { channel, realtime, release, clock } = createJoined();
    channel().end();
    await clock.advance(2_100);
    expect(realtime.opened(TOPIC)).toBe(2);
    channel().ready();
    channel().end();
    release();
    await clock.advance(10_000);
    expect(realtime.opened(TOPIC)).toBe(2);
    expect(clock.pending()).toBe(0);
  });

  it('E9 are not asked for again when denied', async () => {
    const { channel, realtime, clock } = createJoined();
    channel().deny();
    await clock.advance(60_000);
    expect(realtime.opened(TOPIC)).toBe(1);
  });

  it('E9 wait for a user, and belong to who is signed in', () => {
    const { rooms, realtime, user, channel } = createJoined();
    user.id = null;
    rooms.rejoin();
    expect(realtime.openTopics()).toEqual([]);
    user.id = BOB;
    rooms.rejoin();
    expect(channel().presenceKey).toBe(BOB);
    expect(realtime.openTopics()).toEqual([TOPIC]);
  });

  it('E11 tells the next user’s state at once', () => {
    const { rooms, user, channel } = createJoined();
    user.id = BOB;
    rooms.rejoin();
    channel().ready();
    expect(channel().tracked).toEqual([{ state: 'online' }]);
  });

  it('E9 leave nothing behind when all is closed, also when given back or asked for later', () => {
    const { rooms, realtime, room, release, clock, environment } = createJoined();
    room.keystroke();
    realtime.channel(TOPIC).emit('typing', typing(BOB));
    rooms.close();
    release();
    rooms.use(ROOM).release();
    expect(realtime.openTopics()).toEqual([]);
    expect(realtime.closed(TOPIC)).toBe(1);
    expect(environment.listeners()).toBe(0);
    expect(clock.pending()).toBe(0);
  });
});
