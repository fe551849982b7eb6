import { dehydrate, hydrate, QueryClient, type DehydratedState } from '@tanstack/query-core';
import { describe, expect, it } from 'vitest';
import type { Confab } from '../../src/client/create-confab';
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
    expect(transport.calls.map(({ fn }) => fn)).toEqual(['pull', 'conversations', 'drafts', 'history']);
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

describe('a client that begins when it is watched', () => {
  it('E15.16 shows what it was given and does nothing before', async () => {
    const server = createServer();
    const { queryClient } = await prefetched(server);
    const alice = createTestConfab({ server, userId: ALICE, queryClient, connects: 'when-watched' });
    const list = alice.confab.messages.list(ROOM);
    server.send(BOB, ROOM, 'meanwhile');
    await alice.clock.advance(60_000);
    expect(list.get().messages.map(({ content }) => content)).toEqual(['mine', 'yours']);
    expect(alice.transport.calls).toEqual([]);
    expect(alice.realtime.channels()).toEqual([]);
    expect(alice.confab.connection.get().type).toBe('idle');
    expect([alice.auth.listeners(), alice.environment.listeners(), alice.clock.pending()]).toEqual([0, 0, 0]);

    list.subscribe(() => undefined);
    await settled();
    expect(list.get().messages.map(({ content }) => content)).toEqual(['mine', 'yours', 'meanwhile']);
    expect(alice.transport.calls.map(({ fn }) => fn)).not.toContain('history');
    expect(alice.confab.connection.get().type).toBe('live');
    alice.confab.close();
  });

  it('E15.16 begins with a call too', async () => {
    const server = createServer();
    const alice = createTestConfab({ server, userId: ALICE, connects: 'when-watched' });
    const { items } = await alice.confab.conversations.find();
    expect(items.map(({ id }) => id)).toEqual([ROOM]);
    await settled();
    expect(alice.confab.connection.get().type).toBe('live');
    alice.confab.close();
  });

  it('E15.16 never begins where it was closed before', async () => {
    const server = createServer();
    const alice = createTestConfab({ server, userId: ALICE, connects: 'when-watched' });
    alice.confab.close();
    await expect(alice.confab.conversations.find()).rejects.toMatchObject({ code: 'closed' });
    alice.confab.conversations.list().subscribe(() => undefined);
    await settled();
    expect(alice.transport.calls).toEqual([]);
    expect(alice.confab.connection.get().type).toBe('closed');
    expect([alice.auth.listeners(), alice.environment.listeners()]).toEqual([0, 0]);
  });
});

describe('what is hydrated into a client that runs', () => {
  const OTHER = uuid(901);
  const texts = (confab: Confab, id: string) =>
    confab.messages
      .list(id)
      .get()
      .messages.map(({ content, sender }) => `${sender?.displayName}: ${content}`);

  /** What a server hands over of one conversation, as from a clock that is ahead. */
  async function ahead(server: FakeServer, userId: string, id: string) {
    const loader = createTestConfab({ server, userId, connects: false });
    await prefetchMessages(loader.confab, id);
    const state = dehydrate(loader.queryClient);
    const text = JSON.stringify(state, (key, value: unknown) =>
      key === 'dataUpdatedAt' ? Date.now() + 3_600_000 : value,
    );
    loader.confab.close();
    return JSON.parse(text) as DehydratedState;
  }
  async function running(server: FakeServer) {
    const alice = createTestConfab({ server, userId: ALICE });
    alice.confab.conversations.list().subscribe(() => undefined);
    alice.confab.messages.list(ROOM).subscribe(() => undefined);
    await settled();
    return alice;
  }

  it('E15.17 takes nothing back, whatever the clocks say', async () => {
    const server = createServer();
    server.addConversation(OTHER, [ALICE, CAROL]);
    const alice = await running(server);
    const state = await ahead(server, ALICE, OTHER);
    const stale = await ahead(server, ALICE, ROOM);
    server.send(BOB, ROOM, 'live');
    await settled();
    const cursor = alice.queryClient.getQueryData(['confab', 'sync']);
    for (const given of [state, stale]) {
      hydrate(alice.queryClient, given);
      await settled();
      expect(texts(alice.confab, ROOM)).toEqual(['Alice: mine', 'Bob: yours', 'Bob: live']);
      expect(alice.queryClient.getQueryData(['confab', 'sync'])).toEqual(cursor);
    }
    const { conversations } = alice.confab.conversations.list().get();
    const names = conversations.map(({ members }) =>
      members.map(({ profile }) => profile.displayName).sort(),
    );
    expect(names.sort()).toEqual([
      ['Alice', 'Bob'],
      ['Alice', 'Carol'],
    ]);
    alice.confab.close();
  });

  it('E15.17 shows what is new at once, with its people, and without telling within the render', async () => {
    const server = createServer();
    const alice = await running(server);
    // Not in what Alice has loaded.
    server.addUser(uuid(77), 'Dave');
    alice.goOffline();
    server.addConversation(OTHER, [ALICE, uuid(77)]);
    server.send(uuid(77), OTHER, 'from Dave');
    const state = await ahead(server, ALICE, OTHER);
    let told = 0;
    alice.confab.conversations.list().subscribe(() => told++);
    // As HydrationBoundary does: what is there already comes after the render.
    const isThere = alice.queryClient.getQueryCache();
    hydrate(alice.queryClient, {
      queries: state.queries.filter(({ queryHash }) => !isThere.get(queryHash)),
    });
    expect(texts(alice.confab, OTHER)).toEqual(['Dave: from Dave']);
    expect(told).toBe(0);
    hydrate(alice.queryClient, state);
    expect(texts(alice.confab, OTHER)).toEqual(['Dave: from Dave']);
    alice.confab.close();
  });

  it('E15.17 catches up what came after the server had loaded', async () => {
    const server = createServer();
    server.addConversation(OTHER, [ALICE, CAROL]);
    server.send(CAROL, OTHER, 'first');
    const alice = await running(server);
    const state = await ahead(server, ALICE, OTHER);
    server.send(CAROL, OTHER, 'second');
    await settled();
    hydrate(alice.queryClient, state);
    expect(texts(alice.confab, OTHER)).toEqual(['Carol: first']);
    await settled();
    expect(texts(alice.confab, OTHER)).toEqual(['Carol: first', 'Carol: second']);
    expect(alice.transport.calls.filter(({ fn }) => fn === 'history')).toHaveLength(1);
    alice.confab.close();
  });

  it('E15.17 drops what is of somebody else', async () => {
    const server = createServer();
    server.addConversation(OTHER, [BOB, CAROL]);
    server.send(CAROL, OTHER, 'not for Alice');
    const alice = await running(server);
    hydrate(alice.queryClient, await ahead(server, BOB, OTHER));
    await settled();
    expect(
      JSON.stringify(
        alice.queryClient
          .getQueryCache()
          .getAll()
          .map(({ state }) => state),
      ),
    ).not.toContain('not for Alice');
    expect(texts(alice.confab, ROOM)).toEqual(['Alice: mine', 'Bob: yours']);
    expect(alice.confab.currentUser.get()).toBe(ALICE);
    alice.confab.close();
  });
});
