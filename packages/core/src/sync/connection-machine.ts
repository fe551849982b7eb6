import type { ConfabError } from '../errors/confab-error';
import { backoffMs, type BackoffBounds } from '../lib/backoff';

/**
 * The connection (rule E9), as the table of its test has it, cell for cell. Every state but `closed` also takes
 * `signed_out` → idle and `close` → closed; every one that is signed in takes `network` lost and `pull_failed`
 * (network) → offline, `pull_failed` (auth) → auth_required, `channel_denied` → polling and `retry` → connecting.
 *
 * ```
 *                       ┌────── channel_lost ◀───────┬───────────────────┐
 *                       ▼                            │                   │
 *  idle ─signed_in─▶ connecting ─channel_ready─▶ catching_up ─caught_up─▶ live
 *                     ▲     │                        ▲  ▲                │
 *                     │     │ tick (no channel in    │  └────────────────┘
 *      network is back│     │ time), caught_up after │    woke, channel_ready, pull_failed (other)
 *      woke, caught_up│     │ a failed join          │channel_ready
 *                     │     ▼                        │
 *                 offline  polling ──────────────────┘
 *
 *  auth_required ─signed_in, retry─▶ connecting; live ─events_lost─▶ connecting, or polling when repeated
 * ```
 */
export type ConnectionState =
  /** Nobody is signed in. */
  | { readonly type: 'idle' }
  /** Joining the inbox; what is cached is shown meanwhile. */
  | { readonly type: 'connecting'; readonly attempt: number; readonly retryAt: number }
  /** The inbox is live; changes missed before that are being pulled, live ones are held back (rule E7). */
  | { readonly type: 'catching_up'; readonly attempt: number; readonly retryAt: number }
  /** Up to date; a pull every minute makes sure (rule E8). */
  | { readonly type: 'live'; readonly nextPullAt: number }
  /** No realtime; changes are pulled (rule E8). */
  | {
      readonly type: 'polling';
      readonly reason: 'realtime_unavailable' | 'realtime_denied';
      readonly attempt: number;
      readonly nextPullAt: number;
    }
  /** The server cannot be reached. */
  | {
      readonly type: 'offline';
      readonly reason: 'no_network' | 'unreachable';
      readonly attempt: number;
      readonly retryAt: number;
    }
  /** The session is over; the app must sign in again. Writes wait. */
  | { readonly type: 'auth_required' }
  /** `close()` was called. */
  | { readonly type: 'closed' };

export type ConnectionEvent =
  | { readonly type: 'signed_in' }
  | { readonly type: 'signed_out' }
  | { readonly type: 'network'; readonly isOnline: boolean }
  /** Visible again, or resumed from sleep. */
  | { readonly type: 'woke' }
  /** The user asked for another attempt. */
  | { readonly type: 'retry' }
  | { readonly type: 'channel_ready' }
  | { readonly type: 'channel_lost' }
  | { readonly type: 'channel_denied' }
  /** Events do not arrive, though the channel is live. `isRepeated`: they did not come back since it was said last. */
  | { readonly type: 'events_lost'; readonly isRepeated: boolean }
  | { readonly type: 'caught_up' }
  | { readonly type: 'pull_failed'; readonly failure: 'network' | 'auth' | 'other' }
  /** The time in the state's `retryAt` or `nextPullAt` has come. */
  | { readonly type: 'tick' }
  | { readonly type: 'close' };

export type ConnectionEffect =
  /** Refresh the token and join the inbox, unless it is joined: then say `channel_ready` again. */
  | 'open_channel'
  | 'close_channel'
  /** Pull until nothing is left, then say `caught_up` or `pull_failed`. */
  | 'pull';

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/** How long a join may take before changes are polled instead; a join that fails sooner is not waited for. */
const JOIN_TIMEOUT_MS = 5_000;
const RETRY: BackoffBounds = { baseMs: 1_000, maxMs: 30_000 };
const LIVE_PULL_MS = 60_000;
const POLL: BackoffBounds = { baseMs: 3_000, maxMs: 20_000 };

