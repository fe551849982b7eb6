import { ConfabError } from '@confab/core';
import { useQueryClient } from '@tanstack/react-query';
import { act, cleanup, configure, render, renderHook, screen } from '@testing-library/react';
import { memo, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ConfabProvider,
  useConfab,
  useConnection,
  useConversation,
  useConversations,
  useCurrentUser,
  useMarkRead,
  useMessages,
  usePresence,
  useSendMessage,
  useTyping,
  useUnreadCount,
} from '../src/index';
import {
  conversationId,
  createConversation,
  createFakeClient,
  createMessage,
  type Kinds,
} from './fake-client';
import type { Message } from '@confab/core';

configure({ reactStrictMode: true });
afterEach(cleanup);

let fake: ReturnType<typeof createFakeClient>;
beforeEach(() => {
  fake = createFakeClient();
});

function Wrapper({ children }: { children: ReactNode }) {
  return <ConfabProvider client={fake.client}>{children}</ConfabProvider>;
}

/** Renders a hook in StrictMode below a provider. */
const run = <T,>(hook: () => T) => renderHook(hook, { wrapper: Wrapper });

const everyHook = {
  useConversations: () => useConversations(),
  useConversation: () => useConversation(conversationId),
  useMessages: () => useMessages(conversationId),
  useTyping: () => useTyping(conversationId),
  usePresence: () => usePresence(conversationId),
  useConnection: () => useConnection(),
  useUnreadCount: () => useUnreadCount(),
  useCurrentUser: () => useCurrentUser(),
};

describe('H1 the provider', () => {
  it('H1 hands the client and its QueryClient to everything below it', () => {
    const { result } = run(() => ({ confab: useConfab(), queryClient: useQueryClient() }));
    expect(result.current.confab).toBe(fake.client);
    expect(result.current.queryClient).toBe(fake.client.queryClient);
  });

  it.each([
    ...Object.entries(everyHook),
    ['useConfab', () => useConfab()] as const,
    ['useSendMessage', () => useSendMessage(conversationId)] as const,
    ['useMarkRead', () => useMarkRead(conversationId)] as const,
  ])('H1 %s outside a provider says what is missing', (_name, hook: () => unknown) => {
    const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const fails = () => renderHook(hook);
      expect(fails).toThrow(ConfabError);
      expect(fails).toThrow('unable to use Confab; there is no <ConfabProvider> above this component');
    } finally {
      silent.mockRestore();
    }
  });

  it('H1 does not close the client when it unmounts', () => {
    run(() => useConfab()).unmount();
    expect(fake.calls).toEqual([]);
  });
});

describe('H2 hooks show what the client shows', () => {
  it('H2 useConversations follows the list and loads more', async () => {
    const { result } = run(() => useConversations());
    expect(result.current).toMatchObject({ isPending: true, conversations: [] });
    const conversations = [createConversation('Team')];
    act(() =>
      fake.sources.conversations.set({
        isPending: false,
        error: null,
        conversations,
        hasNextPage: true,
        isFetchingNextPage: false,
      }),
    );
    expect(result.current).toMatchObject({ isPending: false, hasNextPage: true });
    expect(result.current.conversations).toBe(conversations);
    await result.current.fetchNextPage();
    expect(fake.calls).toEqual(['fetchNextPage']);
  });

  it('H2 useConversation shows one conversation, or why there is none', () => {
    const { result } = run(() => useConversation(conversationId));
    const conversation = createConversation('Team');
    act(() => fake.sources.conversation.set({ isPending: false, error: null, conversation }));
    expect(result.current.conversation).toBe(conversation);
    const error = new ConfabError({ code: 'not_member', message: 'unable to open it; not a member' });
    act(() => fake.sources.conversation.set({ isPending: false, error, conversation: null }));
    expect(result.current.error?.code).toBe('not_member');
  });

  it('H2 useMessages follows the messages and loads older ones', async () => {
    const { result } = run(() => useMessages(conversationId));
    const messages = [createMessage(1)];
    act(() => fake.sources.messages.set({ ...fake.sources.messages.get(), isPending: false, messages }));
    expect(result.current.messages).toBe(messages);
    await result.current.fetchOlder();
    expect(fake.calls).toEqual(['fetchOlder']);
  });

  it('H2 useTyping names who types and tells the others', () => {
    const { result } = run(() => useTyping(conversationId));
    const bob = { id: 'bob', displayName: 'Bob', avatarUrl: null };
    act(() => fake.sources.typing.set([bob]));
    expect(result.current.typers).toEqual([bob]);
    result.current.keystroke();
    result.current.stop();
    expect(fake.calls).toEqual(['keystroke', 'stop']);
  });

  it('H2 usePresence, useUnreadCount and useCurrentUser follow their value', () => {
    const { result } = run(() => ({
      presence: usePresence(conversationId),
      unread: useUnreadCount(),
      user: useCurrentUser(),
    }));
    expect(result.current).toEqual({ presence: {}, unread: null, user: undefined });
    act(() => {
      fake.sources.presence.set({ bob: { state: 'away', lastSeenAt: null } });
      fake.sources.unread.set(3);
      fake.sources.currentUser.set('alice');
    });
    expect(result.current).toEqual({
      presence: { bob: { state: 'away', lastSeenAt: null } },
      unread: 3,
      user: 'alice',
    });
  });

  it('H2 useConnection narrows by its type and retries', () => {
    const { result } = run(() => useConnection());
    act(() =>
      fake.sources.connection.set({
        ...fake.sources.connection.get(),
        type: 'offline',
        reason: 'unreachable',
        attempt: 2,
        retryAt: 5,
      }),
    );
    const connection = result.current;
    expect(connection.type === 'offline' && connection.reason).toBe('unreachable');
    connection.retry();
    expect(fake.calls).toEqual(['retry']);
  });

  it('H2 useSendMessage and useMarkRead act on their conversation', async () => {
    const { result } = run(() => ({
      send: useSendMessage(conversationId),
      markRead: useMarkRead(conversationId),
    }));
    await result.current.send({ content: 'Hello' });
    await result.current.markRead();
    await result.current.markRead(4);
    expect(fake.sent).toEqual([{ content: 'Hello' }]);
    expect(fake.calls).toEqual(['markRead newest', 'markRead 4']);
  });

  it('H2 an answer in the server render is what the client already knows', () => {
    fake.sources.conversation.set({
      isPending: false,
      error: null,
      conversation: createConversation('Team'),
    });
    function Header() {
      return <h1>{useConversation(conversationId).conversation?.name}</h1>;
    }
    const html = renderToString(
      <Wrapper>
        <Header />
      </Wrapper>,
    );
    expect(html).toBe('<h1>Team</h1>');
    expect(fake.countWatchers()).toBe(0);
  });
});

