import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';
import { contents, createLiveWorld, createWorld, ROOM } from './support/world';

const INBOX = `inbox:${ALICE}`;
const SECOND = 1_000;

describe('events that are lost without a sign', () => {
  it('E8.7 are noticed by who writes within 3 s: what was missed is pulled, and the server has to prove itself', async () => {
    const { alice, server, messages, clock } = await createLiveWorld();
    await clock.advance(5 * SECOND);
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'missed');
    alice.network.hasEvents = true;
    const states: string[] = [];
    alice.confab.connection.subscribe(() => states.push(alice.confab.connection.get().type));
    const pulls = alice.transport.count('pull');
    alice.network.hasEvents = false;
    await alice.confab.conversations.setMembership(ROOM, { isPinned: true });
    await clock.advance(2 * SECOND);
    alice.network.hasEvents = true;
    await clock.advance(SECOND);
    expect(contents(messages)).toEqual(['missed']);
    expect([...new Set(states)]).toEqual(['live', 'connecting', 'catching_up']);
    expect(states.at(-1)).toBe('live');
    expect(alice.realtime.opened(INBOX)).toBe(2);
    expect(alice.transport.count('pull') - pulls).toBeLessThanOrEqual(4);
  });

  it('E8.8 again and again are said by the state, and polled meanwhile', async () => {
    const { alice, server, messages, clock } = await createLiveWorld();
    alice.network.hasEvents = false;
    for (const content of ['one', 'two']) {
      await alice.confab.messages.send(ROOM, { content });
      await clock.advance(3 * SECOND);
    }
    expect(alice.confab.connection.get()).toMatchObject({ type: 'polling', reason: 'realtime_unavailable' });
    server.send(BOB, ROOM, 'three');
    await clock.advance(4 * SECOND);
    expect(contents(messages)).toEqual(['one', 'two', 'three']);
    alice.network.hasEvents = true;
    await clock.advance(30 * SECOND);
    expect(alice.confab.connection.get().type).toBe('live');
  });

  it('E8.7 on a feed are noticed by who writes there', async () => {
    const { server, device, clock } = createWorld();
    const feed = `feed:${uuid(20)}:one`;
    const large = server.addConversation(uuid(20), [ALICE, BOB], feed);
    const alice = device(ALICE);
    alice.watch(alice.confab.conversations.list());
    const messages = alice.watch(alice.confab.messages.list(large));
    await settled();
    await clock.advance(5 * SECOND);
    alice.network.hasEvents = false;
    server.send(BOB, large, 'missed');
    await alice.confab.messages.send(large, { content: 'mine' });
    await settled();
    await clock.advance(3 * SECOND);
    expect(contents(messages)).toEqual(['missed', 'mine']);
    expect(alice.realtime.opened(feed)).toBe(2);
  });

  it('E8.9 are noticed by who hears of anything else in the conversation', async () => {
    const { alice, server, messages, clock } = await createLiveWorld();
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'missed');
    alice.network.hasEvents = true;
    server.markRead(CAROL, ROOM, 1);
    await clock.advance(2 * SECOND);
    expect(contents(messages)).toEqual(['missed']);
    expect(alice.confab.connection.get().type).toBe('live');
  });

  it('E8.9 are noticed by who sees somebody typing in the open conversation', async () => {
    const { alice, server, messages, clock } = await createLiveWorld();
    alice.watch(alice.confab.typing.in(ROOM));
    await settled();
    alice.network.hasEvents = false;
    const { version } = server.send(BOB, ROOM, 'missed');
    alice.realtime.channel(`room:${ROOM}`).emit('typing', { user_id: BOB, is_typing: true, version });
    await clock.advance(2 * SECOND);
    expect(contents(messages)).toEqual(['missed']);
  });

  it('E8.7 where none are lost nothing is asked for, whatever is written', async () => {
    const { alice, server, clock } = await createLiveWorld();
    await clock.advance(5 * SECOND);
    const pulls = alice.transport.count('pull');
    for (let n = 0; n < 10; n++) {
      await alice.confab.messages.send(ROOM, { content: `mine ${n}` });
      server.send(BOB, ROOM, `theirs ${n}`);
      await clock.advance(2 * SECOND);
    }
    expect(alice.transport.count('pull')).toBe(pulls);
    expect(alice.realtime.opened(INBOX)).toBe(1);
  });
});
