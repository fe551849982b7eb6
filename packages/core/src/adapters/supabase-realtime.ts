import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import type { Channel, ChannelHandlers, ChannelStatus, Clock, Realtime } from '../ports';
import { sessionAnswer } from './session-answer';

/** Servers older than the readiness signal never send it; after this time a joined channel counts as ready. */
const READY_TIMEOUT_MS = 3_000;

/** What the server says once events written in the database reach the channel. */
const READY_MESSAGE = 'Replication connection established';

/** Longer than the server freezes a socket after a refused join. */
const PROOF_TIMEOUT_MS = 6_000;

/** Join errors that asking again does not change. */
const DENIED = new Set(['Unauthorized', 'PrivateOnly', 'TopicNameRequired']);

/** A channel with all who use it. */
interface SharedChannel {
  /** Null until the token is known. */
  channel: RealtimeChannel | null;
  readonly users: Set<ChannelHandlers>;
  /** What those who come later are told. */
  status: ChannelStatus[];
}

/** What the clients of Confab on one supabase-js client have in common. */
interface Topics {
  readonly shared: Map<string, SharedChannel>;
  /** Topics being left. Until the server has confirmed, supabase-js hands out the old channel, which joins no more. */
  readonly leaving: Map<string, Promise<unknown>>;
}

/**
 * A socket joins a topic once, and supabase-js hands out one channel for it. So the clients of Confab on one supabase-js
 * client share their channels: after a hot reload, or under React's StrictMode, there are two for a while.
 */
const topicsOf = new WeakMap<object, Topics>();

/** Private channels of a supabase-js client. */
export function createSupabaseRealtime(supabase: SupabaseClient, clock: Clock): Realtime {
  const { realtime } = supabase;
  const topics: Topics = topicsOf.get(realtime) ?? { shared: new Map(), leaving: new Map() };
  topicsOf.set(realtime, topics);
  const { shared, leaving } = topics;
  /** The socket may go on with the token it has; with none, or with the key of the project, it would join as nobody. */
  const authorize = async () => {
    const asked = realtime.setAuth();
    const { accessTokenValue, apiKey } = realtime;
    await (accessTokenValue && accessTokenValue !== apiKey ? sessionAnswer(asked, null, clock) : asked);
  };
  const leave = (channel: RealtimeChannel, topic: string): void => {
    const left = supabase.removeChannel(channel).finally(() => {
      if (leaving.get(topic) === left) leaving.delete(topic);
    });
    leaving.set(topic, left);
  };
  const connect = async () => {
    if (realtime.isConnecting()) return;
    // Ends the waiting for its next attempt, which may be 10 s away.
    await realtime.disconnect();
    realtime.connect();
  };
  const openShared = (topic: string, wantsPresence: boolean, presenceKey: string | undefined) => {
    const one: SharedChannel = { channel: null, users: new Set(), status: [] };
    shared.set(topic, one);
    const each = (tell: (user: ChannelHandlers) => void) => {
      // One of them may close, or open, what another is still to be told of.
      for (const user of [...one.users]) if (one.users.has(user)) tell(user);
    };
    // Joining before the token is known would join as nobody (or with a stale token): wait for it.
    void Promise.allSettled([authorize(), leaving.get(topic)]).then(() => {
      if (one.users.size === 0) return;
      // One that the app has made itself cannot be joined a second time. It is asked for again later, as one that was closed.
      if (realtime.getChannels().some((other) => other.topic === `realtime:${topic}`))
        return over({ type: 'closed', reason: 'the app has a channel of this topic' });
      one.channel = join(supabase, clock, topic, wantsPresence, presenceKey, {
        onStatus(status) {
          if (shared.get(topic) !== one) return;
          if (status.type === 'denied' || status.type === 'closed') return over(status);
          one.status = status.type === 'ready' ? [...one.status, status] : [status];
          each((user) => user.onStatus(status));
        },
        onBroadcast(event, payload) {
          each((user) => user.onBroadcast(event, payload));
        },
        onPresence(state) {
          each((user) => user.onPresence?.(state));
        },
      });
    });
    /** It joins no more: who needs it opens another one. */
    const over = (status: ChannelStatus) => {
      shared.delete(topic);
      each((user) => user.onStatus(status));
    };
    return one;
  };
  return {
    async wake() {
      await authorize().catch(() => undefined);
      if (realtime.getChannels().length === 0) return;
      if (!realtime.isConnected()) return connect();
      if (realtime.pendingHeartbeatRef === null) await realtime.sendHeartbeat();
      const { pendingHeartbeatRef: asked } = realtime;
      clock.after(PROOF_TIMEOUT_MS, () => {
        // A second heartbeat before the first is answered makes the client give the socket up, instead of 25 s later.
        if (asked !== null && realtime.pendingHeartbeatRef === asked) void realtime.sendHeartbeat();
      });
    },
    open(topic, handlers, presenceKey) {
      const one = shared.get(topic) ?? openShared(topic, handlers.onPresence !== undefined, presenceKey);
      // An own object, so that each who opens it can close it alone.
      const user: ChannelHandlers = { ...handlers };
      one.users.add(user);
      const { channel } = one;
      if (channel)
        // Nothing is said before the caller has the channel in hand.
        void Promise.resolve().then(() => {
          for (const status of one.status) if (one.users.has(user)) user.onStatus(status);
          if (one.users.has(user)) user.onPresence?.(channel.presenceState());
        });
      return {
        send: (event, payload) =>
          whenJoined(one.channel, (joined) => void joined.send({ type: 'broadcast', event, payload })),
        track: (payload) => whenJoined(one.channel, (joined) => void joined.track(payload)),
        close() {
          one.users.delete(user);
          if (one.users.size > 0 || shared.get(topic) !== one) return;
          shared.delete(topic);
          if (one.channel) leave(one.channel, topic);
        },
      } satisfies Channel;
    },
  };
}

