import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../src/ports';
import { createChannels } from '../../../src/sync/channels';
import { createRooms } from '../../../src/sync/rooms';
import { createFakeEnvironment } from '../../../src/testing/fake-environment';
import { createFakeRealtime, type FakeChannel } from '../../../src/testing/fake-realtime';
import { createManualClock } from '../../../src/testing/manual-clock';
import { ALICE, BOB, CAROL, CONVERSATION, OTHER_CONVERSATION } from '../support/rows';

const TOPIC = `room:${CONVERSATION}`;

function start(userId: string | null = ALICE, onOpen: (channel: FakeChannel) => void = () => undefined) {
  const realtime = createFakeRealtime({ onOpen });
  const clock = createManualClock();
  const environment = createFakeEnvironment();
  const user = { id: userId };
  const log: LogEntry[] = [];
  const logger = (entry: LogEntry) => log.push(entry);
  const channels = createChannels({ realtime, clock, logger: () => undefined });
  const versions: unknown[] = [];
  const rooms = createRooms({
    channels,
    clock,
    environment,
    logger,
    currentUserId: () => user.id,
    versionOf: () => 7,
    onVersion: (...heard) => void versions.push(heard),
  });
  rooms.start();
  const types = (by: string, isTyping = true) =>
    realtime.channel(TOPIC).emit('typing', { user_id: by, is_typing: isTyping });
  return { realtime, clock, environment, rooms, user, types, log, versions };
}

/** A room that is used and joined. */
function joined(userId: string | null = ALICE) {
  const all = start(userId);
  const { room, release } = all.rooms.use(CONVERSATION);
  all.realtime.channel(TOPIC).ready();
  const channel = all.realtime.channel(TOPIC);
  return { ...all, room, release, channel };
}

