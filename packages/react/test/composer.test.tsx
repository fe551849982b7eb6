import type { Message, MessageInput } from '@confab/core';
import { settled } from '@confab/core/testing';
import { act, cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { useComposer, useMessages, type UseComposerResult } from '../src/index';
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

const open = (options?: Parameters<typeof useComposer>[1]) => chat.run(() => useComposer(groupId, options));
const last = () => chat.server.messages(groupId).at(-1);
const draft = () => chat.confab.drafts.get(groupId).get();
const message = (index = -1) => {
  const found = chat.confab.messages.list(groupId).get().messages.at(index);
  if (!found) throw new Error('unable to find the message; there is none');
  return found;
};

describe('H12 useComposer', () => {
  it('H12.1 sends what was written, trimmed, and is empty at once', async () => {
    const { result } = await open();
    expect(result.current).toMatchObject({ text: '', mode: 'new', canSend: false, length: 0 });
    act(() => result.current.setText(' \n\n  Hello \n'));
    expect(result.current).toMatchObject({ canSend: true, length: 7 });
    let sending: ReturnType<UseComposerResult['send']> | undefined;
    act(() => {
      sending = result.current.send();
    });
    expect(result.current.text).toBe('');
    await act(settled);
    expect((await sending)?.id).toBe(last()?.id);
    expect(last()?.content).toBe('  Hello');
  });

  it('H12.1 sends nothing that is blank', async () => {
    const { result } = await open();
    act(() => result.current.setText(' \n '));
    expect(result.current.canSend).toBe(false);
    await chat.after(async () => expect(await result.current.send()).toBeNull());
    expect(result.current).toMatchObject({ text: ' \n ', error: null });
    expect(last()).toBeUndefined();
  });

  it('H12.2 what is too long stays, with the reason, and is kept as the draft', async () => {
    const { result } = await open({ maxLength: 10 });
    act(() => result.current.setText('😀'.repeat(10)));
    expect(result.current).toMatchObject({ length: 10, isTooLong: false, canSend: true });
    act(() => result.current.setText('x'.repeat(10_000)));
    expect(result.current).toMatchObject({ length: 10_000, isTooLong: true, canSend: false });
    await chat.after(() => result.current.send());
    expect(result.current.error?.code).toBe('content_too_long');
    expect(result.current.text).toHaveLength(10_000);
    await chat.wait(5_000);
    expect(draft()?.content).toBe('x'.repeat(10_000));
    act(() => result.current.setText('short'));
    expect(result.current.error).toBeNull();
  });

  it('H12.3 gives back what cannot be stored, above what was written since', async () => {
    const { result } = await open();
    act(() => result.current.setText('half \ud83d'));
    await chat.after(() => result.current.send());
    expect(result.current).toMatchObject({ text: 'half \ud83d', error: { code: 'invalid' } });
    act(() => result.current.setText('half \ud83d'));
    await chat.after(() => {
      const sending = result.current.send();
      result.current.setText('and then');
      return sending;
    });
    expect(result.current.text).toBe('half \ud83d\nand then');
  });

  it('H12.3 signed out while typing, nothing is lost', async () => {
    const { result } = await open();
    act(() => result.current.setText('Hello'));
    await chat.after(() => chat.auth.signOut());
    await chat.after(() => result.current.send());
    expect(result.current).toMatchObject({ text: 'Hello', error: { code: 'unauthenticated' } });
  });

  it('H12.4 keeps the draft after a pause, when the field is left and when it unmounts', async () => {
    const first = await open();
    act(() => first.result.current.setText('Sh'));
    await chat.wait(900);
    expect(draft()).toBeNull();
    await chat.wait(100);
    expect(draft()?.content).toBe('Sh');
    act(() => first.result.current.setText('Shall'));
    await chat.after(() => first.result.current.saveDraft());
    expect(draft()?.content).toBe('Shall');
    act(() => first.result.current.setText('Shall we'));
    first.unmount();
    await act(settled);
    expect(draft()?.content).toBe('Shall we');
    const second = await open();
    expect(second.result.current.text).toBe('Shall we');
    await chat.after(() => second.result.current.send());
    expect(draft()).toBeNull();
    expect(chat.confab.outbox.get().items).toEqual([]);
  });

  it('H12.4 a draft of another device comes until something is written here', async () => {
    const save = (content: string) =>
      chat.server.apply(alice, 'save_draft', groupId, {
        content,
        saved_at: new Date(chat.clock.now()).toISOString(),
      });
    save('From the phone');
    const { result } = await open();
    expect(result.current.text).toBe('From the phone');
    await chat.wait(1_000);
    await chat.after(() => save(''));
    expect(result.current.text).toBe('');
    act(() => result.current.setText('Here'));
    await chat.wait(60_000);
    await chat.after(() => save('From the phone again'));
    expect(result.current.text).toBe('Here');
  });

  it('H12.4 a message that is sent before anything was saved leaves no draft to empty', async () => {
    const { result } = await open();
    act(() => result.current.setText('Quick'));
    await chat.after(() => result.current.send());
    const pushes = chat.transport.count('push');
    await chat.wait(3_000);
    expect(chat.transport.count('push')).toBe(pushes);
    expect(chat.clock.pending()).toBeGreaterThan(0);
  });

  it('H12.5 mentions members by name, and tells the server whom', async () => {
    const { result } = await open();
    act(() => result.current.setText('Hi @b'));
    expect(result.current.mentionQuery).toBe('b');
    expect(result.current.candidates).toMatchObject([{ id: bob }]);
    let caret = 0;
    act(() => {
      const [first] = result.current.candidates;
      if (first) caret = result.current.addMention(first);
    });
    expect(result.current).toMatchObject({ text: 'Hi @Bob ', mentionQuery: null, candidates: [] });
    expect(caret).toBe(8);
    act(() => result.current.setText('Oh, hi @Bob '));
    act(() => result.current.setText('Oh, hi @Bob and @Ca', 19));
    expect(result.current.mentions).toEqual([{ userId: bob, start: 7, length: 4 }]);
    act(() => void result.current.addMention({ id: carol, displayName: 'Carol' }));
    act(() => void result.current.addMention({ id: null, displayName: 'all' }));
    expect(result.current.text).toBe('Oh, hi @Bob and @Carol @all ');
    const [first] = result.current.mentions;
    act(() => first && result.current.removeMention(first));
    expect(result.current.text).toBe('Oh, hi  and @Carol @all ');
    await chat.after(() => result.current.send());
    expect(last()).toMatchObject({ mentioned_user_ids: [carol], mentions_everyone: true });
  });

  it('H12.5 mentions come back with the draft', async () => {
    const first = await open();
    act(() => first.result.current.setText('Hi '));
    act(() => void first.result.current.addMention({ id: bob, displayName: 'Bob' }));
    first.unmount();
    await act(settled);
    const { result } = await open();
    expect(result.current.mentions).toEqual([{ userId: bob, start: 3, length: 4 }]);
  });

  it('H12.5 asks the server where the conversation does not list its members', async () => {
    chat = createChat({ settings: { receipts_max_members: 2 } });
    const { result } = await open();
    act(() => result.current.setText('@c'));
    expect(result.current.candidates).toEqual([]);
    await chat.wait(200);
    expect(result.current.candidates).toMatchObject([{ id: carol, displayName: 'Carol' }]);
    act(() => result.current.setText('@a'));
    await chat.wait(200);
    // Alice need not mention herself.
    expect(result.current.candidates.map(({ id }) => id)).toEqual([carol]);
  });

  it('H12.6 answers a message, and no longer when that is cancelled', async () => {
    chat.send('Question?');
    const { result } = await chat.run(() => ({ ...useComposer(groupId), list: useMessages(groupId) }));
    act(() => result.current.setReplyTo(message()));
    expect(result.current.mode).toBe('reply');
    expect(result.current.replyTo?.content).toBe('Question?');
    act(() => result.current.cancel());
    expect(result.current).toMatchObject({ mode: 'new', replyTo: null });
    act(() => result.current.setReplyTo(message()));
    act(() => result.current.setText('Answer'));
    const question = message().id;
    await chat.after(() => result.current.send());
    expect(last()).toMatchObject({ content: 'Answer', reply_to_id: question });
    expect(result.current.mode).toBe('new');
  });

  it('H12.7 changes a message, and what was being written comes back', async () => {
    const { result } = await chat.run(() => ({ ...useComposer(groupId), list: useMessages(groupId) }));
    act(() => result.current.setText('Hi '));
    act(() => void result.current.addMention({ id: bob, displayName: 'Bob' }));
    await chat.after(() => result.current.send());
    act(() => result.current.setText('half a thought'));
    act(() => result.current.startEdit(message()));
    expect(result.current).toMatchObject({ mode: 'edit', text: 'Hi @Bob', editing: { content: 'Hi @Bob' } });
    expect(result.current.mentions).toEqual([{ userId: bob, start: 3, length: 4 }]);
    act(() => result.current.setText('Hello @Bob'));
    await chat.after(() => result.current.send());
    expect(last()).toMatchObject({ content: 'Hello @Bob', mentioned_user_ids: [bob] });
    expect(result.current).toMatchObject({ mode: 'new', text: 'half a thought' });
    act(() => result.current.startEdit(message()));
    act(() => result.current.setText('Hello'));
    act(() => result.current.cancel());
    expect(result.current).toMatchObject({ mode: 'new', text: 'half a thought' });
    act(() => result.current.startEdit(message()));
    act(() => result.current.setText('Hello'));
    await chat.after(() => result.current.send());
    expect(last()).toMatchObject({ content: 'Hello', mentioned_user_ids: [] });
    await chat.wait(2_000);
    expect(draft()?.content).toBe('half a thought');
  });

  it('H12.8 tells the others who types, in the timeline only', async () => {
    const { confab: other } = chat.join(bob);
    const typers = other.typing.in(groupId);
    const stop = typers.subscribe(() => undefined);
    await act(settled);
    const { result } = await open();
    await chat.after(() => result.current.setText('H'));
    expect(typers.get()).toMatchObject([{ id: alice }]);
    await chat.after(() => result.current.setText(''));
    expect(typers.get()).toEqual([]);
    await chat.after(() => chat.send('Root'));
    const thread = await open({ threadRootId: last()?.id ?? '' });
    await chat.after(() => thread.result.current.setText('H'));
    expect(typers.get()).toEqual([]);
    await chat.after(() => thread.result.current.send());
    expect(chat.server.allMessages(groupId).at(-1)?.thread_root_id).toBe(last()?.id);
    stop();
    other.close();
  });

  it('H12.9 its functions are the same while its arguments are, and its view is while nothing changes', async () => {
    const { result, rerender } = await open();
    const before = result.current;
    rerender();
    expect(result.current).toBe(before);
    await chat.after(() => chat.send('Hello'));
    expect(result.current).toBe(before);
    act(() => result.current.setText('Hi'));
    const { setText, send, cancel, addMention, saveDraft } = before;
    expect(result.current).toMatchObject({ setText, send, cancel, addMention, saveDraft });
  });

  it('H12.9 a malformed id is refused, and names of any script are taken', async () => {
    const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await expect(chat.run(() => useComposer('none'))).rejects.toThrow('not an id');
    silent.mockRestore();
    const { result } = await open();
    act(() => result.current.setText('@'));
    act(() => void result.current.addMention({ id: bob, displayName: 'بوب\u200bX' }));
    await chat.after(() => result.current.send());
    expect(last()).toMatchObject({ content: '@بوب\u200bX', mentioned_user_ids: [bob] });
  });

  it('H21.3 the registered kinds decide what a composer sends and edits', () => {
    expectTypeOf<UseComposerResult['editing']>().toEqualTypeOf<Message<Kinds> | null>();
    expectTypeOf<{ content: string }>().toExtend<MessageInput<Kinds>>();
  });
});
