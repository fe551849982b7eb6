import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/settled';
import { member } from '../unit/support/rows';
import { ALICE, uuid } from './support/ids';
import { createWorld } from './support/world';

const CROWD = uuid(40);
const crowd = Array.from({ length: 60 }, (_, i) => uuid(100 + i));
const [first = '', second = ''] = crowd;

/** Alice, live, watching the room of a group of 61. */
async function createCrowd() {
  const world = createWorld();
  crowd.forEach((id, i) => world.server.addUser(id, `Person ${i}`));
  world.server.addConversation(CROWD, [...crowd, ALICE]);
  const alice = world.device(ALICE);
  alice.transport.on('members', (args, userId) => world.server.call('members', args, userId));
  alice.watch(alice.confab.conversations.list());
  const presence = alice.watch(alice.confab.presence.in(CROWD));
  const typing = alice.watch(alice.confab.typing.in(CROWD));
  await settled();
  const room = alice.realtime.channel(`room:${CROWD}`);
  room.ready();
  return { ...world, alice, presence, typing, room };
}

describe('a group with more members than are listed', () => {
  it('E11.11 shows who is connected though the members are not loaded', async () => {
    const { presence, room } = await createCrowd();
    const states = () => Object.entries(presence.get()).map(([id, { state }]) => [id, state] as const);
    expect(states()).toEqual([[ALICE, 'offline']]);
    room.presence({ [first]: [{ state: 'busy' }], [ALICE]: [{ state: 'online' }] });
    expect(new Map(states())).toEqual(new Map(Object.entries({ [first]: 'busy', [ALICE]: 'online' })));
    room.presence({ [ALICE]: [{ state: 'online' }] });
    expect(states()).toEqual([[ALICE, 'online']]);
  });

  it('E11.11 knows those who show themselves by name, with one call', async () => {
    const { alice, typing, room } = await createCrowd();
    const seen: string[][] = [];
    alice.watch({
      get: typing.get,
      subscribe: () => typing.subscribe(() => seen.push(typing.get().map(({ displayName }) => displayName))),
    });
    room.presence({ [first]: [{ state: 'online' }], [second]: [{ state: 'away' }] });
    room.emit('typing', { user_id: first, is_typing: true });
    await settled();
    expect(typing.get()).toMatchObject([{ id: first, displayName: 'Person 0' }]);
    // The name came later than the sign, and was told.
    expect(seen).toEqual([[''], ['Person 0']]);
    expect(alice.confab.members.profiles.get()[second]?.displayName).toBe('Person 1');
    room.presence({ [first]: [{ state: 'away' }] });
    await settled();
    expect(alice.transport.count('members')).toBe(1);
  });

  it('E11.11 asks again for who stayed unknown because the network failed', async () => {
    const { alice, server, typing, room } = await createCrowd();
    let isUp = false;
    alice.transport.on('members', (args, userId) => {
      if (!isUp) throw new Error('no network');
      return server.call('members', args, userId);
    });
    room.emit('typing', { user_id: first, is_typing: true });
    await settled();
    expect(typing.get()).toMatchObject([{ displayName: '' }]);
    isUp = true;
    room.emit('typing', { user_id: second, is_typing: true });
    await settled();
    expect(typing.get().map(({ displayName }) => displayName)).toEqual(['Person 0', 'Person 1']);
  });

  it('E11.11 leaves out who is known to have gone', async () => {
    const { alice, server, clock, presence, room } = await createCrowd();
    const small = uuid(41);
    server.addConversation(small, [ALICE, first, second]);
    const there = alice.watch(alice.confab.presence.in(small));
    await settled();
    alice.realtime.channel(`room:${small}`).presence({ [first]: [{}], [second]: [{}] });
    server.remove(first, small);
    await clock.advance(61_000);
    expect(Object.keys(there.get())).not.toContain(first);
    expect(there.get()[second]?.state).toBe('online');
    room.presence({ [first]: [{}] });
    expect(presence.get()[first]?.state).toBe('online');
  });

  it('D6 says of no message that all have it while only some of its members are known', async () => {
    const { alice } = await createCrowd();
    const list = alice.watch(alice.confab.messages.list(CROWD));
    await settled();
    await (
      await alice.confab.messages.send(CROWD, { content: 'to all' })
    ).confirmed;
    // A member of which something was told, as of one with a new role.
    alice.cache.mergeMembers([
      member(first, { conversationId: CROWD, lastReadSeq: 1, lastDeliveredSeq: 1, changed: 1e9 }),
    ]);
    await settled();
    expect(list.get().messages).toHaveLength(1);
    expect(list.get()).toMatchObject({ readByAllSeq: 0, deliveredToAllSeq: 0 });
  });
});
