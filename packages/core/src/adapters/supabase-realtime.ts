import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import type { Channel, ChannelHandlers, Clock, Realtime } from '../ports';

/** Servers older than the readiness signal never send it; after this time a joined channel counts as ready. */
const READY_TIMEOUT_MS = 3_000;

/** What the server says once events written in the database reach the channel. */
const READY_MESSAGE = 'Replication connection established';

/** Longer than the server freezes a socket after a refused join. */
const PROOF_TIMEOUT_MS = 6_000;

/** Join errors that asking again does not change. */
const DENIED = new Set(['Unauthorized', 'PrivateOnly', 'TopicNameRequired']);

/** Private channels of a supabase-js client. */
export function createSupabaseRealtime(supabase: SupabaseClient, clock: Clock): Realtime {
  const authorize = () => supabase.realtime.setAuth();
  /** Topics being left. Until the server has confirmed, the client hands out the old channel, which joins no more. */
  const leaving = new Map<string, Promise<unknown>>();
  const leave = (channel: RealtimeChannel, topic: string): void => {
    const left = supabase.removeChannel(channel).finally(() => {
      if (leaving.get(topic) === left) leaving.delete(topic);
    });
    leaving.set(topic, left);
  };
  const { realtime } = supabase;
  const connect = async () => {
    if (realtime.isConnecting()) return;
    // Ends the waiting for its next attempt, which may be 10 s away.
    await realtime.disconnect();
    realtime.connect();
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
      let channel: RealtimeChannel | null = null;
      let isClosed = false;
      // Joining before the token is known would join as nobody (or with a stale token): wait for it.
      void Promise.allSettled([authorize(), leaving.get(topic)]).then(() => {
        if (!isClosed) channel = join(supabase, clock, topic, handlers, presenceKey, () => isClosed);
      });
      return {
        send: (event, payload) =>
          whenJoined(channel, (joined) => void joined.send({ type: 'broadcast', event, payload })),
        track: (payload) => whenJoined(channel, (joined) => void joined.track(payload)),
        close() {
          isClosed = true;
          if (channel) leave(channel, topic);
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
  handlers: ChannelHandlers,
  presenceKey: string | undefined,
  isClosed: () => boolean,
): RealtimeChannel {
  const wantsPresence = handlers.onPresence !== undefined;
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
    if (!isClosed()) handlers.onStatus({ type: 'ready' });
  };

  channel.on('broadcast', { event: '*' }, ({ event, payload }: { event: string; payload?: unknown }) => {
    if (!isClosed()) handlers.onBroadcast(event, payload);
  });
  channel.on('system', {}, (payload: { status?: string; message?: string }) => {
    lastReason = payload.message ?? '';
    if (payload.status === 'ok' && payload.message === READY_MESSAGE) ready();
  });
  if (wantsPresence) {
    channel.on('presence', { event: 'sync' }, () => {
      if (!isClosed()) handlers.onPresence?.(channel.presenceState());
    });
  }
  return channel.subscribe((status: string, error) => {
    cancelReady();
    if (isClosed() || isDenied) return;
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
