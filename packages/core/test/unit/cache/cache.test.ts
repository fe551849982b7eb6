import { QueryClient, QueryObserver } from '@tanstack/query-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCache, keys, membersIn, type MembersByConversation } from '../../../src/cache/cache';
import { openMessages, type LoadedMessages } from '../../../src/cache/loaded-messages';
import { queryState } from '../../../src/cache/query-readable';
import type { ConversationRecord } from '../../../src/model/records';
import {
  ALICE,
  BOB,
  conversation,
  CONVERSATION,
  history,
  member,
  OTHER_CONVERSATION,
  profile,
  range,
} from '../support/rows';

const WINDOW = openMessages(history(range(1, 3), { covers: { from: 1, to: 3 }, version: 3 }));
const list = (...items: ConversationRecord[]) => ({
  items,
  next: null,
  listedFrom: null,
  unreadElsewhere: 0,
});

function start(queryClient = new QueryClient()) {
  const cache = createCache(queryClient);
  const updates = vi.fn();
  /** Counts the writes from now on. */
  const count = () => {
    queryClient.getQueryCache().subscribe(({ type }) => type === 'updated' && updates());
    return updates;
  };
  /** Watches a window as a mounted view does. */
  const watch = (load: () => Promise<LoadedMessages>, conversationId = CONVERSATION) =>
    queryState(cache, keys.messages(conversationId), load).subscribe(() => undefined);
  return { queryClient, cache, count, watch };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('conversations', () => {
  it('E5.1 are found in the list, else by themselves', () => {
    const { cache, queryClient } = start();
    expect(cache.conversation(CONVERSATION)).toBeUndefined();
    const alone = conversation({ title: 'alone' });
    queryClient.setQueryData(keys.conversation(CONVERSATION), alone);
    expect(cache.conversation(CONVERSATION)).toBe(alone);
    const listed = conversation({ title: 'listed' });
    queryClient.setQueryData(keys.conversations, list(listed));
    expect(cache.conversation(CONVERSATION)).toBe(listed);
  });

  it('E5.1 are written wherever they are held, and nowhere else', () => {
    const { cache, queryClient } = start();
    cache.setConversation(conversation({ title: 'of nobody' }));
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
    queryClient.setQueryData(keys.conversation(CONVERSATION), conversation());
    queryClient.setQueryData(keys.conversations, list());
    const next = conversation({ title: 'next' });
    cache.setConversation(next);
    expect(queryClient.getQueryData(keys.conversation(CONVERSATION))).toBe(next);
    expect(cache.list()?.items).toEqual([next]);
  });

  it('E5.1 writing what is held already tells nobody', () => {
    const { cache, queryClient, count } = start();
    const held = conversation();
    queryClient.setQueryData(keys.conversation(CONVERSATION), held);
    queryClient.setQueryData(keys.conversations, list(held));
    const updates = count();
    cache.setConversation(held);
    cache.updateList((known) => known);
    expect(updates).not.toHaveBeenCalled();
  });

  it('D5 that are dropped are forgotten, their messages too; what is being watched asks again', async () => {
    const { cache, queryClient, watch } = start();
    const load = vi.fn(() => Promise.resolve(WINDOW));
    watch(load);
    await vi.advanceTimersByTimeAsync(0);
    queryClient.setQueryData(keys.conversation(CONVERSATION), conversation());
    queryClient.setQueryData(keys.messages(OTHER_CONVERSATION), WINDOW);
    cache.dropConversation(CONVERSATION);
    expect(cache.messages(CONVERSATION)).toBeUndefined();
    expect(cache.conversation(CONVERSATION)).toBeUndefined();
    expect(cache.messages(OTHER_CONVERSATION)).toBe(WINDOW);
    await vi.advanceTimersByTimeAsync(0);
    expect(load).toHaveBeenCalledTimes(2);
  });
});

describe('members and profiles', () => {
  it('D6 are merged row by row', () => {
    const { cache } = start();
    cache.mergeMembers([member(ALICE, { lastReadSeq: 3 }), member(BOB)]);
    cache.mergeMembers([member(BOB, { lastReadSeq: 5, changed: 2 })]);
    cache.mergeMembers([member(BOB, { conversationId: OTHER_CONVERSATION })]);
    expect(cache.member(CONVERSATION, ALICE)?.lastReadSeq).toBe(3);
    expect(cache.member(CONVERSATION, BOB)?.lastReadSeq).toBe(5);
    expect(cache.member(OTHER_CONVERSATION, BOB)?.lastReadSeq).toBe(0);
    expect(cache.member(OTHER_CONVERSATION, ALICE)).toBeUndefined();
  });

  it('E5.1 rows that say nothing new tell nobody and keep their references', () => {
    const { cache, count } = start();
    cache.mergeMembers([member(ALICE), member(BOB)]);
    cache.mergeProfiles([profile(BOB, { changed: 4 })]);
    const before = cache.member(CONVERSATION, BOB);
    const updates = count();
    cache.mergeMembers([member(ALICE), member(BOB)]);
    cache.mergeMembers([]);
    cache.mergeProfiles([profile(BOB, { changed: 4 }), profile(BOB, { changed: 3, displayName: 'old' })]);
    cache.mergeProfiles([]);
    expect(updates).not.toHaveBeenCalled();
    expect(cache.member(CONVERSATION, BOB)).toBe(before);
  });

  it('E5.1 a change in one conversation keeps the rows of all others', () => {
    const { cache, queryClient } = start();
    cache.mergeMembers([member(BOB), member(BOB, { conversationId: OTHER_CONVERSATION })]);
    const before = queryClient.getQueryData<MembersByConversation>(keys.members);
    cache.mergeMembers([member(BOB, { lastReadSeq: 9 })]);
    const after = queryClient.getQueryData<MembersByConversation>(keys.members);
    expect(membersIn(after, OTHER_CONVERSATION)).toBe(membersIn(before, OTHER_CONVERSATION));
    expect(membersIn(after, CONVERSATION)).not.toBe(membersIn(before, CONVERSATION));
  });
});

describe('windows', () => {
  it('E6.8 are listed while they are held; writing the same one tells nobody', () => {
    const { cache, queryClient, count } = start();
    expect([...cache.versions().keys()]).toEqual([]);
    queryClient.setQueryData(keys.messages(CONVERSATION), WINDOW);
    expect([...cache.versions().keys()]).toEqual([CONVERSATION]);
    const updates = count();
    cache.setMessages(CONVERSATION, WINDOW);
    expect(updates).not.toHaveBeenCalled();
    cache.setMessages(CONVERSATION, { ...WINDOW, version: 4 });
    expect(updates).toHaveBeenCalledTimes(1);
    expect(cache.messages(CONVERSATION)?.version).toBe(4);
  });

  it('E5 one is awaited while it loads, and while it is watched though it could not be loaded', async () => {
    const { cache, watch } = start();
    expect(cache.isAwaitingMessages(CONVERSATION)).toBe(false);
    let fail: (error: unknown) => void = () => undefined;
    const stop = watch(() => new Promise((_, reject) => (fail = reject)));
    expect(cache.isAwaitingMessages(CONVERSATION)).toBe(true);
    fail(new Error('no'));
    await vi.advanceTimersByTimeAsync(0);
    expect(cache.isAwaitingMessages(CONVERSATION)).toBe(true);
    stop();
    expect(cache.isAwaitingMessages(CONVERSATION)).toBe(false);
    const other = watch(() => Promise.resolve(WINDOW), OTHER_CONVERSATION);
    await vi.advanceTimersByTimeAsync(0);
    expect(cache.isAwaitingMessages(OTHER_CONVERSATION)).toBe(false);
    other();
  });
});

describe('loads', () => {
  it('E7 are announced when they have ended well; writes and the queries of the app are not', async () => {
    const { cache, queryClient, watch } = start();
    const listener = vi.fn();
    const stop = cache.onLoaded(listener);
    queryClient.setQueryData(keys.messages(CONVERSATION), WINDOW);
    await queryClient.prefetchQuery({ queryKey: ['confabulations'], queryFn: () => 1 });
    await queryClient.prefetchQuery({ queryKey: ['app', 'confab'], queryFn: () => 1 });
    expect(listener).not.toHaveBeenCalled();
    watch(() => Promise.resolve(WINDOW), OTHER_CONVERSATION);
    await vi.advanceTimersByTimeAsync(0);
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    await queryClient.refetchQueries({ queryKey: keys.messages(OTHER_CONVERSATION) });
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe('a reset', () => {
  it('D4 forgets everything at once and loads what is being watched again', async () => {
    const { cache, queryClient, watch } = start();
    const load = vi.fn(() => Promise.resolve(WINDOW));
    watch(load);
    await vi.advanceTimersByTimeAsync(0);
    cache.setCursor('c1');
    cache.mergeMembers([member(BOB)]);
    cache.mergeProfiles([profile(BOB)]);
    queryClient.setQueryData(keys.conversations, list(conversation()));
    queryClient.setQueryData(['app'], 'kept');
    cache.reset();
    expect(cache.cursor()).toBeNull();
    expect(cache.list()).toBeUndefined();
    expect([...cache.versions().keys()]).toEqual([]);
    expect(cache.member(CONVERSATION, BOB)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(0);
    expect(load).toHaveBeenCalledTimes(2);
    expect(cache.messages(CONVERSATION)).toEqual(WINDOW);
    expect(queryClient.getQueryData(['app'])).toBe('kept');
  });

  it('D4 what was on its way when it was reset is not taken for the new state', async () => {
    const { cache, watch } = start();
    const answers: ((window: LoadedMessages) => void)[] = [];
    watch(() => new Promise((resolve) => answers.push(resolve)));
    cache.reset();
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.({ ...WINDOW, version: 1 });
    await vi.advanceTimersByTimeAsync(0);
    expect(cache.messages(CONVERSATION)).toBeUndefined();
    answers[1]?.({ ...WINDOW, version: 2 });
    await vi.advanceTimersByTimeAsync(0);
    expect(cache.messages(CONVERSATION)?.version).toBe(2);
  });
});

describe('a QueryClient shared with an app', () => {
  const HOUR = 60 * 60_000;

  it('E13.5 collects windows nobody watches, and keeps what the engine needs', async () => {
    const { cache, queryClient, watch } = start(
      new QueryClient({ defaultOptions: { queries: { gcTime: 1_000 } } }),
    );
    const stop = watch(() => Promise.resolve(WINDOW));
    await vi.advanceTimersByTimeAsync(HOUR);
    cache.setCursor('c1');
    cache.mergeMembers([member(BOB)]);
    queryClient.setQueryData(keys.conversations, list());
    stop();
    cache.setMessages(CONVERSATION, { ...WINDOW, version: 4 });
    await vi.advanceTimersByTimeAsync(HOUR);
    expect([...cache.versions().keys()]).toEqual([]);
    expect(cache.cursor()).toBe('c1');
    expect(cache.member(CONVERSATION, BOB)).toBeDefined();
    expect(cache.list()).toBeDefined();
  });

  it('E6.13 does not start windows over when the app invalidates, polls or refetches everything it has', async () => {
    const { queryClient, watch } = start(
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 0,
            refetchInterval: 1_000,
            refetchOnMount: 'always',
            refetchOnWindowFocus: 'always',
          },
        },
      }),
    );
    const load = vi.fn(() => Promise.resolve(WINDOW));
    watch(load);
    await vi.advanceTimersByTimeAsync(0);
    await queryClient.invalidateQueries();
    await queryClient.refetchQueries();
    watch(load);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('E6.13 an observer of the app on a key of ours does not start it over either', async () => {
    const { queryClient } = start(new QueryClient({ defaultOptions: { queries: { staleTime: 0 } } }));
    queryClient.setQueryData(keys.messages(CONVERSATION), WINDOW);
    const queryFn = vi.fn(() => Promise.resolve(WINDOW));
    new QueryObserver(queryClient, { queryKey: keys.messages(CONVERSATION), queryFn }).subscribe(
      () => undefined,
    );
    await queryClient.invalidateQueries();
    expect(queryFn).not.toHaveBeenCalled();
  });

  it('E6.13 finds its own though the app hashes keys in another way', () => {
    const { cache, queryClient } = start(
      new QueryClient({
        defaultOptions: { queries: { queryKeyHashFn: (key) => `app ${JSON.stringify(key)}` } },
      }),
    );
    queryClient.setQueryData(keys.messages(CONVERSATION), WINDOW);
    expect(cache.messages(CONVERSATION)).toBe(WINDOW);
    expect(queryClient.getQueryCache().get(JSON.stringify(keys.messages(CONVERSATION)))?.state.data).toBe(
      WINDOW,
    );
  });
});
