import { createClient } from '@supabase/supabase-js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSupabaseRealtime } from '../../src/adapters/supabase-realtime';
import { systemClock } from '../../src/adapters/system-clock';
import { createFakeRealtime, type FakeChannel } from '../../src/testing/fake-realtime';
import { settled } from '../../src/testing/settled';
import { describeRealtime, type RealtimeHarness } from './realtime.contract';
import { createScriptedServer } from './support/scripted-socket';

afterEach(() => vi.useRealTimers());

function createFake(): RealtimeHarness {
  const refused = new Set<string>();
  const realtime = createFakeRealtime({
    onOpen: (channel) => (refused.has(channel.topic) ? channel.deny() : channel.ready()),
  });
  const each = (topic: string, act: (channel: FakeChannel) => void) => realtime.channels(topic).forEach(act);
  return {
    realtime,
    refuse: (topic) => void refused.add(topic),
    emit: (topic, event, payload) => realtime.publish(topic, event, payload),
    presence: (topic, state) => each(topic, (channel) => channel.presence(state)),
    end: (topic) => each(topic, (channel) => channel.end()),
    lose() {
      for (const channel of realtime.channels()) {
        channel.lose();
        channel.ready();
      }
    },
    joins: (topic) => realtime.opened(topic),
    pushed: (topic) =>
      realtime
        .channels(topic)
        .flatMap(({ sent, tracked }) => [...sent.map(({ event }) => event), ...tracked.map(() => 'track')]),
    settle: settled,
  };
}

function createSupabase() {
  vi.useFakeTimers();
  const server = createScriptedServer();
  const supabase = createClient('http://127.0.0.1:9997', 'anon-key', {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: server.transport },
  });
  return {
    server,
    supabase,
    realtime: createSupabaseRealtime(supabase, systemClock),
    refuse: (topic: string) =>
      void server.answers.set(topic, 'Unauthorized: You do not have permissions to read from this Channel'),
    emit: server.emit,
    presence: (topic: string, state: object) =>
      server.emit(
        topic,
        'presence_state',
        Object.fromEntries(
          Object.entries(state).map(([key, metas]: [string, readonly object[]]) => [
            key,
            { metas: metas.map((meta, i) => ({ ...meta, phx_ref: `${key} ${i}` })) },
          ]),
        ),
      ),
    end: (topic: string) => server.end(topic, 'Token has expired 0 seconds ago'),
    lose: server.drop,
    joins: server.joins,
    pushed: server.pushed,
    settle: async () => void (await vi.advanceTimersByTimeAsync(4_000)),
  };
}

describeRealtime('the fake', createFake);
describeRealtime('Supabase', createSupabase);

describe('Supabase', () => {
  const opened = async () => {
    const all = createSupabase();
    const seen: string[] = [];
    const statuses = { onStatus: ({ type }: { readonly type: string }) => void seen.push(type) };
    all.realtime.open('inbox:me', { ...statuses, onBroadcast: () => undefined });
    await vi.advanceTimersByTimeAsync(100);
    return { ...all, seen };
  };

  it('E7.2 takes a join for ready after 3 seconds where the server never says so', async () => {
    const all = createSupabase();
    all.server.hasReadiness = false;
    const seen: string[] = [];
    all.realtime.open('inbox:me', { onStatus: ({ type }) => seen.push(type), onBroadcast: () => undefined });
    await vi.advanceTimersByTimeAsync(2_900);
    expect(seen).toEqual(['joined']);
    await vi.advanceTimersByTimeAsync(200);
    expect(seen).toEqual(['joined', 'ready']);
  });

  it('E7.8 gives up a socket that died unnoticed within seconds of waking, and joins again', async () => {
    const { realtime, server, seen } = await opened();
    server.isDead = true;
    await realtime.wake();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(['joined', 'ready']);
    server.isDead = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(seen).toEqual(['joined', 'ready', 'lost', 'joined', 'ready']);
  });

  it('E7.8 leaves a socket alone that answers, however often it is woken', async () => {
    const { realtime, server, seen } = await opened();
    for (let i = 0; i < 20; i++) {
      await realtime.wake();
      await vi.advanceTimersByTimeAsync(700);
    }
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.connects()).toBe(1);
    expect(seen).toEqual(['joined', 'ready']);
  });

  it('E7.8 connects at once when woken, instead of at its next attempt', async () => {
    const { realtime, server, seen } = await opened();
    server.isUp = false;
    server.drop();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(seen).not.toContain('closed');
    server.isUp = true;
    seen.length = 0;
    await realtime.wake();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen).toEqual(['joined', 'ready']);
  });

  it.each(['ChannelRateLimitReached: Too many channels', 'InvalidJWTToken: Token has expired 3 seconds ago'])(
    'E9.8 does not take “%s” for a denial',
    async (reason) => {
      const all = createSupabase();
      all.server.answers.set('inbox:me', reason);
      const seen: string[] = [];
      all.realtime.open('inbox:me', {
        onStatus: ({ type }) => seen.push(type),
        onBroadcast: () => undefined,
      });
      await vi.advanceTimersByTimeAsync(100);
      expect(seen).toEqual(['lost']);
      all.server.answers.clear();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(seen.slice(-2)).toEqual(['joined', 'ready']);
    },
  );
});
