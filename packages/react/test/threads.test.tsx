import type { Message, MessageInput } from '@confab/core';
import { settled } from '@confab/core/testing';
import { act, cleanup, configure, render } from '@testing-library/react';
import { memo } from 'react';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  useMessage,
  useMessages,
  useReactions,
  useReactors,
  useThread,
  type UseThreadResult,
} from '../src/index';
import type { Kinds } from './support/kinds';
import { alice, bob, carol, createChat, groupId, type Chat } from './support/chat';

configure({ reactStrictMode: true });
let chat: Chat;
beforeEach(() => {
  chat = createChat();
});
afterEach(() => {
  cleanup();
  chat.confab.close();
});

const reply = (rootId: string, content: string, userId = bob) =>
  chat.server.send(userId, groupId, content, { thread_root_id: rootId });
const contents = (messages: readonly Message<Kinds>[]) => messages.map(({ content }) => content);

describe('H13 useMessage', () => {
  it('H13.1 loads a message that is not loaded, and says when there is none', async () => {
    for (let i = 1; i <= 120; i++) chat.send(`Message ${i}`);
    const id = chat.server.messages(groupId)[4]?.id ?? '';
    const { result } = await chat.run(() => ({
      old: useMessage(groupId, id),
      unknown: useMessage(groupId, '00000000-0000-4000-8000-0000000000ff'),
    }));
    expect(result.current.old).toMatchObject({
      message: { content: 'Message 5' },
      isPending: false,
      error: null,
    });
    expect(result.current.unknown).toMatchObject({
      message: null,
      isPending: false,
      error: { code: 'not_found' },
    });
  });

  it('H13.2 renders only where its message changes', async () => {
    for (let i = 1; i <= 20; i++) chat.send(`Message ${i}`);
    const rendered: string[] = [];
    const Row = memo(function Row({ id }: { id: string }) {
      const { message } = useMessage(groupId, id);
      rendered.push(String(message?.content));
      return null;
    });
    const ids = chat.server.messages(groupId).map(({ id }) => id);
    const List = () => ids.map((id) => <Row key={id} id={id} />);
    render(<List />, { wrapper: chat.wrapper, reactStrictMode: false });
    await act(settled);
    rendered.length = 0;
    await chat.after(() => chat.send('New'));
    expect(rendered).toEqual([]);
    await chat.after(() => chat.server.edit(bob, groupId, ids[3] ?? '', 'Edited'));
    expect(rendered).toEqual(['Edited']);
  });
});

describe('H14 useThread', () => {
  it('H14.1 shows the root and its replies, those being sent too, and sends them there', async () => {
    const root = chat.send('Root');
    reply(root.id, 'First');
    const { result } = await chat.run(() => useThread(groupId, root.id, { timeZone: 'UTC' }));
    expect(result.current).toMatchObject({ root: { content: 'Root' }, isPending: false, error: null });
    expect(result.current.items.map(({ type }) => type)).toEqual(['day', 'message']);
    await chat.after(() => reply(root.id, 'Second', carol));
    chat.goOffline();
    await chat.after(() => result.current.send({ content: 'Third' }));
    expect(contents(result.current.messages)).toEqual(['First', 'Second', 'Third']);
    expect(result.current.messages.at(-1)?.status).toBe('pending');
    await chat.after(() => chat.goOnline());
    expect(result.current.messages.at(-1)?.status).toBe('sent');
    expect(result.current.root?.thread?.replyCount).toBe(3);
  });

  it('H14.2 says whether one follows it and has read it, and changes that', async () => {
    const root = chat.server.send(alice, groupId, 'Root');
    const { result } = await chat.run(() => useThread(groupId, root.id, { timeZone: 'UTC' }));
    await chat.after(() => reply(root.id, 'First'));
    expect(result.current).toMatchObject({ isFollowing: true, isUnread: true });
    await chat.after(() => result.current.markRead());
    expect(result.current.isUnread).toBe(false);
    const pushes = chat.transport.count('push');
    await chat.after(() => result.current.markRead());
    expect(chat.transport.count('push')).toBe(pushes);
    await chat.after(() => result.current.unfollow());
    expect(result.current.isFollowing).toBe(false);
    await chat.after(() => result.current.follow());
    expect(result.current.isFollowing).toBe(true);
  });

  it('H14.3 divides what was unread when the thread was opened', async () => {
    const root = chat.server.send(alice, groupId, 'Root');
    const other = await chat.run(() => useMessages(groupId));
    await chat.after(() => {
      const { seq } = reply(root.id, 'Seen');
      return chat.confab.threads.markRead(groupId, root.id, seq);
    });
    await chat.after(() => reply(root.id, 'New'));
    const { result } = await chat.run(() => useThread(groupId, root.id, { timeZone: 'UTC' }));
    const types = () => result.current.items.map(({ type }) => type);
    expect(types()).toEqual(['day', 'message', 'unread', 'message']);
    await chat.after(() => result.current.markRead());
    expect(types()).toEqual(['day', 'message', 'unread', 'message']);
    await chat.after(() => result.current.clearUnreadDivider());
    expect(types()).toEqual(['day', 'message', 'message']);
    other.unmount();
  });

  it('H14.4 of a message that does not exist says so', async () => {
    const { result } = await chat.run(() => useThread(groupId, '00000000-0000-4000-8000-0000000000ff'));
    expect(result.current).toMatchObject({ root: null, messages: [], error: { code: 'not_found' } });
  });

  it('H14.5 its functions and its result are the same while nothing of it changes', async () => {
    const root = chat.send('Root');
    const { result, rerender } = await chat.run(() => useThread(groupId, root.id));
    const before = result.current;
    rerender();
    await chat.after(() => chat.send('Elsewhere'));
    expect(result.current).toBe(before);
    await chat.after(() => reply(root.id, 'First'));
    const { follow, unfollow, markRead, send, fetchOlder, jumpTo } = before;
    expect(result.current).toMatchObject({ follow, unfollow, markRead, send, fetchOlder, jumpTo });
    expectTypeOf<UseThreadResult['root']>().toEqualTypeOf<Message<Kinds> | null>();
    expectTypeOf<Parameters<UseThreadResult['send']>[0]>().toEqualTypeOf<MessageInput<Kinds>>();
  });
});