describe('H3 subscriptions', () => {
  it.each(Object.entries(everyHook))(
    'H3 %s watches nothing twice in StrictMode and nothing at all after unmounting',
    (_name, hook: () => unknown) => {
      const { unmount } = run(hook);
      expect(fake.mostWatchers()).toBe(1);
      unmount();
      expect(fake.countWatchers()).toBe(0);
    },
  );

  it('H3 a thousand mounts leave nothing behind', () => {
    for (let i = 0; i < 1_000; i++) run(everyHook.useMessages).unmount();
    expect(fake.countWatchers()).toBe(0);
  }, 20_000);
});

describe('H4 renders', () => {
  it('H4 actions keep their reference when what is shown changes', () => {
    const { result } = run(() => ({
      fetchNextPage: useConversations().fetchNextPage,
      fetchOlder: useMessages(conversationId).fetchOlder,
      keystroke: useTyping(conversationId).keystroke,
      stop: useTyping(conversationId).stop,
      retry: useConnection().retry,
      send: useSendMessage(conversationId),
      markRead: useMarkRead(conversationId),
    }));
    const before = result.current;
    const { messages, typing, connection, conversations } = fake.sources;
    act(() => {
      messages.set({ ...messages.get(), messages: [createMessage(1)] });
      typing.set([{ id: 'bob', displayName: 'Bob', avatarUrl: null }]);
      connection.set({ ...connection.get(), unsentCount: 1 });
      conversations.set({ ...conversations.get(), hasNextPage: true });
    });
    for (const name of Object.keys(before) as (keyof typeof before)[]) {
      expect(result.current[name], name).toBe(before[name]);
    }
  });

  it('H4 a result keeps its reference while what it shows is the same', () => {
    const { result, rerender } = run(() => [
      useConversations(),
      useMessages(conversationId),
      useTyping(conversationId),
      useConnection(),
    ]);
    const before = result.current;
    rerender();
    expect(result.current).not.toBe(before);
    result.current.forEach((value, i) => expect(value).toBe(before[i]));
  });

  it('H4 one incoming message renders one row', () => {
    const rendered: string[] = [];
    const Row = memo(function Row({ message }: { message: Message<Kinds> }) {
      rendered.push(message.id);
      return <li>{message.content}</li>;
    });
    function List() {
      const { messages } = useMessages(conversationId);
      return (
        <ul>
          {messages.map((message) => (
            <Row key={message.id} message={message} />
          ))}
        </ul>
      );
    }
    const loaded = Array.from({ length: 200 }, (_, i) => createMessage(i + 1));
    const { messages } = fake.sources;
    messages.set({ ...messages.get(), isPending: false, messages: loaded });
    render(<List />, { wrapper: Wrapper, reactStrictMode: false });
    expect(rendered).toHaveLength(200);
    rendered.length = 0;
    act(() => messages.set({ ...messages.get(), messages: [...loaded, createMessage(201)] }));
    expect(rendered).toEqual(['message-201']);
    expect(screen.getByText('Message 201')).toBeDefined();
  });

  it('H4 a message that changes elsewhere renders nobody who watches something else', () => {
    let renders = 0;
    function Badge() {
      renders++;
      return <p>{useUnreadCount()}</p>;
    }
    render(<Badge />, { wrapper: Wrapper, reactStrictMode: false });
    renders = 0;
    act(() => fake.sources.messages.set({ ...fake.sources.messages.get(), messages: [createMessage(1)] }));
    expect(renders).toBe(0);
  });
});
