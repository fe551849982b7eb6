import { describe, expect, it } from 'vitest';
import type { ConversationsView } from '../../src/model/view';
import { failure } from '../../src/testing/fake-transport';
import { createSeededRandom } from '../../src/testing/seeded-random';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';
import { createWorld } from './support/world';

const rooms = Array.from({ length: 12 }, (_, i) => uuid(1000 + i));

/** When somebody was last seen is no event: opening the other client has changed it. */
function withoutTimes({ conversations }: ConversationsView) {
  return conversations.map((one) => ({
    ...one,
    members: one.members.map(({ lastSeenAt: _, ...member }) => member),
  }));
}

describe('a list of conversations that many changes pass through', () => {
  it.each([1, 2, 3, 4])('E5.1 shows the same as one that was just opened (seed %i)', async (seed) => {
    const random = createSeededRandom(seed);
    const world = createWorld({ pageSize: 5 });
    for (const room of rooms) world.server.addConversation(room, [ALICE, BOB, CAROL]);
    const alice = world.device(ALICE);
    const list = alice.watch(alice.confab.conversations.list());
    await settled();
    while (list.get().hasNextPage) await list.fetchNextPage();
    for (let step = 0; step < 60; step++) {
      const room = random.pick(rooms);
      if (random.chance(0.6)) world.server.send(random.pick([BOB, CAROL]), room, `Message ${step}`);
      else if (random.chance(0.5)) await alice.confab.messages.send(room, { content: `Mine ${step}` });
      else await alice.confab.messages.markRead(room);
      if (random.chance(0.2)) await alice.confab.conversations.setMembership(room, { isHidden: true });
      if (random.chance(0.5)) await settled();
      // What is compared with knows nothing of the lists before.
      const seen = list.get().conversations;
      expect(seen.map(({ id }) => id)).toEqual([...new Set(seen.map(({ id }) => id))]);
      for (const shown of seen)
        expect(alice.confab.conversations.get(shown.id).get().conversation).toEqual(shown);
    }
    await world.clock.advance(5_000);
    const other = world.device(ALICE);
    const fresh = other.watch(other.confab.conversations.list());
    await settled();
    while (fresh.get().hasNextPage) await fresh.fetchNextPage();
    expect(withoutTimes(list.get())).toEqual(withoutTimes(fresh.get()));
  });

  it('E6.24 shows one from beyond the loaded pages with all its members, once something happens in it', async () => {
    const world = createWorld({ pageSize: 2 });
    for (const room of rooms) world.server.addConversation(room, [ALICE, BOB, CAROL]);
    const alice = world.device(ALICE);
    const list = alice.watch(alice.confab.conversations.list());
    await settled();
    const [oldest = ''] = rooms.filter((room) => !list.get().conversations.some(({ id }) => id === room));
    world.server.send(BOB, oldest, 'Hello');
    await settled();
    const [first] = list.get().conversations;
    expect(first?.id).toBe(oldest);
    expect(first?.members.map(({ userId }) => userId).sort()).toEqual([ALICE, BOB, CAROL].sort());
  });

  it('E6.24 loads what it misses of such a conversation again when the first attempt fails', async () => {
    const world = createWorld({ pageSize: 2 });
    for (const room of rooms) world.server.addConversation(room, [ALICE, BOB, CAROL]);
    const alice = world.device(ALICE);
    const list = alice.watch(alice.confab.conversations.list());
    await settled();
    const [oldest = ''] = rooms.filter((room) => !list.get().conversations.some(({ id }) => id === room));
    let isLost = true;
    alice.transport.on('conversation', (args, userId) => {
      if (isLost) throw failure('timeout');
      return world.server.call('conversation', args, userId);
    });
    world.server.send(BOB, oldest, 'Hello');
    await world.clock.advance(5_000);
    isLost = false;
    await world.clock.advance(70_000);
    expect(list.get().conversations[0]?.members).toHaveLength(3);
  });
});
