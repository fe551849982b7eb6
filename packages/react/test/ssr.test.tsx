import { createFakeServer, createTestConfab, settled } from '@confab/core/testing';
import { prefetchConversations, prefetchMessages } from '@confab/core';
import { dehydrate, HydrationBoundary, QueryClient, type DehydratedState } from '@tanstack/react-query';
import { act, cleanup } from '@testing-library/react';
import { StrictMode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfabProvider, useConversations, useMessages } from '../src/index';
import { kinds } from './support/kinds';
import { alice, bob, carol, room } from './support/server';

/** Without what React puts between texts. */
const plain = (html: string) => html.replaceAll('<!-- -->', '');

let server: ReturnType<typeof createFakeServer>;
let root: Root | null = null;
const errors = vi.fn();
beforeEach(() => {
  errors.mockClear();
  vi.spyOn(console, 'error').mockImplementation(errors);
  server = createFakeServer();
  for (const [userId, name] of [
    [alice, 'Alice'],
    [bob, 'Bob'],
    [carol, 'Carol'],
  ] as const)
    server.addUser(userId, name);
  server.addConversation(room(1), [alice, bob]);
  server.send(bob, room(1), 'Hello');
  server.send(alice, room(1), 'Hi Bob');
});
afterEach(async () => {
  await act(async () => root?.unmount());
  root = null;
  cleanup();
  vi.restoreAllMocks();
});

const open = (userId: string, connects = true) =>
  createTestConfab({
    server,
    userId,
    messageKinds: kinds,
    connects,
    queryClient: new QueryClient({ defaultOptions: { queries: { gcTime: Infinity, retryDelay: 0 } } }),
  });

function Chat() {
  const { conversations } = useConversations();
  const { messages, isPending } = useMessages(room(1));
  return (
    <main>
      <h1>{conversations.map(({ name }) => name).join()}</h1>
      {isPending && <p>Loading</p>}
      {messages.map(({ id, content, isOwn, sender }) => (
        <p key={id}>
          {isOwn ? 'I' : sender?.displayName}: {content}
        </p>
      ))}
    </main>
  );
}

const app = (client: ReturnType<typeof open>, state: DehydratedState) => (
  <StrictMode>
    <ConfabProvider client={client.confab}>
      <HydrationBoundary state={state}>
        <Chat />
      </HydrationBoundary>
    </ConfabProvider>
  </StrictMode>
);

/** What a server sends: the state as JSON, and the HTML. */
async function prefetched() {
  const loader = open(alice, false);
  await prefetchConversations(loader.confab);
  await prefetchMessages(loader.confab, room(1));
  const state = JSON.parse(JSON.stringify(dehydrate(loader.queryClient))) as DehydratedState;
  loader.confab.close();
  return { state, loader, html: renderToString(app(open(alice, false), state)) };
}

const SHOWN = '<main><h1>Room 01</h1><p>Bob: Hello</p><p>I: Hi Bob</p></main>';

describe('H6 rendering on a server', () => {
  it('H6.1 the first HTML holds the conversations and messages, and no channel is joined for it', async () => {
    const { html, loader } = await prefetched();
    expect(plain(html)).toBe(SHOWN);
    expect(loader.realtime.channels()).toEqual([]);
    expect(loader.transport.calls.map(({ fn }) => fn).sort()).toEqual([
      'conversations',
      'drafts',
      'history',
      'pull',
    ]);
    expect(loader.confab.connection.get().type).toBe('closed');
  });

  it('H6.2 the browser shows the same from its first render, loads nothing again, and is live from the same cursor', async () => {
    const { html, state } = await prefetched();
    server.send(bob, room(1), 'Written meanwhile');
    const client = open(alice);
    const container = document.createElement('div');
    container.innerHTML = html;
    const seen: string[] = [];
    const watcher = new MutationObserver(() => seen.push(container.textContent));
    watcher.observe(container, { childList: true, subtree: true, characterData: true });
    act(() => {
      root = hydrateRoot(container, app(client, state));
    });
    expect(plain(container.innerHTML)).toBe(SHOWN);
    await act(settled);
    expect(container.textContent).toBe('Room 01Bob: HelloI: Hi BobBob: Written meanwhile');
    expect(client.transport.count('history') + client.transport.count('conversations')).toBe(0);
    expect(client.transport.calls.find(({ fn }) => fn === 'pull')?.args).toHaveProperty('cursor');
    await act(async () => {
      server.send(bob, room(1), 'Live');
      await settled();
    });
    expect(container.textContent).toContain('Bob: Live');
    // Nothing that was there has gone in between.
    watcher.disconnect();
    for (const text of seen) expect(text).toContain('I: Hi Bob');
    expect(client.transport.count('history')).toBe(0);
    expect(errors).not.toHaveBeenCalled();
  });

  it('H6.3 what was loaded for one user is not shown to another', async () => {
    const { state } = await prefetched();
    const client = open(carol);
    const container = document.createElement('div');
    act(() => {
      root = createRoot(container);
      root.render(app(client, state));
    });
    await act(settled);
    expect(container.textContent).toBe('');
    expect(client.confab.currentUser.get()).toBe(carol);
  });

  it('H6.4 what cannot be loaded is loaded in the browser', async () => {
    const loader = open(alice, false);
    loader.goOffline();
    await prefetchConversations(loader.confab);
    await prefetchMessages(loader.confab, room(1));
    const state = dehydrate(loader.queryClient);
    const html = renderToString(app(open(alice, false), state));
    expect(html).toContain('Loading');
    const container = document.createElement('div');
    container.innerHTML = html;
    act(() => {
      root = hydrateRoot(container, app(open(alice), state));
    });
    await act(settled);
    expect(container.textContent).toBe('Room 01Bob: HelloI: Hi Bob');
  });
});
