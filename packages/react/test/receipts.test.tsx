import { settled } from '@confab/core/testing';
import { act, cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  useDraft,
  useMessageActions,
  useMessages,
  useReaders,
  useReadReceipts,
  useThreads,
} from '../src/index';
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

describe('H16 receipts', () => {
  it('H16.1 shows the others at the last message each has read, and keeps the rest', async () => {
    const ids = [1, 2, 3].map((n) => chat.server.send(alice, groupId, `Message ${n}`).id);
    chat.server.markRead(bob, groupId, 1);
    const { result } = await chat.run(() => useReadReceipts(groupId));
    const shown = () => ids.map((id) => result.current[id]?.map(({ userId }) => userId));
    expect(shown()).toEqual([[bob], undefined, undefined]);
    await chat.after(() => chat.server.markRead(carol, groupId, 3));
    expect(shown()).toEqual([[bob], undefined, [carol]]);
    const before = result.current;
    await chat.after(() => chat.server.markRead(bob, groupId, 2));
    expect(shown()).toEqual([undefined, [bob], [carol]]);
    expect(result.current[ids[2] ?? '']).toBe(before[ids[2] ?? '']);
    const now = result.current;
    await chat.after(() => chat.server.send(alice, groupId, 'Another'));
    expect(result.current).toBe(now);
  });

  it('H16.2 says who has read a message when it is asked for', async () => {
    const { id } = chat.server.send(alice, groupId, 'Hello');
    chat.server.markRead(bob, groupId, 1);
    let enabled = false;
    const { result, rerender } = await chat.run(() => useReaders(id, { enabled }));
    expect(chat.transport.count('readers')).toBe(0);
    enabled = true;
    rerender();
    await act(settled);
    expect(result.current.readers).toMatchObject([{ profile: { displayName: 'Bob' } }]);
    expect(result.current).toMatchObject({ isPending: false, hasNextPage: false, error: null });
  });
});

describe('H17 useThreads', () => {
  it('H17.1 lists the threads one follows, and loads them again when something in them is unread', async () => {
    const first = chat.server.send(alice, groupId, 'First');
    const second = chat.server.send(alice, groupId, 'Second');
    const reply = (rootId: string) => chat.server.send(bob, groupId, 'Reply', { thread_root_id: rootId });
    reply(first.id);
    const { result } = await chat.run(() => ({
      all: useThreads(),
      unread: useThreads({ onlyUnread: true }),
    }));
    const roots = () => result.current.all.threads.map(({ root }) => root.content);
    expect(roots()).toEqual(['First']);
    await chat.after(() => reply(second.id));
    await chat.wait(61_000);
    expect(roots()).toEqual(['Second', 'First']);
    expect(result.current.unread.threads).toHaveLength(2);
    await chat.after(() => chat.confab.threads.markRead(groupId, first.id, 3));
    await chat.wait(61_000);
    expect(result.current.unread.threads.map(({ rootId }) => rootId)).toEqual([second.id]);
  });
});

describe('H18 useDraft', () => {
  it('H18.1 shows the draft and saves it when writing pauses, or at once', async () => {
    const { result } = await chat.run(() => useDraft(groupId));
    expect(result.current.draft).toBeNull();
    await chat.after(() => result.current.saveSoon({ content: 'Sh' }));
    await chat.wait(1_000);
    expect(result.current.draft?.content).toBe('Sh');
    const { saveSoon, flush } = result.current;
    await chat.after(() => {
      saveSoon({ content: 'Shall' });
      flush();
    });
    expect(result.current).toMatchObject({ draft: { content: 'Shall' }, saveSoon, flush });
  });
});

describe('H19 useMessageActions', () => {
  const useLast = () => {
    const { messages } = useMessages(groupId);
    const message = messages.at(-1);
    const actions = useMessageActions(message ?? { id: groupId, conversationId: groupId, seq: null });
    return { message, actions };
  };

  it('H19.1 does what it says with its message', async () => {
    chat.server.send(alice, groupId, 'Hello');
    const { result } = await chat.run(useLast);
    const { actions } = result.current;
    await chat.after(() => actions.edit({ content: 'Hello again' }));
    expect(result.current.message?.content).toBe('Hello again');
    await chat.after(() => actions.pin());
    expect(result.current.message?.pinnedBy).toBe(alice);
    await chat.after(() => actions.unpin());
    expect(result.current.message?.pinnedAt).toBeNull();
    expect(result.current.actions).toBe(actions);
    await chat.after(() => actions.forward(groupId));
    expect(chat.server.messages(groupId)).toHaveLength(2);
    await chat.after(() => actions.delete());
    expect(chat.server.messages(groupId)[0]?.deleted_at).not.toBeNull();
  });

  it('H19.2 makes it unread, hides it and shows it again, and tries again what failed or gives it up', async () => {
    chat.send('From Bob');
    chat.server.markRead(alice, groupId, 1);
    const { result } = await chat.run(useLast);
    await chat.after(() => result.current.actions.markUnread());
    expect(chat.server.unread(alice, groupId)).toBe(1);
    chat.server.refuseWhen(({ type }) =>
      type === 'send_message' ? { code: 'locked', message: 'unable to; locked' } : null,
    );
    await chat.after(() => chat.confab.messages.send(groupId, { content: 'Refused' }));
    expect(result.current.message).toMatchObject({ content: 'Refused', status: 'failed' });
    await chat.after(() => result.current.actions.retry());
    expect(result.current.message?.status).toBe('failed');
    await chat.after(() => result.current.actions.discard());
    expect(result.current.message?.content).toBe('From Bob');
    const { hide, unhide } = result.current.actions;
    await chat.after(() => hide());
    expect(result.current.message).toBeUndefined();
    await chat.after(() => unhide());
    expect(result.current.message?.content).toBe('From Bob');
  });
});
