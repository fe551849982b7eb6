import { ConfabError } from '@confab/core';
import { useQueryClient } from '@tanstack/react-query';
import { act, cleanup, configure, render, renderHook } from '@testing-library/react';
import { memo } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
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
  type MessageItem,
} from '../src/index';
import { everyHook } from './support/everything';
import { alice, bob, room, setUp } from './support/server';

configure({ reactStrictMode: true });
afterEach(cleanup);

const NOWHERE = '00000000-0000-4000-8000-000000000999';
const hooks = Object.entries(everyHook(room(1), NOWHERE));
const open = () => setUp((it) => it.addConversation(room(1), [alice, bob]));

describe('H1 the provider', () => {
  it('H1.1 hands the client and its QueryClient to everything below it', async () => {
    const { run, confab } = await open();
    const { result } = await run(() => ({ confab: useConfab(), queryClient: useQueryClient() }));
    expect(result.current.confab).toBe(confab);
    expect(result.current.queryClient).toBe(confab.queryClient);
  });

  it.each(hooks)('H1.2 %s outside a provider says what is missing', (_name, hook: () => unknown) => {
    // React says it once more.
    const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const fails = () => renderHook(hook);
      expect(fails).toThrow(ConfabError);
      expect(fails).toThrow('unable to use Confab; there is no <ConfabProvider> above this component');
    } finally {
      silent.mockRestore();
    }
  });

  it('H1.3 does not close the client when it unmounts', async () => {
    const { run, confab, pass } = await open();
    (await run(() => useConfab())).unmount();
    await pass(10_000);
    expect(confab.connection.get().type).toBe('live');
  });
});

describe('H2 what is shown', () => {
  it('H2.1 hooks show what the client shows, the same object, and follow it', async () => {
    const { run, confab, server, pass } = await open();
    const { result } = await run(() => ({
      conversations: useConversations().conversations,
      conversation: useConversation(room(1)).conversation,
      messages: useMessages(room(1)).messages,
      presence: usePresence(room(1)),
      unread: useUnreadCount(),
      user: useCurrentUser(),
    }));
    const same = () => {
      expect(result.current.conversations).toBe(confab.conversations.list().get().conversations);
      expect(result.current.conversation).toBe(confab.conversations.get(room(1)).get().conversation);
      expect(result.current.messages).toBe(confab.messages.list(room(1)).get().messages);
      expect(result.current.presence).toBe(confab.presence.in(room(1)).get());
    };
    same();
    expect(result.current).toMatchObject({ unread: 0, user: alice, messages: [] });
    act(() => void server.send(bob, room(1), 'Hello'));
    await pass();
    same();
    expect(result.current).toMatchObject({ unread: 1, messages: [{ content: 'Hello' }] });
  });

  it('H2.2 a result narrows by its type', async () => {
    const { run, goOffline, pass } = await open();
    const { result } = await run(() => useConnection());
    act(goOffline);
    await pass();
    const connection = result.current;
    expect(connection.type === 'offline' && connection.reason).toBe('unreachable');
  });

  it('H2.3 actions act on their conversation', async () => {
    const { run, server, pass } = await open();
    const { result } = await run(() => ({ send: useSendMessage(room(1)), markRead: useMarkRead(room(1)) }));
    await act(() => result.current.send({ content: 'Hello' }));
    act(() => void ['one', 'two', 'three'].forEach((text) => server.send(bob, room(1), text)));
    await run(() => useMessages(room(1)));
    const cursor = () => server.member(room(1), alice)?.last_read_seq;
    await act(() => result.current.markRead(2));
    await pass();
    expect(cursor()).toBe(2);
    await act(() => result.current.markRead());
    await pass();
    expect(cursor()).toBe(4);
    expect(server.messages(room(1))[0]?.content).toBe('Hello');
  });

  it('H2.4 on a server a hook says what the client knows, and watches nothing', async () => {
    const { run, Provider, realtime, pass } = await open();
    function Header() {
      usePresence(room(1));
      return <h1>{useConversation(room(1)).conversation?.name}</h1>;
    }
    (await run(() => useConversation(room(1)))).unmount();
    const html = renderToString(
      <Provider>
        <Header />
      </Provider>,
    );
    await pass(1_000);
    expect(html).toBe('<h1>Room 01</h1>');
    expect(realtime.opened(`room:${room(1)}`)).toBe(0);
  });
});

describe('H4 renders', () => {
  it('H4.1 actions keep their reference when what is shown changes', async () => {
    const { run, server, pass, goOffline } = await open();
    const { result } = await run(() => [
      useConversations(),
      useConversation(room(1)),
      useMessages(room(1)),
      useTyping(room(1)),
      useConnection(),
      { send: useSendMessage(room(1)), markRead: useMarkRead(room(1)) },
    ]);
    const before = result.current;
    act(() => void server.send(bob, room(1), 'Hello'));
    act(goOffline);
    await pass();
    result.current.forEach((after, i) => {
      const was = { ...before[i] };
      for (const [name, value] of Object.entries(after))
        if (typeof value === 'function') expect(value, name).toBe(was[name as keyof typeof was]);
    });
    expect(result.current.slice(0, 3)).not.toEqual(before.slice(0, 3));
  });

  it.each(hooks)(
    'H4.2 the result of %s keeps its reference while it says the same',
    async (_name, hook: () => unknown) => {
      const { run } = await open();
      const { result, rerender } = await run(hook);
      const before = result.current;
      rerender();
      expect(result.current).toBe(before);
    },
  );

  it('H4.3 one incoming message, edit or reaction renders one row', async () => {
    const { Provider, server, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      for (let i = 1; i <= 50; i++) it.send(i % 2 ? alice : bob, room(1), `Message ${i}`);
    });
    const rendered: (string | null)[] = [];
    const Row = memo(function Row({ item }: { item: MessageItem }) {
      rendered.push(item.message.content);
      return <li>{item.message.content}</li>;
    });
    function List() {
      return useMessages(room(1)).items.map((item) =>
        item.type === 'message' ? <Row key={item.key} item={item} /> : null,
      );
    }
    render(<List />, { wrapper: Provider, reactStrictMode: false });
    await pass();
    expect(rendered).toHaveLength(50);
    const renderedBy = async (change: () => unknown) => {
      rendered.length = 0;
      act(() => void change());
      await pass();
      return [...rendered];
    };
    let last = '';
    expect(await renderedBy(() => (last = server.send(alice, room(1), 'Message 51').id))).toEqual([
      'Message 51',
    ]);
    expect(await renderedBy(() => server.react(bob, room(1), last, '👍'))).toEqual(['Message 51']);
    expect(await renderedBy(() => server.edit(alice, room(1), last, 'Edited'))).toEqual(['Edited']);
  });

  it('H4.4 a message elsewhere renders nobody who watches something else', async () => {
    const { Provider, server, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.addConversation(room(2), [alice, bob]);
    });
    let renders = 0;
    function Badge() {
      renders++;
      useMessages(room(2));
      return <p>{useUnreadCount(room(2))}</p>;
    }
    render(<Badge />, { wrapper: Provider, reactStrictMode: false });
    await pass();
    renders = 0;
    act(() => void server.send(bob, room(1), 'Hello'));
    await pass();
    expect(renders).toBe(0);
  });
});
