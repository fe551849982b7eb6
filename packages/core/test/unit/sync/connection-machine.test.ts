import { describe, expect, it } from 'vitest';
import {
  tickAt,
  transition,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
} from '../../../src/sync/connection-machine';
import { createSeededRandom } from '../../../src/testing/seeded-random';

type StateOf<T extends ConnectionState['type']> = Extract<ConnectionState, { type: T }>;
type EventOf<T extends ConnectionEvent['type']> = Extract<ConnectionEvent, { type: T }>;

/** States and events, with one name for each variant that behaves in its own way. */
type StateName =
  | Exclude<ConnectionState['type'], 'polling' | 'offline'>
  | StateOf<'polling'>['reason']
  | StateOf<'offline'>['reason'];
type EventName =
  | Exclude<ConnectionEvent['type'], 'network' | 'pull_failed'>
  | 'events_lost_again'
  | 'network_back'
  | 'network_gone'
  | `pull_failed_${EventOf<'pull_failed'>['failure']}`;
type Cell = readonly [to: StateName, ...effects: ConnectionEffect[]];

const NOW = 1_000_000;
const HALF = 0.5;

const states: Record<StateName, ConnectionState> = {
  idle: { type: 'idle' },
  connecting: { type: 'connecting', attempt: 0, retryAt: NOW },
  catching_up: { type: 'catching_up', attempt: 0, retryAt: NOW },
  live: { type: 'live', nextPullAt: NOW },
  realtime_unavailable: { type: 'polling', reason: 'realtime_unavailable', attempt: 0, nextPullAt: NOW },
  realtime_denied: { type: 'polling', reason: 'realtime_denied', attempt: 0, nextPullAt: NOW },
  no_network: { type: 'offline', reason: 'no_network', attempt: 0, retryAt: NOW },
  unreachable: { type: 'offline', reason: 'unreachable', attempt: 1, retryAt: NOW },
  auth_required: { type: 'auth_required' },
  closed: { type: 'closed' },
};

const events: Record<EventName, ConnectionEvent> = {
  signed_in: { type: 'signed_in' },
  signed_out: { type: 'signed_out' },
  network_back: { type: 'network', isOnline: true },
  network_gone: { type: 'network', isOnline: false },
  woke: { type: 'woke' },
  retry: { type: 'retry' },
  channel_ready: { type: 'channel_ready' },
  channel_lost: { type: 'channel_lost' },
  channel_denied: { type: 'channel_denied' },
  events_lost: { type: 'events_lost', isRepeated: false },
  events_lost_again: { type: 'events_lost', isRepeated: true },
  caught_up: { type: 'caught_up' },
  pull_failed_network: { type: 'pull_failed', failure: 'network' },
  pull_failed_auth: { type: 'pull_failed', failure: 'auth' },
  pull_failed_other: { type: 'pull_failed', failure: 'other' },
  tick: { type: 'tick' },
  close: { type: 'close' },
};

/** Nobody is signed in: only a session or the end changes that. */
const asleep = (name: StateName): Record<EventName, Cell> => ({
  signed_in: ['connecting', 'open_channel', 'pull'],
  signed_out: ['idle', 'close_channel'],
  network_back: [name],
  network_gone: [name],
  woke: [name],
  retry: [name],
  channel_ready: [name],
  channel_lost: [name],
  channel_denied: [name],
  events_lost: [name],
  events_lost_again: [name],
  caught_up: [name],
  pull_failed_network: [name],
  pull_failed_auth: [name],
  pull_failed_other: [name],
  tick: [name],
  close: ['closed', 'close_channel'],
});

