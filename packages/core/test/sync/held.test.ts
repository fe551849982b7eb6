import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/testing/seeded-random';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';
import { createWorld } from './support/world';

const rooms = Array.from({ length: 12 }, (_, i) => uuid(1000 + i));

/** Twelve conversations of which the list has the newest five. */
async function open() {
  const world = createWorld({ pageSize: 5 });
  for (const room of rooms) {
    world.server.addConversation(room, [ALICE, BOB, CAROL]);
    world.server.send(BOB, room, 'Hello');
  }
  const alice = world.device(ALICE);
  const { conversations } = alice.confab;
  const [list, held, total] = [conversations.list(), conversations.held(), conversations.unreadCount()];
  for (const view of [list, held, total]) alice.watch(view);
  await settled();
  const ids = () => held.get().map(({ id }) => id);
  return { ...world, alice, conversations, list, held, total, ids };
}

describe('conversations that were found', () => {
  it('E6.18 are held and follow what happens, and the list stays as it is', async () => {
    const { server, conversations, list, held, total, ids } = await open();
    const [oldest = '', second = ''] = rooms;
    const listed = list.get();
    expect(ids()).toEqual(rooms.slice(-5).reverse());
    const { items } = await conversations.find({ query: 'Room' });
    expect(items).toHaveLength(5);
    server.apply(ALICE, 'set_membership', oldest, { changes: { is_pinned: true } });
    await conversations.find({ isPinned: true });
    expect(ids()).toEqual([...rooms.slice(-5).reverse(), oldest]);
    expect(list.get().conversations).toBe(listed.conversations);
    expect(total.get()).toBe(12);
    server.markRead(ALICE, oldest, 1);
    await settled();
    expect(held.get().at(-1)).toMatchObject({ id: oldest, isPinned: true, unreadCount: 0 });
    expect(total.get()).toBe(11);
    server.send(BOB, oldest, 'Again');
    await settled();
    expect(list.get().conversations[0]).toBe(held.get()[0]);
    expect(ids()).not.toContain(second);
  });

  it('E6.18 are not held as invitations', async () => {
    const { server, conversations, ids } = await open();
    const other = uuid(2000);
    server.addConversation(other, [BOB, CAROL]);
    server.apply(BOB, 'invite_members', other, { user_ids: [ALICE] });
    expect((await conversations.find({ state: 'invited' })).items.map(({ id }) => id)).toEqual([other]);
    expect(ids()).not.toContain(other);
  });

  it.each([1, 2, 3, 4])('E6.18 leave the total of unread messages as it is (seed %i)', async (seed) => {
    const random = createSeededRandom(seed);
    const { server, clock, conversations, list, held, total } = await open();
    for (let step = 0; step < 60; step++) {
      const room = random.pick(rooms);
      if (random.chance(0.5)) server.send(random.pick([BOB, CAROL]), room, `Message ${step}`);
      else {
        const last = server.messages(room).at(-1);
        server.markRead(ALICE, room, last?.seq ?? 1);
      }
      if (random.chance(0.3)) void conversations.find({ isUnread: random.chance(0.5), limit: 3 });
      if (random.chance(0.1)) void list.fetchNextPage();
      if (random.chance(0.5)) await settled();
    }
    await clock.advance(60_000);
    expect(total.get()).toBe(server.unreadTotal(ALICE));
    for (const { id, unreadCount } of held.get()) expect(unreadCount).toBe(server.unread(ALICE, id));
  });
});
