import { hashKey, onlineManager, QueryClient } from '@tanstack/query-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCache, keys } from '../../../src/cache/cache';
import { loadState, queryData, queryState } from '../../../src/cache/query-readable';
import { derive } from '../../../src/lib/readable';
import { createDeferred } from '../../../src/testing/deferred';
import { error } from '../support/mutations';
import { CONVERSATION } from '../support/rows';

const KEY = keys.messages(CONVERSATION);

function start() {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retryDelay: 0 } } });
  const cache = createCache(queryClient);
  const load = vi.fn<() => Promise<string>>(() => Promise.resolve('loaded'));
  return { queryClient, cache, load, state: queryState<string>(cache, KEY, load) };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  onlineManager.setOnline(true);
});

describe('the state of a query', () => {
  it('E5 is not there before the query is used, and loads nothing unless watched', async () => {
    const { state, load } = start();
    expect(state.get()).toBeUndefined();
    expect(loadState(state.get())).toEqual({ isPending: true, error: null });
    await settle();
    expect(load).not.toHaveBeenCalled();
  });

  it('E5 is loaded when watched, and told', async () => {
    const { state } = start();
    const listener = vi.fn();
    state.subscribe(listener);
    await settle();
    expect(state.get()?.data).toBe('loaded');
    expect(loadState(state.get())).toEqual({ isPending: false, error: null });
    expect(listener).toHaveBeenCalled();
  });

  it('E5.1 keeps its reference while nothing changes', async () => {
    const { state, queryClient } = start();
    state.subscribe(() => undefined);
    await settle();
    const before = state.get();
    queryClient.setQueryData(keys.messages('another'), 'x');
    expect(state.get()).toBe(before);
  });

  it('E9 subscribing, ending and subscribing again, as StrictMode does, loads once', async () => {
    const { state, load } = start();
    const stop = state.subscribe(() => undefined);
    stop();
    state.subscribe(() => undefined);
    state.subscribe(() => undefined);
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
    expect(state.get()?.data).toBe('loaded');
  });

  it('E5 ends with the subscription', async () => {
    const { state, queryClient, cache } = start();
    const listener = vi.fn();
    const stop = state.subscribe(listener);
    await settle();
    expect(cache.loads.isWatched(hashKey(KEY))).toBe(true);
    stop();
    listener.mockClear();
    queryClient.setQueryData(KEY, 'later');
    expect(listener).not.toHaveBeenCalled();
    expect(cache.loads.isWatched(hashKey(KEY))).toBe(false);
  });

  it('E5.1 is told of writes of the engine, at once, and of nothing else', async () => {
    const { state, queryClient } = start();
    state.subscribe(() => undefined);
    await settle();
    const seen: unknown[] = [];
    state.subscribe(() => seen.push(state.get()?.data));
    queryClient.setQueryData(KEY, 'live');
    queryClient.setQueryData(keys.messages('another'), 'x');
    expect(seen).toEqual(['live']);
  });

  it('E5 is told when the query goes', async () => {
    const { queryClient, cache } = start();
    const state = queryState<string>(cache, KEY);
    queryClient.setQueryData(KEY, 'here');
    const listener = vi.fn();
    state.subscribe(listener);
    queryClient.removeQueries({ queryKey: KEY });
    expect(listener).toHaveBeenCalledTimes(1);
    expect(state.get()).toBeUndefined();
  });

  it('D4 after a reset it loads again, and meanwhile is pending', async () => {
    const { state, queryClient, load } = start();
    state.subscribe(() => undefined);
    await settle();
    const second = createDeferred<string>();
    load.mockReturnValueOnce(second.promise);
    void queryClient.resetQueries({ queryKey: KEY });
    expect(loadState(state.get()).isPending).toBe(true);
    second.resolve('again');
    await settle();
    expect(state.get()?.data).toBe('again');
  });

  it('E4 a listener that throws breaks no write', async () => {
    const report = vi.fn();
    vi.stubGlobal('queueMicrotask', report);
    const { queryClient, cache } = start();
    const state = queryState<string>(cache, KEY);
    const other = vi.fn();
    state.subscribe(() => {
      throw new Error('of the app');
    });
    state.subscribe(other);
    queryClient.setQueryData(KEY, 'written');
    expect(other).toHaveBeenCalled();
    expect(report).toHaveBeenCalled();
    expect(queryClient.getQueryData(KEY)).toBe('written');
  });

  it('E5 a derived view is consistent with it while it loads', async () => {
    const { state } = start();
    const view = derive([state], loadState, (a, b) => a.isPending === b.isPending && a.error === b.error);
    const seen: boolean[] = [view.get().isPending];
    view.subscribe(() => seen.push(view.get().isPending));
    await settle();
    expect(seen).toEqual([true, false]);
  });
});