/** The whole machine. A state or event without its cell does not compile. */
const table: Record<StateName, Record<EventName, Cell>> = {
  idle: asleep('idle'),
  connecting: {
    signed_in: ['connecting'],
    signed_out: ['idle', 'close_channel'],
    network_back: ['connecting'],
    network_gone: ['no_network'],
    woke: ['connecting', 'open_channel', 'pull'],
    retry: ['connecting', 'open_channel', 'pull'],
    channel_ready: ['catching_up', 'pull'],
    channel_lost: ['connecting', 'pull'],
    channel_denied: ['realtime_denied', 'pull'],
    events_lost: ['connecting'],
    events_lost_again: ['connecting'],
    caught_up: ['connecting'],
    pull_failed_network: ['unreachable'],
    pull_failed_auth: ['auth_required', 'close_channel'],
    pull_failed_other: ['connecting'],
    tick: ['realtime_unavailable', 'open_channel', 'pull'],
    close: ['closed', 'close_channel'],
  },
  catching_up: {
    signed_in: ['catching_up'],
    signed_out: ['idle', 'close_channel'],
    network_back: ['catching_up'],
    network_gone: ['no_network'],
    woke: ['catching_up', 'open_channel', 'pull'],
    retry: ['connecting', 'open_channel', 'pull'],
    channel_ready: ['catching_up', 'pull'],
    channel_lost: ['connecting', 'pull'],
    channel_denied: ['realtime_denied', 'pull'],
    events_lost: ['catching_up'],
    events_lost_again: ['catching_up'],
    caught_up: ['live'],
    pull_failed_network: ['unreachable'],
    pull_failed_auth: ['auth_required', 'close_channel'],
    pull_failed_other: ['catching_up'],
    tick: ['catching_up', 'pull'],
    close: ['closed', 'close_channel'],
  },
  live: {
    signed_in: ['live'],
    signed_out: ['idle', 'close_channel'],
    network_back: ['live'],
    network_gone: ['no_network'],
    woke: ['catching_up', 'open_channel', 'pull'],
    retry: ['connecting', 'open_channel', 'pull'],
    channel_ready: ['catching_up', 'pull'],
    channel_lost: ['connecting', 'pull'],
    channel_denied: ['realtime_denied', 'pull'],
    events_lost: ['connecting', 'close_channel', 'open_channel', 'pull'],
    events_lost_again: ['realtime_unavailable', 'close_channel', 'pull'],
    caught_up: ['live'],
    pull_failed_network: ['unreachable'],
    pull_failed_auth: ['auth_required', 'close_channel'],
    pull_failed_other: ['catching_up'],
    tick: ['live', 'pull'],
    close: ['closed', 'close_channel'],
  },
  realtime_unavailable: {
    signed_in: ['realtime_unavailable'],
    signed_out: ['idle', 'close_channel'],
    network_back: ['realtime_unavailable'],
    network_gone: ['no_network'],
    woke: ['realtime_unavailable', 'open_channel', 'pull'],
    retry: ['connecting', 'open_channel', 'pull'],
    channel_ready: ['catching_up', 'pull'],
    channel_lost: ['realtime_unavailable'],
    channel_denied: ['realtime_denied', 'pull'],
    events_lost: ['realtime_unavailable'],
    events_lost_again: ['realtime_unavailable'],
    caught_up: ['realtime_unavailable'],
    pull_failed_network: ['unreachable'],
    pull_failed_auth: ['auth_required', 'close_channel'],
    pull_failed_other: ['realtime_unavailable'],
    tick: ['realtime_unavailable', 'open_channel', 'pull'],
    close: ['closed', 'close_channel'],
  },
  realtime_denied: {
    // A renewed session may be allowed what the one before was not.
    signed_in: ['connecting', 'open_channel', 'pull'],
    signed_out: ['idle', 'close_channel'],
    network_back: ['realtime_denied'],
    network_gone: ['no_network'],
    woke: ['realtime_denied', 'pull'],
    retry: ['connecting', 'open_channel', 'pull'],
    channel_ready: ['catching_up', 'pull'],
    channel_lost: ['realtime_denied'],
    channel_denied: ['realtime_denied', 'pull'],
    events_lost: ['realtime_denied'],
    events_lost_again: ['realtime_denied'],
    caught_up: ['realtime_denied'],
    pull_failed_network: ['unreachable'],
    pull_failed_auth: ['auth_required', 'close_channel'],
    pull_failed_other: ['realtime_denied'],
    // Asking for the topic again would be denied again.
    tick: ['realtime_denied', 'pull'],
    close: ['closed', 'close_channel'],
  },
  no_network: {
    signed_in: ['no_network'],
    signed_out: ['idle', 'close_channel'],
    network_back: ['connecting', 'open_channel', 'pull'],
    network_gone: ['no_network'],
    woke: ['connecting', 'open_channel', 'pull'],
    retry: ['connecting', 'open_channel', 'pull'],
    channel_ready: ['catching_up', 'pull'],
    channel_lost: ['no_network'],
    channel_denied: ['realtime_denied', 'pull'],
    events_lost: ['no_network'],
    events_lost_again: ['no_network'],
    caught_up: ['connecting', 'open_channel'],
    pull_failed_network: ['unreachable'],
    pull_failed_auth: ['auth_required', 'close_channel'],
    pull_failed_other: ['no_network'],
    // What the platform says of the network is not always so.
    tick: ['no_network', 'open_channel', 'pull'],
    close: ['closed', 'close_channel'],
  },
  unreachable: {
    signed_in: ['unreachable'],
    signed_out: ['idle', 'close_channel'],
    network_back: ['connecting', 'open_channel', 'pull'],
    network_gone: ['no_network'],
    woke: ['connecting', 'open_channel', 'pull'],
    retry: ['connecting', 'open_channel', 'pull'],
    channel_ready: ['catching_up', 'pull'],
    channel_lost: ['unreachable'],
    channel_denied: ['realtime_denied', 'pull'],
    events_lost: ['unreachable'],
    events_lost_again: ['unreachable'],
    caught_up: ['connecting', 'open_channel'],
    pull_failed_network: ['unreachable'],
    pull_failed_auth: ['auth_required', 'close_channel'],
    pull_failed_other: ['unreachable'],
    tick: ['unreachable', 'open_channel', 'pull'],
    close: ['closed', 'close_channel'],
  },
  auth_required: { ...asleep('auth_required'), retry: ['connecting', 'open_channel', 'pull'] },
  closed: {
    signed_in: ['closed'],
    signed_out: ['closed'],
    network_back: ['closed'],
    network_gone: ['closed'],
    woke: ['closed'],
    retry: ['closed'],
    channel_ready: ['closed'],
    channel_lost: ['closed'],
    channel_denied: ['closed'],
    events_lost: ['closed'],
    events_lost_again: ['closed'],
    caught_up: ['closed'],
    pull_failed_network: ['closed'],
    pull_failed_auth: ['closed'],
    pull_failed_other: ['closed'],
    tick: ['closed'],
    close: ['closed'],
  },
};

