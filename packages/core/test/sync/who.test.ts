import { describe, expect, it } from 'vitest';
import { createFakeAuth } from '../../src/testing/fake-auth';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB } from './support/ids';
import { createStoredWorld, quit, startAlice, STORE } from './support/stored-world';
import { contents, ROOM } from './support/world';

/** A client of Alice whose token is over and cannot be renewed. */
async function startCutOff({ isUp = false, isHeld = false, persistsCache = true } = {}) {
  const stored = await createStoredWorld();
  const auth = createFakeAuth(ALICE);
  auth.expire();
  auth.onRefresh('offline');
  const release = isHeld ? auth.holdLookup() : () => undefined;
  const alice = startAlice(stored.world, stored.storage, { isUp, auth, persistsCache });
  await settled();
  return { ...stored, auth, alice, release };
}

describe('a start at which Auth cannot be asked', () => {
  it('E15.14 shows what the one who was signed in last had, and sends what they write then later', async () => {
    const { alice, auth, server } = await startCutOff();
    expect(alice.confab.currentUser.get()).toBe(ALICE);
    expect(contents(alice.messages)).toEqual(['one', 'two']);
    await alice.confab.messages.send(ROOM, { content: 'three' });
    expect(contents(alice.messages)).toEqual(['one', 'two', 'three']);
    alice.network.isUp = true;
    alice.environment.setOnline(true);
    auth.onRefresh('renewed');
    auth.renew();
    await alice.clock.advance(5_000);
    expect(server.messages(ROOM).map(({ content }) => content)).toEqual(['one', 'two', 'three']);
    expect(alice.confab.connection.get().unsentCount).toBe(0);
    await quit(alice);
  });

  it('E15.14 queues what they write, though nothing else is kept', async () => {
    const { alice } = await startCutOff({ persistsCache: false });
    expect(alice.confab.currentUser.get()).toBe(ALICE);
    expect(alice.messages.get().messages).toEqual([]);
    await alice.confab.messages.send(ROOM, { content: 'three' });
    expect(alice.confab.connection.get().unsentCount).toBe(1);
    await quit(alice);
  });

  it('E15.14 does so at once without network, and with one after a second', async () => {
    const offline = await startCutOff({ isHeld: true });
    await offline.clock.advance(0);
    expect(offline.alice.confab.currentUser.get()).toBe(ALICE);
    await quit(offline.alice);

    const slow = await startCutOff({ isUp: true, isHeld: true });
    await slow.clock.advance(900);
    expect(slow.alice.confab.currentUser.get()).toBeUndefined();
    await slow.clock.advance(200);
    expect(slow.alice.confab.currentUser.get()).toBe(ALICE);
    await quit(slow.alice);
  });

  it('E15.14 ends, and nothing is kept, when Auth says later that nobody is signed in', async () => {
    const { alice, auth, storage, clock, release } = await startCutOff({ isHeld: true });
    await clock.advance(0);
    expect(contents(alice.messages)).toEqual(['one', 'two']);
    auth.signOut();
    release();
    await clock.advance(3_000);
    expect(alice.confab.currentUser.get()).toBeNull();
    expect(alice.messages.get().messages).toEqual([]);
    expect(await storage.rows(STORE)).toEqual([]);
    expect(await storage.rows('confab-user')).toEqual([]);
    await quit(alice);
  });

  it('E15.14 what is stored of somebody whose session ended meanwhile is deleted', async () => {
    const { world, storage } = await createStoredWorld();
    expect(await storage.rows(STORE)).not.toEqual([]);
    const bob = startAlice(world, storage, { auth: createFakeAuth(BOB) });
    await settled();
    expect(bob.confab.currentUser.get()).toBe(BOB);
    expect(await storage.rows(STORE)).toEqual([]);
    await quit(bob);
    expect(await storage.rows('confab-user')).toEqual([['last', BOB]]);
  });

  it('E15.14 nobody is signed in where nobody was', async () => {
    const { world } = await createStoredWorld();
    const auth = createFakeAuth(ALICE);
    auth.expire();
    auth.onRefresh('offline');
    const fresh = world.device(ALICE, { auth, persistsCache: true });
    await settled();
    expect(fresh.confab.currentUser.get()).toBeNull();
    await quit(fresh);
  });
});