describe('a load that fails', () => {
  it.each(['offline', 'timeout', 'unavailable'] as const)(
    'E4 with %s is tried three times, then told',
    async (code) => {
      const { state, load } = start();
      load.mockRejectedValue(error(code));
      state.subscribe(() => undefined);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(load).toHaveBeenCalledTimes(3);
      expect(loadState(state.get())).toMatchObject({ isPending: false, error: { code } });
    },
  );

  it.each(['not_member', 'not_found', 'closed', 'unauthenticated'] as const)(
    'E4 with %s is told at once',
    async (code) => {
      const { state, load } = start();
      load.mockRejectedValue(error(code));
      state.subscribe(() => undefined);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(load).toHaveBeenCalledTimes(1);
      expect(loadState(state.get()).error?.code).toBe(code);
    },
  );

  it('E4 is tried again when somebody watches anew', async () => {
    const { state, load } = start();
    load.mockRejectedValueOnce(error('not_member'));
    const stop = state.subscribe(() => undefined);
    await settle();
    stop();
    state.subscribe(() => undefined);
    await settle();
    expect(loadState(state.get())).toEqual({ isPending: false, error: null });
  });

  it('E4 is not put off by a platform that believes it is offline', async () => {
    onlineManager.setOnline(false);
    const { state } = start();
    state.subscribe(() => undefined);
    await settle();
    expect(state.get()?.data).toBe('loaded');
  });

  it('E4 what is no ConfabError is not shown as one', async () => {
    const { state, load } = start();
    load.mockRejectedValue(new TypeError('bug'));
    state.subscribe(() => undefined);
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
    expect(loadState(state.get())).toEqual({ isPending: false, error: null });
  });
});

describe('loads that are held', () => {
  it('E15.3 wait until what was stored is there, and are not needed then', async () => {
    const { state, cache, queryClient, load } = start();
    const reading = createDeferred<void>();
    cache.hold(reading.promise);
    state.subscribe(() => undefined);
    await settle();
    expect(load).not.toHaveBeenCalled();
    queryClient.setQueryData(KEY, 'stored');
    reading.resolve();
    await settle();
    expect(load).not.toHaveBeenCalled();
    expect(state.get()).toMatchObject({ data: 'stored', fetchStatus: 'idle', status: 'success' });
  });

  it('E15.3 begin when nothing was stored, and when another user holds them wait for that too', async () => {
    const { state, cache, load } = start();
    const [first, second] = [createDeferred<void>(), createDeferred<void>()];
    cache.hold(first.promise);
    state.subscribe(() => undefined);
    cache.hold(second.promise);
    first.resolve();
    await settle();
    expect(load).not.toHaveBeenCalled();
    second.resolve();
    await settle();
    expect(state.get()?.data).toBe('loaded');
  });
});

describe('data without a loader', () => {
  it('E5 is the fallback until it is written', () => {
    const { queryClient, cache } = start();
    const fallback = {};
    const data = queryData<object>(cache, keys.members, fallback);
    const listener = vi.fn();
    data.subscribe(listener);
    expect(data.get()).toBe(fallback);
    const written = { a: 1 };
    queryClient.setQueryData(keys.members, written);
    expect(data.get()).toBe(written);
    expect(listener).toHaveBeenCalled();
  });
});