function nameOf(state: ConnectionState): StateName {
  return 'reason' in state ? state.reason : state.type;
}

const stateNames = Object.keys(states) as StateName[];
const eventNames = Object.keys(events) as EventName[];
const cells = stateNames.flatMap((from) =>
  eventNames.map((event) => [from, event, table[from][event][0], table[from][event]] as const),
);

const step = (state: ConnectionState, event: EventName, now = NOW, random = HALF) =>
  transition(state, events[event], now, random);

/** Goes through events one after the other, and returns the last state. */
const walk = (from: ConnectionState, ...names: readonly EventName[]) =>
  names.reduce((state, name) => step(state, name).state, from);

describe('the table', () => {
  it.each(cells)('E9.1 %s on %s → %s', (from, event, _to, cell) => {
    const { state, effects } = step(states[from], event);
    expect([nameOf(state), ...effects]).toEqual(cell);
  });
});

describe('ticks', () => {
  const ticking = stateNames.filter((name) => tickAt(states[name]) !== null);

  it('E9.3 states in which somebody is signed in want one, the others never', () => {
    const wanting = stateNames.filter((name) => tickAt(states[name]) !== null);
    expect(wanting).toEqual([
      'connecting',
      'catching_up',
      'live',
      'realtime_unavailable',
      'realtime_denied',
      'no_network',
      'unreachable',
    ]);
  });

  it.each(ticking)(
    'E8.3 a tick in %s is followed by a later one, so that nothing spins and nothing stops',
    (name) => {
      for (const random of [0, HALF, 0.999]) {
        expect(tickAt(step(states[name], 'tick', NOW, random).state)).toBeGreaterThan(NOW);
      }
    },
  );

  it.each(ticking)('E8.3 ticks alone bring a pull within 70 seconds in %s', (name) => {
    const entered = name === 'connecting' ? step(states.idle, 'signed_in').state : states[name];
    let state = entered;
    let now = NOW;
    for (let i = 0; i < 20; i++) {
      now = Math.max(now, tickAt(state) ?? now);
      const next = step(state, 'tick', now);
      if (next.effects.includes('pull')) break;
      state = next.state;
    }
    expect(now - NOW).toBeLessThan(70_000);
    expect(step(state, 'tick', now).effects).toContain('pull');
  });

  it('E8.1 live pulls about every minute, spread by chance', () => {
    const at = (random: number) => tickAt(step(states.live, 'tick', NOW, random).state);
    expect([at(0), at(0.5), at(1)]).toEqual([NOW + 54_000, NOW + 60_000, NOW + 66_000]);
  });

  it('E8.2 polling slows down while nothing comes of it, up to 20 seconds, and a pull that succeeds sets it back', () => {
    let state = states.realtime_unavailable;
    const waits: number[] = [];
    for (let i = 0; i < 25; i++) {
      state = step(state, 'tick', NOW, 0).state;
      waits.push((tickAt(state) ?? 0) - NOW);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]).toBe(4_000);
    expect(waits.at(-1)).toBe(20_000);
    const after = step(step(state, 'caught_up').state, 'tick', NOW, 0).state;
    expect((tickAt(after) ?? 0) - NOW).toBe(4_000);
  });

  it('E9.13 an unreachable server is asked less and less often, up to every half minute', () => {
    let state = states.live;
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      state = step(state, 'pull_failed_network', NOW, 0.999).state;
      waits.push((tickAt(state) ?? 0) - NOW);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]).toBeLessThanOrEqual(1_500);
    expect(waits.at(-1)).toBeLessThanOrEqual(30_500);
    expect(waits.at(-1)).toBeGreaterThan(29_000);
  });

  it('E9.13 never asks again at once, whatever chance says', () => {
    const state = step(states.live, 'pull_failed_network', NOW, 0).state;
    expect(tickAt(state)).toBeGreaterThanOrEqual(NOW + 500);
    expect(tickAt(step(states.live, 'pull_failed_other', NOW, 0).state)).toBeGreaterThanOrEqual(NOW + 500);
  });
});

