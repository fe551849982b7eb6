import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../src/ports';
import { createInbox } from '../../../src/sync/inbox';
import { createManualClock } from '../../../src/testing/manual-clock';
import { createFakeRealtime } from '../../../src/testing/fake-realtime';
import { ALICE, BOB, CONVERSATION, message } from '../support/rows';
import { messageRow } from '../support/wire';

const INBOX = `inbox:${ALICE}`;
const HINT = { type: 'conversation', conversation_id: CONVERSATION };

function start() {
  const realtime = createFakeRealtime();
  const events: string[] = [];
  const log: LogEntry[] = [];
  const clock = createManualClock();
  const logger = (entry: LogEntry) => log.push(entry);
  const inbox = createInbox(
    { realtime, clock, logger },
    {
      onReady: () => events.push('ready'),
      onLost: () => events.push('lost'),
      onDenied: () => events.push('denied'),
      onFeedChanged: () => events.push('feed'),
      onChange: (change) => events.push(`change ${change.type}`),
    },
  );
  return { realtime, clock, inbox, events, log };
}

function opened() {
  const all = start();
  all.inbox.open(ALICE);
  return { ...all, channel: all.realtime.channel(INBOX) };
}

describe('the inbox', () => {
  it('E7 is ready when events of the database arrive, not when it is joined', () => {
    const { channel, events } = opened();
    channel.join();
    expect(events).toEqual([]);
    channel.ready();
    expect(events).toEqual(['ready']);
  });

  it('E9 is opened once; asked again it says again that it is ready, if it is, and renews the token', () => {
    const { inbox, channel, realtime, events } = opened();
    inbox.open(ALICE);
    expect(events).toEqual([]);
    channel.ready();
    inbox.open(ALICE);
    expect(events).toEqual(['ready', 'ready']);
    expect(realtime.opened(INBOX)).toBe(1);
    expect(realtime.woken()).toBe(2);
    channel.lose();
    inbox.open(ALICE);
    expect(events).toEqual(['ready', 'ready', 'lost']);
  });

  it('E9 comes back by itself after a loss', () => {
    const { channel, events, realtime } = opened();
    channel.ready();
    channel.lose();
    channel.lose();
    channel.ready();
    expect(events).toEqual(['ready', 'lost', 'lost', 'ready']);
    expect(realtime.opened(INBOX)).toBe(1);
  });

  it('E9 is opened anew after the server closed it, and not by itself', () => {
    const { inbox, channel, events, realtime } = opened();
    channel.ready();
    channel.end();
    expect(events).toEqual(['ready', 'lost']);
    expect(realtime.opened(INBOX)).toBe(1);
    inbox.open(ALICE);
    realtime.channel(INBOX).ready();
    expect(events).toEqual(['ready', 'lost', 'ready']);
    expect(realtime.opened(INBOX)).toBe(2);
  });

  it('E9 says that it is denied', () => {
    const { channel, events } = opened();
    channel.deny();
    expect(events).toEqual(['denied']);
  });

  it('D10 of another user replaces it', () => {
    const { inbox, realtime } = opened();
    inbox.setFeeds(['feed:1']);
    inbox.open(BOB);
    expect(realtime.openTopics()).toEqual([`inbox:${BOB}`]);
  });

  it('E9 closing leaves everything, and says nothing', () => {
    const { inbox, realtime, events } = opened();
    inbox.setFeeds(['feed:1', 'feed:2']);
    inbox.close();
    inbox.close();
    expect(realtime.openTopics()).toEqual([]);
    expect(events).toEqual([]);
  });
});

describe('events', () => {
  it('D10 are decoded and passed on', () => {
    const { channel, events } = opened();
    channel.ready();
    channel.emit('change', {
      type: 'message',
      conversation_id: CONVERSATION,
      version: 1,
      message: messageRow(message(1)),
      profile: null,
      conversation: { last_seq: 1, version: 1, last_activity_at: 't' },
    });
    channel.emit('change', HINT);
    channel.emit('other', HINT);
    expect(events).toEqual(['ready', 'change message', 'change conversation']);
  });

  it.each([undefined, null, 'text', {}, { ...HINT, type: 'tomorrow' }, { type: 'member' }])(
    'E12 one that cannot be read (%j) is noted and harms nothing',
    (payload) => {
      const { channel, events, log } = opened();
      channel.ready();
      channel.emit('change', payload);
      channel.emit('change', HINT);
      expect(events).toEqual(['ready', 'change conversation']);
      expect(log.filter(({ level }) => level === 'warn')).toMatchObject([
        { event: 'unreadable_live_event', cause: 'live' },
      ]);
    },
  );
});

describe('feeds', () => {
  it('D10 are joined once each, and left when they are no longer wanted', () => {
    const { inbox, realtime } = opened();
    inbox.setFeeds(['feed:1', 'feed:2']);
    inbox.setFeeds(['feed:2', 'feed:1']);
    expect(realtime.opened('feed:1')).toBe(1);
    inbox.setFeeds(['feed:2', 'feed:3']);
    expect(realtime.openTopics()).toEqual([INBOX, 'feed:2', 'feed:3']);
    inbox.setFeeds([]);
    expect(realtime.openTopics()).toEqual([INBOX]);
  });

  it('D10 bring events like the inbox', () => {
    const { inbox, realtime, events } = opened();
    inbox.setFeeds(['feed:1']);
    realtime.channel('feed:1').ready();
    realtime.channel('feed:1').emit('change', HINT);
    expect(events).toEqual(['feed', 'change conversation']);
  });

  it('E7 say when they become live or go, for changes may have been missed; the inbox stays as it is', async () => {
    const { clock, inbox, realtime, events } = opened();
    inbox.setFeeds(['feed:1']);
    const feed = realtime.channel('feed:1');
    feed.join();
    expect(events).toEqual([]);
    feed.ready();
    feed.lose();
    feed.ready();
    feed.end();
    expect(events).toEqual(['feed', 'feed', 'feed']);
    inbox.setFeeds(['feed:1']);
    expect(realtime.opened('feed:1')).toBe(1);
    await clock.advance(2_000);
    expect(events).toHaveLength(4);
    inbox.setFeeds(['feed:1']);
    expect(realtime.opened('feed:1')).toBe(2);
  });

  it('E9 that are denied are not asked for again, until somebody signs in anew', () => {
    const { inbox, realtime } = opened();
    inbox.setFeeds(['feed:1']);
    realtime.channel('feed:1').deny();
    for (let i = 0; i < 5; i++) inbox.setFeeds(['feed:1', 'feed:2']);
    expect(realtime.opened('feed:1')).toBe(1);
    expect(realtime.opened('feed:2')).toBe(1);
    inbox.close();
    inbox.open(ALICE);
    inbox.setFeeds(['feed:1']);
    expect(realtime.opened('feed:1')).toBe(2);
  });
});
