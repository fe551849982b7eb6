import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';
import { createLiveWorld, ROOM } from './support/world';

/** Alice, live in a group of three, in which Bob has written three messages that were reported as delivered. */
async function createReader() {
  const world = await createLiveWorld();
  for (const content of ['one', 'two', 'three']) world.server.send(BOB, ROOM, content);
  await settled();
  await world.clock.advance(5_000);
  const before = world.alice.transport.count('push');
  return {
    ...world,
    pushes: () => world.alice.transport.count('push') - before,
    readSeq: () => world.server.conversation(ALICE, ROOM)?.me.last_read_seq,
  };
}

describe('reading in a group', () => {
  it('E3.17 several messages read within a second are told once, and shown as read at once', async () => {
    const { alice, clock, list, pushes, readSeq } = await createReader();
    for (const seq of [1, 2, 3]) {
      await alice.confab.messages.markRead(ROOM, seq);
      expect(list.get().conversations[0]).toMatchObject({ lastReadSeq: seq, unreadCount: 3 - seq });
      await clock.advance(300);
    }
    expect(pushes()).toBe(0);
    await clock.advance(100);
    expect([pushes(), readSeq()]).toEqual([1, 3]);
    await clock.advance(5_000);
    expect(pushes()).toBe(1);
  });

  it('E3.17 what is written there after it goes at once, and takes it along', async () => {
    const { alice, pushes, readSeq } = await createReader();
    await alice.confab.messages.markRead(ROOM, 2);
    await settled();
    expect(pushes()).toBe(0);
    await (
      await alice.confab.messages.send(ROOM, { content: 'an answer' })
    ).confirmed;
    expect(pushes()).toBe(1);
    expect(readSeq()).toBe(4);
  });

  it('E3.17 what is written while it waits elsewhere goes at once too', async () => {
    const { alice, server, pushes, readSeq } = await createReader();
    const other = server.addConversation(uuid(30), [ALICE, BOB, CAROL]);
    await settled();
    await alice.confab.messages.markRead(ROOM, 3);
    await (
      await alice.confab.messages.send(other, { content: 'elsewhere' })
    ).confirmed;
    expect([pushes(), readSeq()]).toEqual([1, 0]);
  });

  it.each<[string, (world: Awaited<ReturnType<typeof createReader>>) => void]>([
    ['the app is hidden', ({ alice }) => alice.environment.setVisible(false)],
    ['the client is closed', ({ alice }) => alice.confab.close()],
    ['the user asks for it', ({ alice }) => alice.confab.connection.retry()],
  ])('E3.17 it waits no longer when %s', async (_when, act) => {
    const world = await createReader();
    await world.alice.confab.messages.markRead(ROOM, 3);
    await settled();
    expect(world.readSeq()).toBe(0);
    act(world);
    await settled();
    expect(world.readSeq()).toBe(3);
  });

  it('E3.17 between two people it is told at once', async () => {
    const { alice, server, pushes } = await createReader();
    const two = server.addConversation(uuid(31), [ALICE, BOB]);
    server.send(BOB, two, 'hello');
    await settled();
    await alice.confab.messages.markRead(two, 1);
    await settled();
    expect(pushes()).toBe(1);
    expect(server.conversation(ALICE, two)?.me.last_read_seq).toBe(1);
  });
});