describe('joining', () => {
  it('E8.4 a socket that fails again and again does not put off the deadline', () => {
    const first = step(states.idle, 'signed_in', NOW).state;
    const later = step(step(first, 'channel_lost', NOW + 1_000).state, 'channel_lost', NOW + 2_000).state;
    expect(later.type).toBe('connecting');
    expect(tickAt(later)).toBe(tickAt(first));
  });

  it('E8.4 polls as soon as a join has failed and the server answers', () => {
    const joining = step(states.idle, 'signed_in').state;
    expect(nameOf(walk(joining, 'caught_up'))).toBe('connecting');
    expect(nameOf(walk(joining, 'caught_up', 'channel_lost', 'caught_up'))).toBe('realtime_unavailable');
  });

  it('E9.6 a channel that is lost is first waited for, as it mostly comes back at once', () => {
    const lost = walk(states.live, 'channel_lost', 'caught_up');
    expect(nameOf(lost)).toBe('connecting');
    expect(nameOf(walk(lost, 'channel_lost', 'caught_up'))).toBe('realtime_unavailable');
    expect(nameOf(walk(lost, 'channel_ready', 'caught_up'))).toBe('live');
  });

  it('E7.4 catching up when awake again shows no other state on the way', () => {
    expect(nameOf(walk(states.live, 'woke', 'channel_ready'))).toBe('catching_up');
    expect(nameOf(walk(states.live, 'woke', 'woke', 'channel_ready', 'caught_up'))).toBe('live');
  });

  it('E7.1 is live only after a pull that follows the join', () => {
    const joining = step(states.idle, 'signed_in').state;
    expect(nameOf(walk(joining, 'caught_up'))).toBe('connecting');
    expect(nameOf(walk(joining, 'channel_ready'))).toBe('catching_up');
    expect(nameOf(walk(joining, 'channel_ready', 'caught_up'))).toBe('live');
    expect(nameOf(walk(states.realtime_unavailable, 'channel_ready'))).toBe('catching_up');
  });

  it('E9.4 the session that comes back ends auth_required, as asking for another attempt does, and nothing else', () => {
    const over = walk(states.live, 'pull_failed_auth');
    expect(nameOf(walk(over, 'woke', 'network_back', 'tick', 'channel_ready', 'caught_up'))).toBe(
      'auth_required',
    );
    for (const way of ['signed_in', 'retry'] as const)
      expect(nameOf(walk(over, way, 'channel_ready', 'caught_up'))).toBe('live');
  });

  it('E9.13 counts attempts to catch up while the server cannot serve the pull', () => {
    const failing = walk(states.live, 'pull_failed_other', 'pull_failed_other', 'pull_failed_other');
    expect(failing).toMatchObject({ type: 'catching_up', attempt: 3 });
    expect(walk(failing, 'tick')).toMatchObject({ type: 'catching_up', attempt: 3 });
    expect(walk(failing, 'caught_up', 'pull_failed_other')).toMatchObject({ attempt: 1 });
  });
});