describe('H15 reactions', () => {
  const useFirst = () => {
    const { messages } = useMessages(groupId);
    const [message] = messages;
    return useReactions(message ?? { id: groupId, conversationId: groupId, reactions: [] });
  };

  it('H15.1 gives and takes them at once, beside those of others', async () => {
    chat.send('Hello');
    const { result } = await chat.run(useFirst);
    expect(result.current.reactions).toEqual([]);
    await chat.after(() => chat.server.react(bob, groupId, chat.server.messages(groupId)[0]?.id ?? '', '👍'));
    chat.goOffline();
    await chat.after(() => result.current.toggle('👍'));
    expect(result.current.reactions).toMatchObject([{ emoji: '👍', count: 2, isOwn: true }]);
    await chat.after(() => result.current.toggle('👍'));
    expect(result.current.reactions).toMatchObject([{ emoji: '👍', count: 1, isOwn: false }]);
    await chat.after(() => result.current.add('🎉'));
    await chat.after(() => result.current.remove('🎉'));
    expect(result.current.reactions.map(({ emoji }) => emoji)).toEqual(['👍']);
  });

  it('H15.2 keeps its functions while the message is the same', async () => {
    chat.send('Hello');
    const { result } = await chat.run(useFirst);
    const before = result.current;
    await chat.after(() => chat.send('Another'));
    expect(result.current).toBe(before);
  });

  it('H15.3 says who reacted, page by page, when it is asked for', async () => {
    const people = Array.from(
      { length: 120 },
      (_, i) => `00000000-0000-4000-8000-${String(1_000 + i).padStart(12, '0')}`,
    );
    for (const [i, id] of people.entries()) chat.server.addUser(id, `Person ${i}`);
    const big = chat.server.addConversation('00000000-0000-4000-8000-000000000077', [alice, ...people]);
    const { id } = chat.server.send(alice, big, 'Hello');
    for (const person of people) chat.server.react(person, big, id, '👍');
    chat.server.react(people[0] ?? '', big, id, '🎉');
    let enabled = false;
    const { result, rerender } = await chat.run(() => ({
      all: useReactors(id, { enabled }),
      party: useReactors(id, { emoji: '🎉', enabled }),
    }));
    expect(result.current.all).toMatchObject({ reactors: [], isPending: false, hasNextPage: false });
    expect(chat.transport.count('reactors')).toBe(0);
    enabled = true;
    rerender();
    await act(settled);
    expect(result.current.all.reactors).toHaveLength(50);
    expect(result.current.party.reactors).toMatchObject([
      { emoji: '🎉', profile: { displayName: 'Person 0' } },
    ]);
    await chat.after(() => result.current.all.fetchNextPage());
    await chat.after(() => result.current.all.fetchNextPage());
    expect(result.current.all.reactors).toHaveLength(121);
    expect(result.current.all.hasNextPage).toBe(false);
  });
});