function whenJoined(channel: RealtimeChannel | null, act: (channel: RealtimeChannel) => void): void {
  // Sending on a channel that is not joined would fall back to HTTP, late and out of order.
  if (channel?.state === 'joined') act(channel);
}

function join(
  supabase: SupabaseClient,
  clock: Clock,
  topic: string,
  wantsPresence: boolean,
  presenceKey: string | undefined,
  handlers: Required<ChannelHandlers>,
): RealtimeChannel {
  const channel = supabase.channel(topic, {
    config: {
      private: true,
      broadcast: { replication_ready: true },
      presence: { enabled: wantsPresence, ...(presenceKey === undefined ? {} : { key: presenceKey }) },
    },
  });
  let cancelReady = () => {};
  let lastReason = '';
  let isDenied = false;
  const ready = () => {
    cancelReady();
    handlers.onStatus({ type: 'ready' });
  };

  channel.on('broadcast', { event: '*' }, ({ event, payload }: { event: string; payload?: unknown }) =>
    handlers.onBroadcast(event, payload),
  );
  channel.on('system', {}, (payload: { status?: string; message?: string }) => {
    lastReason = payload.message ?? '';
    if (payload.status === 'ok' && payload.message === READY_MESSAGE) ready();
  });
  if (wantsPresence)
    channel.on('presence', { event: 'sync' }, () => handlers.onPresence(channel.presenceState()));
  return channel.subscribe((status: string, error) => {
    cancelReady();
    if (isDenied) return;
    switch (status) {
      case 'SUBSCRIBED':
        handlers.onStatus({ type: 'joined' });
        cancelReady = clock.after(READY_TIMEOUT_MS, ready);
        return;
      case 'CHANNEL_ERROR':
      case 'TIMED_OUT': {
        const reason = error?.message ?? status;
        if (!DENIED.has(reason.split(':', 1)[0] ?? '')) return handlers.onStatus({ type: 'lost', reason });
        isDenied = true;
        void supabase.removeChannel(channel);
        return handlers.onStatus({ type: 'denied', reason });
      }
      case 'CLOSED':
        return handlers.onStatus({ type: 'closed', reason: lastReason });
      default:
        return;
    }
  });
}