describe('another user', () => {
  it.each(stateNames.filter((name) => name !== 'closed'))(
    'E9.5 signing out and in begins anew from %s, and leaves what was joined',
    (name) => {
      const out = step(states[name], 'signed_out');
      expect(out).toEqual({ state: { type: 'idle' }, effects: ['close_channel'] });
      for (const late of ['caught_up', 'channel_ready', 'channel_lost', 'pull_failed_auth', 'tick'] as const)
        expect(step(out.state, late)).toEqual({ state: out.state, effects: [] });
      expect(step(out.state, 'signed_in').state).toMatchObject({ type: 'connecting', attempt: 0 });
    },
  );
});

describe('closed', () => {
  it('E9.2 is terminal, and the only state that is', () => {
    for (const name of stateNames) {
      const leaving = eventNames.filter((event) => nameOf(step(states[name], event).state) !== name);
      expect(leaving.length === 0, name).toBe(name === 'closed');
    }
  });

  it('E9.2 does nothing more, whatever comes', () => {
    for (const event of eventNames)
      expect(step(states.closed, event)).toEqual({ state: states.closed, effects: [] });
  });
});

describe('any sequence of events', () => {
  it('E9.3 a session is never left behind: working states always have a tick ahead or due', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createSeededRandom(seed);
      let state = states.idle;
      let now = NOW;
      let isSignedIn = false;
      const log: EventName[] = [];
      for (let i = 0; i < 60; i++) {
        const event = random.pick(eventNames.filter((name) => name !== 'close'));
        log.push(event);
        if (event === 'tick') now = Math.max(now, tickAt(state) ?? now);
        else now += random.int(2_000);
        const isOver = state.type === 'auth_required';
        state = step(state, event, now, random.next()).state;
        if (event === 'signed_in' || (event === 'retry' && isOver)) isSignedIn = true;
        if (event === 'signed_out') isSignedIn = false;
        if (state.type === 'auth_required') isSignedIn = false;
        const at = tickAt(state);
        expect(at !== null, `seed ${seed}: ${log.join(' ')}`).toBe(isSignedIn);
        if (at !== null) expect(at - now, `seed ${seed}: ${log.join(' ')}`).toBeLessThan(67_000);
      }
    }
  });
});