/** When the state wants a `tick`; null for never. */
export function tickAt(state: ConnectionState): number | null {
  switch (state.type) {
    case 'connecting':
    case 'catching_up':
    case 'offline':
      return state.retryAt;
    case 'live':
    case 'polling':
      return state.nextPullAt;
    case 'idle':
    case 'auth_required':
    case 'closed':
      return null;
  }
}

/** The next state and what to do on the way. `random` in [0, 1) spreads retries and pulls. */
export function transition(
  state: ConnectionState,
  event: ConnectionEvent,
  now: number,
  random: number,
): Transition {
  if (state.type === 'closed') return { state, effects: [] };
  switch (event.type) {
    case 'close':
      return { state: { type: 'closed' }, effects: ['close_channel'] };
    case 'signed_out':
      return { state: { type: 'idle' }, effects: ['close_channel'] };
    default:
      break;
  }
  if (state.type === 'idle' || state.type === 'auth_required') {
    const isAsked = event.type === 'signed_in' || (event.type === 'retry' && state.type === 'auth_required');
    return isAsked ? connect(now, random) : stay(state);
  }
  return connected(state, event, now, random);
}

type Working = Exclude<ConnectionState, { type: 'idle' | 'auth_required' | 'closed' }>;
type WorkingEvent = Exclude<ConnectionEvent, { type: 'close' | 'signed_out' }>;

/** States in which somebody is signed in. */
function connected(state: Working, event: WorkingEvent, now: number, random: number): Transition {
  switch (event.type) {
    case 'signed_in':
      // A renewed session may allow what the one before did not.
      return isDenied(state) ? connect(now, random) : stay(state);
    case 'network':
      if (!event.isOnline)
        return stay({ type: 'offline', reason: 'no_network', attempt: 0, retryAt: now + LIVE_PULL_MS });
      return state.type === 'offline' ? connect(now, random) : stay(state);
    case 'woke':
      return woke(state, now, random);
    case 'retry':
      return connect(now, random);
    case 'channel_ready':
      // Every join is followed by a pull that begins after it (rule E7), also one that nothing announced.
      return catchUp(state.type === 'catching_up' ? state.attempt : 0, now, random);
    case 'channel_lost':
      if (state.type === 'offline' || state.type === 'polling') return stay(state);
      // The pull tells whether the server is away or only the socket, and brings what comes meanwhile.
      return {
        state:
          state.type === 'connecting'
            ? // The deadline stays: a socket that fails again and again must not put off polling.
              { ...state, attempt: state.attempt + 1 }
            : connecting(now, random),
        effects: ['pull'],
      };
    case 'channel_denied':
      // Asking again would freeze the socket for seconds.
      return poll('realtime_denied', 0, now, random, ['pull']);
    case 'events_lost':
      return eventsLost(state, event.isRepeated, now, random);
    case 'caught_up':
      return caughtUp(state, now, random);
    case 'pull_failed':
      return pullFailed(state, event.failure, now, random);
    case 'tick':
      return tick(state, now, random);
  }
}

/** The socket may be dead without knowing it, and events may have been missed: join and pull (rule E7). */
function woke(state: Working, now: number, random: number): Transition {
  switch (state.type) {
    case 'live':
    case 'catching_up':
      return { ...catchUp(0, now, random), effects: ['open_channel', 'pull'] };
    case 'polling':
      return poll(state.reason, 0, now, random, isDenied(state) ? ['pull'] : ['open_channel', 'pull']);
    case 'connecting':
    case 'offline':
      return connect(now, random);
  }
}

/** The server has to prove with another join that events arrive (rule E8); where that has proved nothing it polls first. */
function eventsLost(state: Working, isRepeated: boolean, now: number, random: number): Transition {
  if (state.type !== 'live') return stay(state);
  if (isRepeated) return poll('realtime_unavailable', 0, now, random, ['close_channel', 'pull']);
  return { state: connecting(now, random), effects: ['close_channel', 'open_channel', 'pull'] };
}

function isDenied(state: Working): boolean {
  return state.type === 'polling' && state.reason === 'realtime_denied';
}

