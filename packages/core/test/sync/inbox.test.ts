import { describe, expect, it } from 'vitest';
import { createInbox } from '../../src/sync/inbox';
import { createFakeRealtime } from '../../src/testing/fake-realtime';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import { contents, createWorld } from './support/world';

const INBOX = `inbox:${ALICE}`;
const FEED = `feed:${uuid(20)}:one`;

function createOpened() {
  const realtime = createFakeRealtime();
  const heard: string[] = [];
  const inbox = createInbox(
    realtime,
    {
      onReady: () => heard.push('ready'),
      onLost: () => heard.push('lost'),
      onDenied: () => heard.push('denied'),
      onChange: ({ type }) => heard.push(type),
      onFeedChanged: () => heard.push('feed changed'),
    },
    () => undefined,
  );
  inbox.open(ALICE);
  return { realtime, inbox, heard, channel: () => realtime.channel(INBOX) };
}

describe('the inbox', () => {
  it('E7 is ready only when events of the database arrive', () => {
    const { channel, heard } = createOpened();
    channel().join();
    expect(heard).toEqual([]);
    channel().ready();
    expect(heard).toEqual(['ready']);
  });

  it('E9 is opened once, and reports again that it is ready', () => {
    const { channel, heard, inbox, realtime } = createOpened();
    inbox.open(ALICE);
    expect(heard).toEqual([]);
    channel().ready();
    inbox.open(ALICE);
    expect(heard).toEqual(['ready', 'ready']);
    expect(realtime.opened(INBOX)).toBe(1);
    expect(realtime.authorized()).toBe(2);
  });

  it('E9 is not reported as ready while it is lost', () => {
    const { channel, heard, inbox } = createOpened();
    channel().ready();
    channel().lose();
    inbox.open(ALICE);
    expect(heard).toEqual(['ready', 'lost']);
    channel().ready();
    expect(heard).toEqual(['ready', 'lost', 'ready']);
  });

  it('E9 is opened anew after it was closed by the server, or denied and asked for again', () => {
    const { channel, heard, inbox, realtime } = createOpened();
    channel().end();
    inbox.open(ALICE);
    channel().deny();
    inbox.open(ALICE);
    expect(heard).toEqual(['lost', 'denied']);
    expect(realtime.opened(INBOX)).toBe(3);
    expect(realtime.openTopics()).toEqual([INBOX]);
  });

  it('E9 leaves the channel of one user for the next', () => {
    const { channel, heard, inbox, realtime } = createOpened();
    const before = channel();
    inbox.setFeeds([FEED]);
    inbox.open(BOB);
    before.ready();
    expect(heard).toEqual([]);
    expect(realtime.openTopics()).toEqual([`inbox:${BOB}`]);
  });

  it('E9 closes everything', () => {
    const { inbox, realtime } = createOpened();
    inbox.setFeeds([FEED]);
    inbox.close();
    inbox.close();
    expect(realtime.openTopics()).toEqual([]);
    expect(realtime.closed(INBOX)).toBe(1);
  });
});

describe('feeds', () => {
  it('D10 follow the list', () => {
    const { inbox, realtime } = createOpened();
    inbox.setFeeds([FEED, 'feed:b']);
    inbox.setFeeds(['feed:b', 'feed:c']);
    expect(realtime.openTopics()).toEqual([INBOX, 'feed:b', 'feed:c']);
    expect(realtime.opened('feed:b')).toBe(1);
  });

  it('E9 are not asked for again when denied', () => {
    const { inbox, realtime, heard } = createOpened();
    inbox.setFeeds([FEED]);
    realtime.channel(FEED).deny();
    inbox.setFeeds([FEED]);
    expect(realtime.opened(FEED)).toBe(1);
    expect(heard).toEqual([]);
  });

  it('E7 ask for a pull when they become ready or are closed, and are then joined anew', () => {
    const { inbox, realtime, heard } = createOpened();
    inbox.setFeeds([FEED]);
    realtime.channel(FEED).ready();
    realtime.channel(FEED).end();
    inbox.setFeeds([FEED]);
    expect(heard).toEqual(['feed changed', 'feed changed']);
    expect(realtime.opened(FEED)).toBe(2);
  });

  it('D10 bring messages, and their renewed key is followed', async () => {
    const { server, device, clock } = createWorld();
    const large = server.addConversation(uuid(20), [ALICE, BOB], FEED);
    const alice = device(ALICE);
    alice.watch(alice.confab.conversations.list());
    const messages = alice.watch(alice.confab.messages.list(large));
    await settled();
    expect(alice.realtime.openTopics()).toEqual([INBOX, FEED]);
    server.send(BOB, large, 'by the feed');
    await settled();
    expect(contents(messages)).toEqual(['by the feed']);

    server.setFeed(large, `feed:${large}:two`);
    alice.realtime.channel(FEED).end();
    await clock.advance(1_000);
    expect(alice.realtime.openTopics()).toEqual([INBOX, `feed:${large}:two`]);
    server.send(BOB, large, 'by the new one');
    await settled();
    expect(contents(messages)).toEqual(['by the feed', 'by the new one']);
    expect(alice.engine.connection.get().type).toBe('live');
  });

  it('D10 of a conversation one was removed from are left', async () => {
    const { server, device } = createWorld();
    const large = server.addConversation(uuid(20), [BOB, ALICE], FEED);
    const alice = device(ALICE);
    const list = alice.watch(alice.confab.conversations.list());
    const messages = alice.watch(alice.confab.messages.list(large));
    await settled();
    server.remove(ALICE, large);
    await settled();
    expect(alice.realtime.openTopics()).toEqual([INBOX]);
    expect(list.get().conversations.map(({ id }) => id)).not.toContain(large);
    expect(messages.get()).toMatchObject({ messages: [], error: { code: 'not_member' } });
  });
});
