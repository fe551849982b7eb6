import { describe, expect, it } from 'vitest';
import { keys } from '../../src/cache/cache';
import type { LogEntry } from '../../src/ports';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import { contents, createLiveWorld, createWorld, ROOM, type Device } from './support/world';

/** Collects the changes of the cache that are logged from now on. */
function changesOf(device: Device) {
  const from = device.log.length;
  const isChange = ({ event }: LogEntry) => event === 'cache';
  return () =>
    device.log
      .slice(from)
      .filter(isChange)
      .map(({ cause, detail }) => [cause, JSON.stringify(detail?.queryKey)]);
}

const MESSAGES = JSON.stringify(keys.messages(ROOM));
const LIST = JSON.stringify(keys.conversations);

describe('the cause of a change', () => {
  it('E14.2 of an event is live', async () => {
    const { alice, server } = await createLiveWorld();
    const changes = changesOf(alice);
    server.send(BOB, ROOM, 'Hello');
    expect(changes()).toEqual(
      expect.arrayContaining([
        ['live', MESSAGES],
        ['live', LIST],
      ]),
    );
    expect(new Set(changes().map(([cause]) => cause))).toEqual(new Set(['live']));
  });

  it('E14.2 of what was missed is pull', async () => {
    const { alice, server, clock, messages } = await createLiveWorld();
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'Unheard');
    alice.network.hasEvents = true;
    const changes = changesOf(alice);
    await clock.advance(120_000);
    expect(contents(messages)).toEqual(['Unheard']);
    expect(changes()).toEqual(expect.arrayContaining([['pull', MESSAGES]]));
    expect(changes().filter(([, key]) => key === MESSAGES)).toEqual([['pull', MESSAGES]]);
  });

  it('E14.2 of what was asked for is history: the first page and those before it', async () => {
    const world = createWorld();
    for (let i = 1; i <= 60; i++) world.server.send(BOB, ROOM, `Message ${i}`);
    const alice = world.device(ALICE);
    const changes = changesOf(alice);
    alice.watch(alice.confab.conversations.list());
    const messages = alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    expect(changes()).toEqual(
      expect.arrayContaining([
        ['history', MESSAGES],
        ['history', LIST],
      ]),
    );
    const further = changesOf(alice);
    await messages.fetchOlder();
    expect(messages.get().messages).toHaveLength(60);
    expect(further().filter(([, key]) => key === MESSAGES)).toEqual([['history', MESSAGES]]);
  });

  it('E14.2 of an answer to a write is push-ack', async () => {
    const { alice } = await createLiveWorld();
    alice.network.hasEvents = false;
    const changes = changesOf(alice);
    const { confirmed } = await alice.confab.messages.send(ROOM, { content: 'Mine' });
    await settled();
    await expect(confirmed).resolves.toMatchObject({ ok: true });
    expect(changes()).toEqual(expect.arrayContaining([['push-ack', MESSAGES]]));
    expect(new Set(changes().map(([cause]) => cause))).toEqual(new Set(['push-ack']));
  });

  it('E14.2 of what the app writes itself is local', async () => {
    const { alice } = await createLiveWorld();
    const changes = changesOf(alice);
    alice.queryClient.setQueryData(keys.conversation(uuid(77)), null);
    expect(changes()).toEqual([['local', JSON.stringify(keys.conversation(uuid(77)))]]);
  });

  it('E14.2 is logged for every change there is', async () => {
    const { alice, server, clock, messages } = await createLiveWorld();
    const changes = changesOf(alice);
    let count = 0;
    alice.queryClient.getQueryCache().subscribe((event) => {
      const isOurs = event.query.queryKey[0] === 'confab' && event.type === 'updated';
      if (isOurs && (event.action.type === 'success' || event.action.type === 'setState')) count++;
    });
    server.send(BOB, ROOM, 'Hello');
    await alice.confab.messages.send(ROOM, { content: 'Mine' });
    await alice.confab.messages.markRead(ROOM);
    await clock.advance(120_000);
    server.renewEpoch();
    await clock.advance(120_000);
    expect(contents(messages)).toEqual(['Hello', 'Mine']);
    expect(count).toBeGreaterThan(5);
    expect(changes()).toHaveLength(count);
    expect(changes().filter(([cause]) => cause === undefined)).toEqual([]);
  });
});