describe('channels', () => {
  it('E9.11 a room is joined once for all who use it, and left when the last has gone', async () => {
    const { rooms, realtime, clock } = start();
    const first = rooms.use(CONVERSATION);
    const second = rooms.use(CONVERSATION);
    expect(second.room).toBe(first.room);
    expect(realtime.opened(TOPIC)).toBe(1);
    first.release();
    first.release();
    await clock.advance(60_000);
    expect(realtime.openTopics()).toEqual([TOPIC]);
    second.release();
    await clock.advance(60_000);
    expect(realtime.openTopics()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it('E9.11 mounting, unmounting and mounting again, as StrictMode does, opens one channel', async () => {
    const { rooms, realtime, clock } = start();
    const first = rooms.use(CONVERSATION);
    first.release();
    const second = rooms.use(CONVERSATION);
    expect(second.room).toBe(first.room);
    await clock.advance(60_000);
    expect(realtime.opened(TOPIC)).toBe(1);
    expect(realtime.openTopics()).toEqual([TOPIC]);
    first.release();
    await clock.advance(60_000);
    expect(realtime.openTopics()).toEqual([TOPIC]);
  });

  it('E9.11 coming back after the room was left joins again', async () => {
    const { rooms, realtime, clock } = start();
    rooms.use(CONVERSATION).release();
    await clock.advance(2_000);
    rooms.use(CONVERSATION);
    expect(realtime.opened(TOPIC)).toBe(2);
    expect(realtime.openTopics()).toEqual([TOPIC]);
  });

  it('E9.11 rooms are apart from each other', () => {
    const { rooms, realtime } = joined();
    expect(rooms.use(CONVERSATION).room).not.toBe(rooms.use(OTHER_CONVERSATION).room);
    expect([...realtime.openTopics()].sort()).toEqual([TOPIC, `room:${OTHER_CONVERSATION}`]);
  });

  it('E9.7 a room that the server closes is joined again a moment later', async () => {
    const { realtime, clock, channel } = joined();
    channel.end('token has expired');
    expect(realtime.openTopics()).toEqual([]);
    await clock.advance(3_000);
    expect(realtime.openTopics()).toEqual([TOPIC]);
  });

  it('E9.8 a room that is denied is asked for again only when it is used, and not within a minute', async () => {
    const { realtime, rooms, room, release, clock, channel } = joined();
    channel.deny();
    room.keystroke();
    await clock.advance(30_000);
    release();
    await clock.advance(5_000);
    const again = rooms.use(CONVERSATION);
    again.room.keystroke();
    expect(realtime.opened(TOPIC)).toBe(1);
    await clock.advance(60_000);
    expect(realtime.opened(TOPIC)).toBe(1);
    again.room.keystroke();
    expect(realtime.opened(TOPIC)).toBe(2);
  });

  it('E9.8 a room that was denied to one user is asked for by the next', () => {
    const { realtime, rooms, user, channel } = joined();
    channel.deny();
    user.id = BOB;
    rooms.rejoin();
    expect(realtime.opened(TOPIC)).toBe(2);
  });

  it('E9.10 at most 39 are joined: the least recently used ones are left, until they are used again', async () => {
    const { rooms, realtime, clock, log } = start(ALICE, (channel) => channel.ready());
    const idOf = (n: number) => CONVERSATION.replace(/..$/, String(n).padStart(2, '0'));
    const used = Array.from({ length: 60 }, (_, i) => rooms.use(idOf(i)));
    await clock.advance(10_000);
    const topicsOf = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `room:${idOf(from + i)}`);
    expect([...realtime.openTopics()].sort()).toEqual(topicsOf(21, 60));
    expect(log).toMatchObject([{ level: 'warn', event: 'rooms_limited', detail: { joined: 39 } }]);

    used[0]?.room.keystroke();
    await clock.advance(1_000);
    expect([...realtime.openTopics()].sort()).toEqual([...topicsOf(0, 1), ...topicsOf(22, 60)]);
    // Those that go make room for those that went before.
    used[59]?.release();
    await clock.advance(2_000);
    expect([...realtime.openTopics()].sort()).toEqual([...topicsOf(0, 1), ...topicsOf(21, 59)]);
  });

  it('E9.12 a room that is left before it is joined again stays left', async () => {
    const { realtime, clock, channel, release } = joined();
    release();
    channel.end();
    await clock.advance(60_000);
    expect(realtime.opened(TOPIC)).toBe(1);
    expect(clock.pending()).toBe(0);
  });

  it('E9.5 nobody is joined as nobody; signing in joins what is in use, as that user', () => {
    const { rooms, realtime, user } = start(null);
    rooms.use(CONVERSATION);
    expect(realtime.openTopics()).toEqual([]);
    user.id = ALICE;
    rooms.rejoin();
    expect(realtime.channel(TOPIC).presenceKey).toBe(ALICE);
    user.id = BOB;
    rooms.rejoin();
    expect(realtime.openTopics()).toEqual([TOPIC]);
    expect(realtime.channel(TOPIC).presenceKey).toBe(BOB);
  });

  it('E9.5 another user finds neither typists nor presence of the one before', () => {
    const { rooms, room, channel, user, types } = joined();
    types(BOB);
    channel.presence({ [BOB]: [{ state: 'online' }] });
    user.id = CAROL;
    rooms.rejoin();
    expect(room.typing.get()).toEqual([]);
    expect(room.presence.get()).toEqual({});
  });

  it('E9.12 closing leaves everything, and no timer', async () => {
    const { rooms, realtime, clock, environment, types, room } = joined();
    types(BOB);
    room.keystroke();
    rooms.close();
    expect(realtime.openTopics()).toEqual([]);
    expect(clock.pending()).toBe(0);
    expect(environment.listeners()).toBe(0);
  });
});

describe('typing', () => {
  it('E11.1 is told at most every 2 s while it goes on', async () => {
    const { room, channel, clock } = joined();
    for (let i = 0; i < 50; i++) {
      room.keystroke();
      await clock.advance(100);
    }
    expect(channel.sent).toHaveLength(3);
    expect(channel.sent[0]).toEqual({
      event: 'typing',
      payload: { user_id: ALICE, is_typing: true, version: 7 },
    });
  });

  it('E11.1 goes on when the clock is put back', () => {
    const { room, channel, clock } = joined();
    room.keystroke();
    clock.jump(-3_600_000);
    room.keystroke();
    expect(channel.sent).toHaveLength(2);
  });

  it('E11.3 stopping is told once, and only while others may still see it', async () => {
    const { room, channel, clock } = joined();
    room.stopTyping();
    expect(channel.sent).toEqual([]);
    room.keystroke();
    room.stopTyping();
    room.stopTyping();
    expect(channel.sent.map(({ payload }) => payload['is_typing'])).toEqual([true, false]);
    room.keystroke();
    await clock.advance(4_000);
    room.stopTyping();
    expect(channel.sent).toHaveLength(3);
  });

  it('E11.3 after stopping, the next keystroke is told at once', () => {
    const { room, channel } = joined();
    room.keystroke();
    room.stopTyping();
    room.keystroke();
    expect(channel.sent.map(({ payload }) => payload['is_typing'])).toEqual([true, false, true]);
  });

  it('E11.3 ends when a message is sent from here', () => {
    const { room, rooms, channel } = joined();
    room.keystroke();
    rooms.noteSent(CONVERSATION);
    rooms.noteSent(OTHER_CONVERSATION);
    expect(channel.sent.map(({ payload }) => payload['is_typing'])).toEqual([true, false]);
  });

  it('E11.2 of another is forgotten after 4 s of silence', async () => {
    const { room, clock, types } = joined();
    types(BOB);
    expect(room.typing.get()).toEqual([BOB]);
    await clock.advance(3_999);
    expect(room.typing.get()).toEqual([BOB]);
    await clock.advance(1);
    expect(room.typing.get()).toEqual([]);
  });

  it('E11.2 of another who goes on is shown without a break', async () => {
    const { room, clock, types } = joined();
    const seen: (readonly string[])[] = [];
    types(BOB);
    room.typing.subscribe(() => seen.push(room.typing.get()));
    for (let i = 0; i < 5; i++) {
      await clock.advance(2_000);
      types(BOB);
    }
    expect(seen).toEqual([]);
    await clock.advance(4_000);
    expect(seen).toEqual([[]]);
  });

  it('E11.2 of several is shown in the order they began; each ends by itself', async () => {
    const { room, clock, types } = joined();
    types(BOB);
    await clock.advance(1_000);
    types(CAROL);
    types(BOB);
    expect(room.typing.get()).toEqual([BOB, CAROL]);
    types(BOB, false);
    expect(room.typing.get()).toEqual([CAROL]);
    await clock.advance(4_000);
    expect(room.typing.get()).toEqual([]);
  });

  it("E11.2 of another ends with that person's message", () => {
    const { room, rooms, types } = joined();
    types(BOB);
    rooms.noteMessage(CONVERSATION, CAROL);
    rooms.noteMessage(OTHER_CONVERSATION, BOB);
    expect(room.typing.get()).toEqual([BOB]);
    rooms.noteMessage(CONVERSATION, BOB);
    expect(room.typing.get()).toEqual([]);
  });

  it('E11.4 own typing, from another device, is not shown', () => {
    const { room, types } = joined();
    types(ALICE);
    expect(room.typing.get()).toEqual([]);
  });

  it.each([
    ['nothing', null],
    ['text', 'typing'],
    ['no user', { is_typing: true }],
    ['a user that is no text', { user_id: 7, is_typing: true }],
    ['no answer to whether', { user_id: BOB }],
    ['something else than yes', { user_id: BOB, is_typing: 'yes' }],
  ])('E11.4 a broadcast with %s changes nothing', (_what, payload) => {
    const { room, channel } = joined();
    channel.emit('typing', payload);
    channel.emit('dancing', { user_id: BOB, is_typing: true });
    expect(room.typing.get()).toEqual([]);
  });

  it('E11.8 nobody is shown as typing once the connection is lost', () => {
    const { room, channel, types, clock } = joined();
    types(BOB);
    channel.lose();
    expect(room.typing.get()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});

describe('presence', () => {
  it('E11.5 is told once per join', () => {
    const { channel } = joined();
    expect(channel.tracked).toEqual([{ state: 'online' }]);
    channel.ready();
    expect(channel.tracked).toHaveLength(1);
  });

  it('E11.5 is told again after a rejoin, for presence is forgotten with it', async () => {
    const { channel, clock } = joined();
    await clock.advance(10_000);
    channel.lose();
    channel.join();
    expect(channel.tracked).toHaveLength(2);
  });

  it('E11.6 follows the visibility of the app, and what the user chose wins', async () => {
    const { channel, clock, environment, rooms } = joined();
    await clock.advance(10_000);
    environment.setVisible(false);
    await clock.advance(10_000);
    rooms.setPresence('busy');
    await clock.advance(10_000);
    environment.setVisible(true);
    await clock.advance(10_000);
    rooms.setPresence(null);
    await clock.advance(10_000);
    expect(channel.tracked.map(({ state }) => state)).toEqual(['online', 'away', 'busy', 'online']);
  });

  it('E11.10 tells oneself what others see and what was chosen', async () => {
    const { environment, rooms } = joined();
    expect(rooms.own.get()).toEqual({ state: 'online', chosen: null });
    environment.setVisible(false);
    const before = rooms.own.get();
    expect(before).toEqual({ state: 'away', chosen: null });
    rooms.setPresence('away');
    expect(rooms.own.get()).toEqual({ state: 'away', chosen: 'away' });
    environment.setVisible(true);
    rooms.setPresence('busy');
    expect(rooms.own.get()).toEqual({ state: 'busy', chosen: 'busy' });
  });

  it('E11.6 is away while nobody touches the device, and online with the first touch', async () => {
    const { channel, clock, environment } = joined();
    await clock.advance(10_000);
    environment.setIdle(true);
    await clock.advance(10_000);
    environment.setIdle(false);
    expect(channel.tracked.map(({ state }) => state)).toEqual(['online', 'away', 'online']);
  });

  it('E11.5 announces itself at once on a new join: the server counts per join', async () => {
    const { channel, clock } = joined();
    await clock.advance(1_000);
    channel.lose();
    channel.join();
    expect(channel.tracked).toEqual([{ state: 'online' }, { state: 'online' }]);
  });

  it('E11.5 never makes more than 5 presence calls in 30 s of one join, and ends with the last state', async () => {
    const { channel, clock, environment } = joined();
    const times: number[] = [];
    for (let i = 0; i < 1_200; i++) {
      if (i % 3 === 0) environment.setVisible(i % 2 === 0);
      while (times.length < channel.tracked.length) times.push(clock.now());
      await clock.advance(100);
    }
    environment.setVisible(false);
    await clock.advance(10_000);
    expect(channel.tracked.at(-1)).toEqual({ state: 'away' });
    for (const time of times) {
      expect(times.filter((other) => other >= time && other < time + 30_000).length).toBeLessThanOrEqual(5);
    }
  });

  it('E11.5 changing there and back before it is told tells nothing', async () => {
    const { channel, clock, environment } = joined();
    await clock.advance(1_000);
    environment.setVisible(false);
    environment.setVisible(true);
    await clock.advance(20_000);
    expect(channel.tracked).toEqual([{ state: 'online' }]);
    expect(clock.pending()).toBe(0);
  });

  it('E11.7 of others is one state per person: the most present of their devices', () => {
    const { room, channel } = joined();
    channel.presence({
      [ALICE]: [{ state: 'online' }],
      [BOB]: [{ state: 'away' }, { state: 'online' }],
      [CAROL]: [{ state: 'online' }, { state: 'busy' }],
    });
    expect(room.presence.get()).toEqual({ [ALICE]: 'online', [BOB]: 'online', [CAROL]: 'busy' });
    channel.presence({ [BOB]: [{ state: 'from the future' }], [CAROL]: [{}] });
    expect(room.presence.get()).toEqual({ [BOB]: 'online', [CAROL]: 'online' });
  });

  it('E11.8 nobody is shown as present once the connection is lost', () => {
    const { room, channel } = joined();
    channel.presence({ [BOB]: [{ state: 'online' }] });
    channel.lose();
    expect(room.presence.get()).toEqual({});
  });
});

describe('versions', () => {
  it('E8.9 are told with what is typed, and when events are lost, and heard of others', () => {
    const { channel, rooms, room, versions } = joined();
    rooms.tellVersions();
    room.keystroke();
    expect(channel.sent.map(({ event, payload }) => [event, payload['version']])).toEqual([
      ['version', 7],
      ['typing', 7],
    ]);
    channel.emit('version', { version: 8 });
    channel.emit('typing', { user_id: BOB, is_typing: true, version: 9 });
    for (const version of [null, '9', undefined, {}]) channel.emit('version', { version });
    expect(versions).toEqual([
      [CONVERSATION, 8],
      [CONVERSATION, 9],
    ]);
  });
});
