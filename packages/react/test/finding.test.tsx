import { act, cleanup, configure } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useMentions, useMessageSearch, usePinnedMessages } from '../src/index';
import { alice, bob, carol, room, setUp } from './support/server';

configure({ reactStrictMode: true });
afterEach(cleanup);

const texts = (messages: readonly { readonly content: string | null }[]) =>
  messages.map(({ content }) => content);

describe('H11 useMessageSearch', () => {
  it('H11.1 asks once typing pauses, keeps what it found meanwhile, and gives up what is stale', async () => {
    const { run, pass, transport } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      for (const text of ['hike on sunday', 'hills', 'hike again']) it.send(bob, room(1), text);
    });
    let query = '';
    const { result, rerender } = await run(() => useMessageSearch(query));
    const type = async (text: string, ms = 0) => {
      query = text;
      await act(async () => rerender());
      await pass(ms);
    };
    expect(result.current).toMatchObject({ isPending: false, isFetching: false, results: [] });
    for (const text of ['h', 'hi', 'hik', 'hike']) await type(text, 100);
    expect(result.current).toMatchObject({ isPending: true, isFetching: true });
    await pass(250);
    expect(transport.count('search_messages')).toBe(1);
    const found = () => texts(result.current.results.map(({ message }) => message));
    expect(found()).toEqual(['hike again', 'hike on sunday']);
    expect(result.current.results[0]?.snippet).toContainEqual({ text: 'hike', isMatch: true });
    await type('hike s');
    expect(found()).toEqual(['hike again', 'hike on sunday']);
    await type('hike sunday', 250);
    expect(found()).toEqual(['hike on sunday']);
    expect(transport.count('search_messages')).toBe(2);
    await type(' ');
    expect(result.current).toMatchObject({ results: [], isPending: false, isFetching: false });
  });

  it('H11.2 an answer that comes late does not replace a later one', async () => {
    const { run, pass, transport } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      for (const text of ['old', 'new']) it.send(bob, room(1), text);
    });
    let query = 'old';
    transport.hold('search_messages');
    const { result, rerender } = await run(() => useMessageSearch(query));
    await pass(250);
    query = 'new';
    await act(async () => rerender());
    await pass(250);
    const [first, second] = transport.held('search_messages');
    await act(async () => second?.release());
    await act(async () => first?.release());
    await pass();
    expect(texts(result.current.results.map(({ message }) => message))).toEqual(['new']);
  });

  it('H11.3 loads further pages; disabled it asks for nothing; refused it says why', async () => {
    const { run, pass, transport, goOffline } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      for (let n = 1; n <= 45; n++) it.send(bob, room(1), `word ${n}`);
    });
    let options: Parameters<typeof useMessageSearch>[1] = { enabled: false, conversationId: room(1) };
    const { result, rerender } = await run(() => useMessageSearch('word', options));
    await pass(1_000);
    expect(transport.count('search_messages')).toBe(0);
    options = { conversationId: room(1) };
    await act(async () => rerender());
    await pass(250);
    expect(result.current.results).toHaveLength(20);
    await act(() => result.current.fetchNextPage());
    await act(() => result.current.fetchNextPage());
    expect(result.current.results).toHaveLength(45);
    expect(result.current.hasNextPage).toBe(false);
    goOffline();
    options = { conversationId: room(1), sort: 'relevance' };
    await act(async () => rerender());
    await pass(10_000);
    expect(result.current.error?.code).toBe('offline');
  });
});

describe('H11 usePinnedMessages', () => {
  it('H11.4 what is pinned comes, changes and goes', async () => {
    const { server, confab, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      for (let n = 1; n <= 60; n++) it.send(bob, room(1), `Message ${n}`);
      const [first] = it.messages(room(1));
      it.apply(alice, 'pin_message', room(1), { message_id: first?.id });
    });
    const { result } = await run(() => usePinnedMessages(room(1)));
    // It lies before what is loaded of the conversation.
    expect(texts(result.current.messages)).toEqual(['Message 1']);
    const [first, ...others] = server.messages(room(1));
    const last = others.at(-1);
    if (!first || !last) throw new Error('unreachable');
    await act(async () => {
      server.apply(bob, 'pin_message', room(1), { message_id: last.id });
    });
    await pass(1_000);
    expect(texts(result.current.messages)).toEqual(['Message 60', 'Message 1']);
    await act(async () => {
      await confab.messages.unpin(room(1), first.id);
      server.edit(bob, room(1), last.id, 'Read this');
    });
    await pass(1_000);
    expect(texts(result.current.messages).slice(0, 1)).toEqual(['Read this']);
    await act(async () => {
      await confab.messages.unpin(room(1), last.id);
    });
    await pass(1_000);
    expect(result.current.messages).toEqual([]);
  });

  it('H11.5 other messages render nothing', async () => {
    const { server, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.send(bob, room(1), 'Hello');
    });
    const { result } = await run(() => usePinnedMessages(room(1)));
    const before = result.current;
    await act(async () => void server.send(bob, room(1), 'Hello again'));
    await pass();
    expect(result.current).toBe(before);
  });
});

describe('H11 useMentions', () => {
  it('H11.6 lists mentions of all conversations, and new ones by themselves', async () => {
    const mention = { mentioned_user_ids: [alice] };
    const { server, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.addConversation(room(2), [alice, bob, carol]);
      it.send(bob, room(1), 'Alice?', mention);
      it.send(bob, room(1), 'nobody');
    });
    const { result } = await run(() => useMentions());
    expect(texts(result.current.messages)).toEqual(['Alice?']);
    await act(async () => void server.send(carol, room(2), 'Look, Alice', mention));
    await pass(1_000);
    expect(texts(result.current.messages)).toEqual(['Look, Alice', 'Alice?']);
    expect(result.current.messages[0]?.sender?.displayName).toBe('Carol');
  });
});
