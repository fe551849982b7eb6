import { settled } from '@confab/core/testing';
import { act, cleanup, configure, render, screen } from '@testing-library/react';
import { memo } from 'react';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import type { Message } from '@confab/core';
import {
  useMarkRead,
  useMessages,
  useSendMessage,
  type MessageItem,
  type MessageListItem,
} from '../src/index';
import { alice, bob, carol, createChat, groupId, type Chat } from './support/chat';
import type { Kinds } from './support/kinds';

configure({ reactStrictMode: true });
let chat: Chat;
beforeEach(() => {
  chat = createChat();
});
afterEach(() => {
  cleanup();
  chat.confab.close();
  // React complains of missing acts and of updates while rendering there.
});

const lines = (items: readonly MessageListItem[]) =>
  items.map((item) => (item.type === 'message' ? item.message.content : item.type));
const useGroup = () => useMessages(groupId, { timeZone: 'UTC' });

describe('H10 useMessages', () => {
  it('H10.1 shows what was sent, what arrives and what is being sent, with their days', async () => {
    chat.send('First');
    const { result } = await chat.run(() => ({ ...useGroup(), sendMessage: useSendMessage(groupId) }));
    expect(lines(result.current.items)).toEqual(['day', 'unread', 'First']);
    await chat.after(() => chat.send('Second', carol));
    chat.goOffline();
    await chat.after(() => result.current.sendMessage({ content: 'Third' }));
    // The clock of the device is in the next year.
    expect(lines(result.current.items)).toEqual(['day', 'unread', 'First', 'Second', 'day', 'Third']);
    expect(result.current.messages.at(-1)?.status).toBe('pending');
  });

  it('H10.2 loads older and newer pages, and jumps', async () => {
    for (let i = 1; i <= 250; i++) chat.send(`Message ${i}`);
    chat.server.markRead(alice, groupId, 250);
    const { result } = await chat.run(useGroup);
    expect(result.current).toMatchObject({ hasOlder: true, hasNewer: false });
    expect(result.current.items).toHaveLength(50);
    await chat.after(() => result.current.fetchOlder());
    expect(result.current.items).toHaveLength(100);
    let seq = 0;
    await chat.after(async () => {
      seq = await result.current.jumpTo({ seq: 60 });
    });
    expect(seq).toBe(60);
    expect(result.current.hasNewer).toBe(true);
    expect(lines(result.current.items)).toContain('Message 60');
    await chat.after(() => result.current.fetchNewer());
    expect(lines(result.current.items)).toContain('Message 130');
    await chat.after(() => result.current.jumpToLatest());
    expect(lines(result.current.items).at(-1)).toBe('Message 250');
    await expect(result.current.jumpTo({ messageId: bob })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('H10.3 the unread divider stays where it was on opening until it is cleared', async () => {
    chat.send('Seen');
    chat.server.markRead(alice, groupId, 1);
    chat.send('New');
    const { result } = await chat.run(() => ({ ...useGroup(), markRead: useMarkRead(groupId) }));
    expect(lines(result.current.items)).toEqual(['day', 'Seen', 'unread', 'New']);
    expect(result.current.unreadAfterSeq).toBe(1);
    await chat.after(() => result.current.markRead());
    await chat.after(() => chat.send('Newer'));
    expect(lines(result.current.items)).toEqual(['day', 'Seen', 'unread', 'New', 'Newer']);
    await chat.after(() => result.current.clearUnreadDivider());
    expect(lines(result.current.items)).toEqual(['day', 'Seen', 'New', 'Newer']);
    await chat.after(() => chat.send('Newest'));
    expect(result.current.unreadAfterSeq).toBeNull();
    await chat.after(() => result.current.markRead());
    await chat.after(() => chat.confab.messages.markUnread(groupId, 3));
    expect(lines(result.current.items)).toEqual(['day', 'Seen', 'New', 'unread', 'Newer', 'Newest']);
  });

  it('H10.3 there is no divider for what arrives while all was read on opening', async () => {
    chat.send('Seen');
    chat.server.markRead(alice, groupId, 1);
    const { result } = await chat.run(useGroup);
    await chat.after(() => chat.send('New'));
    expect(lines(result.current.items)).toEqual(['day', 'Seen', 'New']);
  });

  it('H10.4 a live divider goes with what is read and comes with what is not', async () => {
    chat.send('One');
    const { result } = await chat.run(() => ({
      ...useMessages(groupId, { unreadDivider: 'live' }),
      markRead: useMarkRead(groupId),
    }));
    expect(lines(result.current.items)).toEqual(['day', 'unread', 'One']);
    await chat.after(() => result.current.markRead());
    expect(lines(result.current.items)).toEqual(['day', 'One']);
    await chat.after(() => chat.send('Two'));
    expect(lines(result.current.items)).toEqual(['day', 'One', 'unread', 'Two']);
  });

  it('H10.5 says why there is nothing, and goes on with the next conversation', async () => {
    const other = chat.server.addConversation('00000000-0000-4000-8000-000000000099', [bob]);
    let id = other;
    const { result, rerender } = await chat.run(() => useMessages(id));
    expect(result.current.error?.code).toBe('not_member');
    expect(result.current.items).toEqual([]);
    chat.send('Here');
    id = groupId;
    rerender();
    await act(settled);
    expect(lines(result.current.items)).toEqual(['day', 'unread', 'Here']);
  });

  it('H10.6 an incoming message renders its row and the one whose group it goes on', async () => {
    for (let i = 1; i <= 40; i++) chat.send(`Message ${i}`);
    const rendered: string[] = [];
    const Row = memo(function Row({ item }: { item: MessageItem }) {
      rendered.push(String(item.message.content));
      return <li>{item.message.content}</li>;
    });
    function List() {
      return useGroup().items.map((item) => item.type === 'message' && <Row key={item.key} item={item} />);
    }
    render(<List />, { wrapper: chat.wrapper, reactStrictMode: false });
    await act(settled);
    rendered.length = 0;
    await chat.after(() => chat.send('By another', carol));
    expect(rendered).toEqual(['By another']);
    await chat.after(() => chat.send('By the same', carol));
    expect(rendered.sort()).toEqual(['By another', 'By another', 'By the same']);
    expect(screen.getByText('By the same')).toBeDefined();
    rendered.length = 0;
    await chat.after(() => chat.server.react(bob, groupId, chat.server.messages(groupId)[3]?.id ?? '', '👍'));
    expect(rendered).toEqual(['Message 4']);
  });

  it('H21.2 the registered kinds narrow items', () => {
    expectTypeOf<MessageItem['message']>().toEqualTypeOf<Message<Kinds>>();
  });
});
