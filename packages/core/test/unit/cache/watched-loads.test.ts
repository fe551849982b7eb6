import { QueryClient, QueryObserver } from '@tanstack/query-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCache, keys } from '../../../src/cache/cache';
import { queryState } from '../../../src/cache/query-readable';
import { error } from '../support/mutations';
import { CONVERSATION } from '../support/rows';

const KEY = keys.messages(CONVERSATION);
const GC_MS = 1_000;

function start() {
  const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: GC_MS, retryDelay: 0 } } });
  const cache = createCache(queryClient);
  const load = vi.fn<() => Promise<string>>(() => Promise.resolve('loaded'));
  const watch = () => queryState<string>(cache, KEY, load).subscribe(() => undefined);
  return { queryClient, cache, load, watch, data: () => queryClient.getQueryData(KEY) };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what is watched', () => {
  it('E13.5 stays however long, and is collected when it has not been watched for gcTime', async () => {
    const { watch, data } = start();
    const [stop, stopOther] = [watch(), watch()];
    await pass(10 * GC_MS);
    stop();
    await pass(10 * GC_MS);
    expect(data()).toBe('loaded');
    stopOther();
    await pass(GC_MS - 1);
    expect(data()).toBe('loaded');
    await pass(1);
    expect(data()).toBeUndefined();
  });

  it('E13.5 is not collected when somebody watches it again in time', async () => {
    const { watch, load, data } = start();
    watch()();
    await pass(GC_MS / 2);
    const stop = watch();
    await pass(10 * GC_MS);
    expect(data()).toBe('loaded');
    expect(load).toHaveBeenCalledTimes(1);
    stop();
    await pass(GC_MS);
    expect(data()).toBeUndefined();
  });

  it('E13.5 what was only written is collected too, unless the app observes it', async () => {
    const { queryClient, data } = start();
    queryClient.setQueryData(KEY, 'written');
    const stop = new QueryObserver(queryClient, { queryKey: KEY }).subscribe(() => undefined);
    await pass(10 * GC_MS);
    expect(data()).toBe('written');
    stop();
    await pass(GC_MS);
    expect(data()).toBeUndefined();
  });

  it('E13.5 a load that takes longer than gcTime is not cut off', async () => {
    const { load, watch, data } = start();
    load.mockImplementation(() => new Promise((resolve) => setTimeout(() => resolve('late'), 2.5 * GC_MS)));
    watch()();
    await pass(2.5 * GC_MS);
    expect(data()).toBe('late');
    await pass(GC_MS);
    expect(data()).toBeUndefined();
  });

  it('D4 is loaded again when the app removes it, once however many watch', async () => {
    const { queryClient, watch, load, data } = start();
    watch();
    watch();
    await settle();
    queryClient.clear();
    await settle();
    expect(load).toHaveBeenCalledTimes(2);
    expect(data()).toBe('loaded');
  });

  it('E4 is loaded again when what it failed for is over, and nothing else is', async () => {
    const { cache, watch, load } = start();
    load.mockRejectedValueOnce(error('not_member'));
    const stop = watch();
    await settle();
    cache.loads.reload(({ state: { error } }) => error === null);
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
    cache.loads.reload(({ state: { error } }) => error !== null);
    await settle();
    expect(load).toHaveBeenCalledTimes(2);
    stop();
    cache.loads.reload(() => true);
    await settle();
    expect(load).toHaveBeenCalledTimes(2);
  });
});
