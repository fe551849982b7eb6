import { describe, expect, it } from 'vitest';
import { createFaultyStorage, type FaultyStorage } from '../../src/testing/faulty-storage';
import { settled } from '../../src/testing/settled';
import { ALICE } from './support/ids';
import { createWorld, ROOM } from './support/world';

/** Takes everything and keeps nothing. */
function createSieve(): FaultyStorage {
  const faulty = createFaultyStorage();
  const nothing = () => Promise.resolve();
  return { ...faulty, open: (name) => ({ ...faulty.open(name), set: nothing, setMany: nothing }) };
}

describe('a storage that keeps nothing', () => {
  it('E1.5 is found out by the first write, which is sent all the same', async () => {
    const world = createWorld();
    const alice = world.device(ALICE, { storage: createSieve() });
    alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    expect(alice.confab.connection.get().isDurable).toBe(true);
    alice.transport.hold('push');
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'hello' });
    await settled();
    expect(alice.confab.connection.get().isDurable).toBe(false);
    alice.transport.unhold('push');
    alice.transport.nextHeld('push').release();
    expect((await confirmed).ok).toBe(true);
    // Nor does a later write, or time, make it one that can be relied on.
    await alice.confab.messages.send(ROOM, { content: 'again' });
    await world.clock.advance(66_000);
    expect(alice.confab.connection.get().isDurable).toBe(false);
    expect(world.server.messages(ROOM)).toHaveLength(2);
  });
});