function tick(state: Working, now: number, random: number): Transition {
  switch (state.type) {
    case 'connecting':
      return poll('realtime_unavailable', 0, now, random, ['open_channel', 'pull']);
    case 'catching_up':
      return catchUp(state.attempt, now, random);
    case 'live':
      return { state: { type: 'live', nextPullAt: nextPull(now, random) }, effects: ['pull'] };
    case 'polling':
      return {
        state: { ...state, attempt: state.attempt + 1, nextPullAt: nextPoll(state.attempt + 1, now, random) },
        // A denied topic is not asked for again (rule E9); a lost one may be back.
        effects: isDenied(state) ? ['pull'] : ['open_channel', 'pull'],
      };
    case 'offline':
      return { state: { ...state, retryAt: now + JOIN_TIMEOUT_MS }, effects: ['open_channel', 'pull'] };
  }
}

function caughtUp(state: Working, now: number, random: number): Transition {
  switch (state.type) {
    case 'catching_up':
      return stay({ type: 'live', nextPullAt: nextPull(now, random) });
    case 'offline':
      return { state: connecting(now, random), effects: ['open_channel'] };
    case 'polling':
      return stay({ ...state, attempt: 0 });
    case 'connecting':
      // The server answers, only the socket does not come up: no need to wait for the join to time out.
      return state.attempt > 0 ? poll('realtime_unavailable', 0, now, random, []) : stay(state);
    case 'live':
      return stay(state);
  }
}

function pullFailed(
  state: Working,
  failure: 'network' | 'auth' | 'other',
  now: number,
  random: number,
): Transition {
  if (failure === 'auth') return { state: { type: 'auth_required' }, effects: ['close_channel'] };
  if (failure === 'network') {
    const attempt = state.type === 'offline' ? state.attempt + 1 : 1;
    return stay({
      type: 'offline',
      reason: 'unreachable',
      attempt,
      retryAt: now + backoffMs(attempt, random, RETRY, 500),
    });
  }
  // The server answers but cannot serve the pull: we are not up to date and say so.
  if (state.type === 'live' || state.type === 'catching_up') {
    const attempt = state.type === 'live' ? 1 : state.attempt + 1;
    return stay({ type: 'catching_up', attempt, retryAt: now + backoffMs(attempt, random, RETRY, 500) });
  }
  return stay(state);
}

/** What was missed is shown before the socket is up; the pull that counts follows the join (rule E7). */
function connect(now: number, random: number): Transition {
  return { state: connecting(now, random), effects: ['open_channel', 'pull'] };
}

function connecting(now: number, random: number): ConnectionState {
  return { type: 'connecting', attempt: 0, retryAt: now + JOIN_TIMEOUT_MS + Math.round(random * 1_000) };
}

function catchUp(attempt: number, now: number, random: number): Transition {
  return {
    state: { type: 'catching_up', attempt, retryAt: now + LIVE_PULL_MS + Math.round(random * 1_000) },
    effects: ['pull'],
  };
}

function poll(
  reason: 'realtime_unavailable' | 'realtime_denied',
  attempt: number,
  now: number,
  random: number,
  effects: readonly ConnectionEffect[],
): Transition {
  return { state: { type: 'polling', reason, attempt, nextPullAt: nextPoll(attempt, now, random) }, effects };
}

function nextPull(now: number, random: number): number {
  return now + Math.round(LIVE_PULL_MS * (0.9 + 0.2 * random));
}

function nextPoll(attempt: number, now: number, random: number): number {
  return now + Math.min(POLL.maxMs, POLL.baseMs + attempt * 1_000) + Math.round(random * 500);
}

function stay(state: ConnectionState): Transition {
  return { state, effects: [] };
}

/** What a failed call says of the connection. */
export function failureOf(error: ConfabError): 'network' | 'auth' | 'other' {
  if (error.class === 'auth') return 'auth';
  return error.code === 'offline' || error.code === 'timeout' ? 'network' : 'other';
}

/** Somebody is signed in, with a session as far as we know. */
export function hasSession({ type }: ConnectionState): boolean {
  return type !== 'idle' && type !== 'auth_required' && type !== 'closed';
}
