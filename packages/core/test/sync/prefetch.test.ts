import { dehydrate, hydrate, QueryClient } from '@tanstack/query-core';
import { describe, expect, it } from 'vitest';
import { prefetchConversations, prefetchMessages } from '../../src/client/prefetch';
import { createConfabOnFakes, createFakes } from '../../src/testing/fakes';
import { createFakeServer, type FakeServer } from '../../src/testing/fake-server/fake-server';
import { createTestConfab } from '../../src/testing/test-confab';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './support/ids';

const ROOM = uuid(900);

function createServer(): FakeServer {
  const server = createFakeServer();
  for (const [id, name] of [
    [ALICE, 'Alice'],
    [BOB, 'Bob'],
    [CAROL, 'Carol'],
  ] as const)
    server.addUser(id, name);
  server.addConversation(ROOM, [ALICE, BOB]);
  server.send(ALICE, ROOM, 'mine');
  server.send(BOB, ROOM, 'yours');
  return server;
}

/** What a server hands over of Alice's. */
async function prefetched(server: FakeServer) {
  const loader = createTestConfab({ server, userId: ALICE, connects: false });
  await prefetchConversations(loader.confab);
  await prefetchMessages(loader.confab, ROOM);
  const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } });
  hydrate(queryClient, JSON.parse(JSON.stringify(dehydrate(loader.queryClient))));
  return { loader, queryClient };
}

describe('what a server loads', () => {
  it('E15.15 is loaded without a channel, and nothing is sent', async () => {
    const { loader } = await prefetched(createServer());
    const { confab, realtime, transport, clock } = loader;
    expect(confab.connection.get().type).toBe('idle');
    await clock.advance(120_000);
    expect(realtime.channels()).toEqual([]);
    expect(transport.calls.map(({ fn }) => fn)).toEqual(['pull', 'conversations', 'history']);
  });

  it('E15.15 is shown as its owner sees it before the session is known', async () => {
    const { queryClient } = await prefetched(createServer());
    const { confab } = createConfabOnFakes(createFakes({ queryClient }));
    expect(confab.currentUser.get()).toBe(ALICE);
    const { messages } = confab.messages.list(ROOM).get();
    expect(messages.map(({ content, isOwn }) => [content, isOwn])).toEqual([
      ['mine', true],
      ['yours', false],
    ]);
  });

  it('E15.15 is dropped when somebody else is signed in', async () => {
    const server = createServer();
    const { queryClient } = await prefetched(server);
    const { confab } = createTestConfab({ server, userId: CAROL, queryClient });
    const list = confab.conversations.list();
    list.subscribe(() => undefined);
    await settled();
    expect(confab.currentUser.get()).toBe(CAROL);
    expect(list.get()).toMatchObject({ isPending: false, conversations: [] });
    expect(confab.messages.list(ROOM).get().messages).toEqual([]);
    expect(confab.conversations.get(ROOM).get().conversation).toBeNull();
  });

  it('E15.15 resolves when it cannot be loaded, and when nobody is signed in', async () => {
    const server = createServer();
    for (const userId of [CAROL, null]) {
      const { confab } = createTestConfab({ server, userId, connects: false });
      await prefetchConversations(confab);
      await prefetchMessages(confab, ROOM);
      expect(confab.messages.list(ROOM).get().messages).toEqual([]);
    }
  });
});
