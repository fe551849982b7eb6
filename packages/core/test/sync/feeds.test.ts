import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import { contents, createWorld } from './support/world';

const INBOX = `inbox:${ALICE}`;
const FEED = `feed:${uuid(20)}:one`;

describe('feeds of large conversations', () => {
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

  it('E8.5 whose key was renewed before they were joined are found under the new one', async () => {
    const { server, device } = createWorld();
    const large = server.addConversation(uuid(20), [ALICE, BOB], FEED);
    const alice = device(ALICE, { isManual: true });
    alice.watch(alice.confab.conversations.list());
    await settled();
    alice.realtime.channel(INBOX).ready();
    await settled();
    // The last event of the old feed, which says so, came before the join.
    server.setFeed(large, `feed:${large}:two`);
    alice.realtime.channel(FEED).deny();
    await settled();
    expect(alice.realtime.openTopics()).toEqual([INBOX, `feed:${large}:two`]);
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
