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

function createSupabase(accessToken?: () => Promise<string>) {
  vi.useFakeTimers();
  const server = createScriptedServer();
  const supabase = createClient('http://127.0.0.1:9997', 'anon-key', {
    auth: { persistSession: false, autoRefreshToken: false },
    ...(accessToken && { accessToken }),
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
describeRealtime('Supabase', () => createSupabase());

describe('Supabase', () => {
  const opened = async (accessToken?: () => Promise<string>) => {
    const all = createSupabase(accessToken);
    const seen: string[] = [];
    const statuses = { onStatus: ({ type }: { readonly type: string }) => void seen.push(type) };
    const channel = all.realtime.open('inbox:me', {
      ...statuses,
      onBroadcast: (event) => void seen.push(event),
    });
    await vi.advanceTimersByTimeAsync(100);
    return { ...all, channel, seen };
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

  describe('a second client on one supabase-js client', () => {
    /** Two that have opened a topic, one after the other. */
    const both = async () => {
      const first = await opened();
      const seen: string[] = [];
      const second = createSupabaseRealtime(first.supabase, systemClock);
      const open = () =>
        second.open('inbox:me', {
          onStatus: ({ type }) => seen.push(type),
          onBroadcast: (event) => seen.push(event),
        });
      return { ...first, open, late: seen };
    };

    it('E9.11 is live beside the first, and after it has gone', async () => {
      const { server, channel, open, seen, late } = await both();
      const other = open();
      await vi.advanceTimersByTimeAsync(100);
      server.emit('inbox:me', 'change', {});
      await vi.advanceTimersByTimeAsync(100);
      expect([seen, late]).toEqual([
        ['joined', 'ready', 'change'],
        ['joined', 'ready', 'change'],
      ]);
      channel.close();
      await vi.advanceTimersByTimeAsync(100);
      server.emit('inbox:me', 'change', {});
      await vi.advanceTimersByTimeAsync(100);
      server.drop();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(seen).toEqual(['joined', 'ready', 'change']);
      expect(late).toEqual(['joined', 'ready', 'change', 'change', 'lost', 'joined', 'ready']);
      other.close();
      await vi.advanceTimersByTimeAsync(100);
      expect(server.joins('inbox:me')).toBe(2);
    });

    it.each(['before', 'while'])('E9.11 is live when the first goes %s it joins', async (when) => {
      const { channel, open, late, supabase } = await both();
      if (when === 'before') channel.close();
      open();
      if (when === 'while') channel.close();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(late).toEqual(['joined', 'ready']);
      expect(supabase.realtime.getChannels()).toHaveLength(1);
    });

    it('E9.7 both are told when the server closes it, and join it again together', async () => {
      const { server, open, seen, late } = await both();
      open();
      await vi.advanceTimersByTimeAsync(100);
      server.end('inbox:me', 'Token has expired 0 seconds ago');
      await vi.advanceTimersByTimeAsync(100);
      expect([seen.at(-1), late.at(-1)]).toEqual(['closed', 'closed']);
      open();
      open();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(late.slice(-4)).toEqual(['joined', 'joined', 'ready', 'ready']);
      expect(server.joins('inbox:me')).toBe(2);
    });

    it('E9.11 waits for a channel of that topic which the app itself has made', async () => {
      const { supabase, realtime } = createSupabase();
      const own = supabase.channel('inbox:me').subscribe();
      await vi.advanceTimersByTimeAsync(100);
      const seen: string[] = [];
      const open = () =>
        realtime.open('inbox:me', { onStatus: ({ type }) => seen.push(type), onBroadcast: () => undefined });
      open();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(seen).toEqual(['closed']);
      await supabase.removeChannel(own);
      open();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(seen).toEqual(['closed', 'joined', 'ready']);
    });

    it('E9.7 is told when the app removes all channels, and joins again', async () => {
      const { supabase, open, seen, late } = await both();
      open();
      await vi.advanceTimersByTimeAsync(100);
      await supabase.removeAllChannels();
      await vi.advanceTimersByTimeAsync(100);
      expect([seen.at(-1), late.at(-1)]).toEqual(['closed', 'closed']);
      open();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(late.slice(-2)).toEqual(['joined', 'ready']);
    });
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

  it('E7.8 connects at once when woken while the token cannot be renewed', async () => {
    let isHanging = false;
    const { realtime, server, seen } = await opened(() =>
      isHanging ? new Promise(() => undefined) : Promise.resolve('token'),
    );
    isHanging = true;
    server.isUp = false;
    server.drop();
    await vi.advanceTimersByTimeAsync(25_000);
    server.isUp = true;
    seen.length = 0;
    void realtime.wake();
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
