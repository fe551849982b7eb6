import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../src/ports';
import { createChannels } from '../../../src/sync/channels';
import { createInbox } from '../../../src/sync/inbox';
import { createManualClock } from '../../../src/testing/manual-clock';
import { createFakeRealtime } from '../../../src/testing/fake-realtime';
import { ALICE, BOB, CONVERSATION, message } from '../support/rows';
import { messageRow } from '../support/wire';

const INBOX = `inbox:${ALICE}`;
const HINT = { type: 'conversation', conversation_id: CONVERSATION };
/** An event with these changes. */
const told = (...changes: readonly unknown[]) => ({ xid: 1, changes });

function start() {
  const realtime = createFakeRealtime();
  const events: string[] = [];
  const log: LogEntry[] = [];
  const clock = createManualClock();
  const logger = (entry: LogEntry) => log.push(entry);
  const inbox = createInbox(
    { channels: createChannels({ realtime, clock, logger }), logger },
    {
      onReady: () => events.push('ready'),
      onLost: () => events.push('lost'),
      onDenied: () => events.push('denied'),
      onHeard: () => undefined,
      onMissed: () => events.push('missed'),
      onChanges: (changes) => events.push(`changes ${changes.map(({ type }) => type).join(' ')}`),
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
  it('E7.2 is ready when events of the database arrive, not when it is joined', () => {
    const { channel, events } = opened();
    channel.join();
    expect(events).toEqual([]);
    channel.ready();
    expect(events).toEqual(['ready']);
  });

  it('E9.11 is opened once; asked again it says again that it is ready, if it is, and wakes the socket', () => {
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

  it('E9.6 comes back by itself after a loss', () => {
    const { channel, events, realtime } = opened();
    channel.ready();
    channel.lose();
    channel.lose();
    channel.ready();
    expect(events).toEqual(['ready', 'lost', 'lost', 'ready']);
    expect(realtime.opened(INBOX)).toBe(1);
  });

  it('E9.7 is opened anew by itself after the server closed it', async () => {
    const { channel, events, clock, realtime } = opened();
    channel.ready();
    channel.end();
    expect(events).toEqual(['ready', 'lost']);
    expect(realtime.opened(INBOX)).toBe(1);
    await clock.advance(3_000);
    realtime.channel(INBOX).ready();
    expect(events).toEqual(['ready', 'lost', 'ready']);
    expect(realtime.opened(INBOX)).toBe(2);
  });

  it('E9.7 is opened at once when it is asked for', () => {
    const { inbox, channel, realtime } = opened();
    channel.end();
    inbox.open(ALICE);
    expect(realtime.opened(INBOX)).toBe(2);
  });

  it('E9.8 says that it is denied, and is asked for again only on demand', async () => {
    const { inbox, channel, clock, events, realtime } = opened();
    channel.deny();
    expect(events).toEqual(['denied']);
    await clock.advance(3_600_000);
    expect(realtime.opened(INBOX)).toBe(1);
    inbox.open(ALICE);
    expect(realtime.opened(INBOX)).toBe(2);
  });

  it('E9.5 of another user replaces it', () => {
    const { inbox, realtime } = opened();
    inbox.setFeeds(['feed:1']);
    inbox.open(BOB);
    expect(realtime.openTopics()).toEqual([`inbox:${BOB}`]);
  });

  it('E9.12 closing leaves everything, and says nothing', () => {
    const { inbox, realtime, events } = opened();
    inbox.setFeeds(['feed:1', 'feed:2']);
    inbox.close();
    inbox.close();
    expect(realtime.openTopics()).toEqual([]);
    expect(events).toEqual([]);
  });
});

describe('events', () => {
  it('E7.2 are decoded and passed on', () => {
    const { channel, events } = opened();
    channel.ready();
    const sent = {
      type: 'message',
      conversation_id: CONVERSATION,
      version: 1,
      message: messageRow(message(1)),
      profile: null,
      conversation: { last_seq: 1, version: 1, last_activity_at: 't' },
    };
    channel.emit('changes', told(sent, HINT));
    channel.emit('changes', told(HINT));
    channel.emit('other', told(HINT));
    expect(events).toEqual(['ready', 'changes message conversation', 'changes conversation']);
  });

  it('E8.6 one that was too long for all of its changes is made up for by a pull', () => {
    const { channel, events, inbox } = opened();
    channel.ready();
    channel.emit('changes', { ...told(HINT), is_cut: true });
    channel.emit('changes', { ...told(), is_cut: true });
    expect(events).toEqual(['ready', 'changes conversation', 'missed', 'missed']);
    expect(inbox.unreadable.get()).toBe(0);
  });

  it('E8.6 a change that cannot be read takes none of those beside it along', () => {
    const { channel, events, inbox } = opened();
    channel.ready();
    channel.emit('changes', told(HINT, { ...HINT, type: 'tomorrow' }, HINT));
    expect(events).toEqual(['ready', 'changes conversation conversation', 'missed']);
    expect(inbox.unreadable.get()).toBe(1);
  });

  it.each([undefined, null, 'text', {}, HINT, told({ ...HINT, type: 'tomorrow' }), told({ type: 'member' })])(
    'E8.6 one that cannot be read (%j) is counted, makes up for itself by a pull, and harms nothing',
    (payload) => {
      const { channel, events, inbox, log } = opened();
      channel.ready();
      channel.emit('changes', payload);
      channel.emit('changes', told(HINT));
      expect(events).toEqual(['ready', 'missed', 'changes conversation']);
      expect(inbox.unreadable.get()).toBe(1);
      expect(log.filter(({ level }) => level === 'warn')).toMatchObject([
        { event: 'unreadable_live_event', cause: 'live', detail: { count: 1 } },
      ]);
    },
  );
});

describe('feeds', () => {
  /** With an inbox that is joined: feeds wait for it. */
  function live() {
    const all = opened();
    all.channel.ready();
    all.events.length = 0;
    return all;
  }

  it('E9.11 are joined once each, and left when they are no longer wanted', () => {
    const { inbox, realtime } = live();
    inbox.setFeeds(['feed:1', 'feed:2']);
    inbox.setFeeds(['feed:2', 'feed:1']);
    expect(realtime.opened('feed:1')).toBe(1);
    inbox.setFeeds(['feed:2', 'feed:3']);
    expect(realtime.openTopics()).toEqual([INBOX, 'feed:2', 'feed:3']);
    inbox.setFeeds([]);
    expect(realtime.openTopics()).toEqual([INBOX]);
  });

  it('E8.5 bring events like the inbox', () => {
    const { inbox, realtime, events } = live();
    inbox.setFeeds(['feed:1']);
    realtime.channel('feed:1').ready();
    realtime.channel('feed:1').emit('changes', told(HINT));
    expect(events).toEqual(['missed', 'changes conversation']);
  });

  it('E8.5 say when they become live or go, for changes may have been missed; the inbox stays as it is', async () => {
    const { clock, inbox, realtime, events } = live();
    inbox.setFeeds(['feed:1']);
    const feed = realtime.channel('feed:1');
    feed.join();
    expect(events).toEqual([]);
    feed.ready();
    feed.end();
    expect(events).toEqual(['missed', 'missed']);
    await clock.advance(3_000);
    expect(realtime.opened('feed:1')).toBe(2);
    realtime.channel('feed:1').ready();
    expect(events).toEqual(['missed', 'missed', 'missed']);
  });

  it('E9.8 that are denied are not asked for again, until somebody signs in anew', async () => {
    const { clock, inbox, realtime } = live();
    inbox.setFeeds(['feed:1']);
    realtime.channel('feed:1').deny();
    for (let i = 0; i < 5; i++) {
      inbox.setFeeds(['feed:1', 'feed:2']);
      await clock.advance(60_000);
    }
    expect(realtime.opened('feed:1')).toBe(1);
    expect(realtime.opened('feed:2')).toBe(1);
    inbox.close();
    inbox.open(ALICE);
    realtime.channel(INBOX).join();
    inbox.setFeeds(['feed:1']);
    expect(realtime.opened('feed:1')).toBe(2);
  });

  it('E9.10 are at most 50, the first ones; those without are told to the logger, once', async () => {
    const { clock, inbox, realtime, log } = live();
    const all = Array.from({ length: 80 }, (_, i) => `feed:${i}`);
    inbox.setFeeds(all);
    inbox.setFeeds(all);
    await clock.advance(10_000);
    expect(realtime.openTopics()).toEqual([INBOX, ...all.slice(0, 50)]);
    const limited = () => log.filter(({ event }) => event === 'feeds_limited');
    expect(limited()).toMatchObject([{ level: 'warn', detail: { joined: 50, unheard: 30 } }]);
    inbox.setFeeds(all.slice(40));
    await clock.advance(10_000);
    expect([...realtime.openTopics()].sort()).toEqual([INBOX, ...all.slice(40)].sort());
    expect(limited()).toHaveLength(2);
  });
});
