import { describe, expect, it } from 'vitest';
import type { PresenceMetas, Realtime } from '../../src/ports';

/** A server for one client. */
export interface RealtimeHarness {
  readonly realtime: Realtime;
  /** Joins of this topic are refused from now on. */
  refuse(topic: string): void;
  emit(topic: string, event: string, payload: unknown): void;
  presence(topic: string, state: PresenceMetas): void;
  /** The server closes the channel. */
  end(topic: string): void;
  /** All connections break, and can be made again. */
  lose(): void;
  /** How often the topic was joined or asked for. */
  joins(topic: string): number;
  /** Names of broadcasts that left, and `track` for every presence that did. */
  pushed(topic: string): readonly string[];
  /** Lets some seconds pass. */
  settle(): Promise<void>;
}

/** The contract of the port; every implementation keeps it. */
export function describeRealtime(
  name: string,
  create: () => Promise<RealtimeHarness> | RealtimeHarness,
): void {
  describe(`the contract of realtime: ${name}`, () => {
    const setup = async () => {
      const harness = await create();
      const seen: string[] = [];
      const open = (topic: string) =>
        harness.realtime.open(
          topic,
          {
            onStatus: ({ type }) => seen.push(type),
            onBroadcast: (event, payload) => seen.push(`${event} ${JSON.stringify(payload)}`),
            onPresence: (state) => {
              const people = Object.entries(state).map(
                ([key, [meta]]) => `${key}=${String(meta?.['state'])}`,
              );
              if (people.length > 0) seen.push(people.join());
            },
          },
          'me',
        );
      return { ...harness, seen, open };
    };

    it('E7.2 is joined, then ready, then brings events and presence', async () => {
      const { open, emit, presence, settle, seen, joins } = await setup();
      open('room:1');
      await settle();
      expect(seen).toEqual(['joined', 'ready']);
      emit('room:1', 'change', { n: 1 });
      emit('room:2', 'change', { n: 2 });
      await settle();
      presence('room:1', { bob: [{ state: 'away' }] });
      await settle();
      expect(seen).toEqual(['joined', 'ready', 'change {"n":1}', 'bob=away']);
      expect(joins('room:1')).toBe(1);
    });

    it('E9.8 is dead once it is denied', async () => {
      const { open, refuse, settle, seen, joins, emit, pushed } = await setup();
      refuse('room:1');
      const channel = open('room:1');
      for (let i = 0; i < 10; i++) await settle();
      emit('room:1', 'change', {});
      channel.send('typing', {});
      await settle();
      expect(seen).toEqual(['denied']);
      expect(joins('room:1')).toBe(1);
      expect(pushed('room:1')).toEqual([]);
      channel.close();
    });

    it('E9.6 comes back by itself after a loss', async () => {
      const { open, lose, settle, emit, seen } = await setup();
      open('room:1');
      await settle();
      lose();
      await settle();
      expect(seen.slice(0, 3)).toEqual(['joined', 'ready', 'lost']);
      expect(seen.slice(-2)).toEqual(['joined', 'ready']);
      emit('room:1', 'change', {});
      await settle();
      expect(seen.at(-1)).toBe('change {}');
    });

    it('E9.7 is dead once the server has closed it; another one may be opened', async () => {
      const { open, end, settle, seen, joins } = await setup();
      open('room:1');
      await settle();
      end('room:1');
      for (let i = 0; i < 10; i++) await settle();
      expect(seen).toEqual(['joined', 'ready', 'closed']);
      expect(joins('room:1')).toBe(1);
      open('room:1');
      await settle();
      expect(seen.slice(3)).toEqual(['joined', 'ready']);
    });

    it('E9.6 sends only while joined', async () => {
      const { open, settle, pushed } = await setup();
      const channel = open('room:1');
      channel.send('early', {});
      channel.track({ state: 'online' });
      await settle();
      channel.send('typing', { n: 1 });
      channel.track({ state: 'online' });
      await settle();
      channel.close();
      channel.send('late', {});
      channel.track({ state: 'away' });
      await settle();
      expect(pushed('room:1').filter((event) => event !== 'untrack')).toEqual(['typing', 'track']);
    });

    it('E9.12 tells nothing after it was closed, and can be opened again at once', async () => {
      const { open, emit, settle, seen } = await setup();
      open('room:1').close();
      const second = open('room:1');
      await settle();
      expect(seen).toEqual(['joined', 'ready']);
      second.close();
      emit('room:1', 'change', {});
      await settle();
      expect(seen).toEqual(['joined', 'ready']);
      open('room:1');
      await settle();
      expect(seen).toEqual(['joined', 'ready', 'joined', 'ready']);
    });

    it('E7.4 can be woken at any time, and goes on', async () => {
      const { realtime, open, settle, seen } = await setup();
      await realtime.wake();
      open('room:1');
      await realtime.wake();
      await settle();
      await realtime.wake();
      for (let i = 0; i < 3; i++) await settle();
      expect(seen).toEqual(['joined', 'ready']);
    });
  });
}
