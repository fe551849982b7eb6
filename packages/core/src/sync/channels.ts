import { backoffMs, type BackoffBounds } from '../lib/backoff';
import type { Channel, ChannelHandlers, ChannelStatus, Clock, Logger, Realtime } from '../ports';

/** Here a channel that is `lost` comes back by itself, whatever became of it; after `denied` it is dead. */
export type JoinStatus = Exclude<ChannelStatus, { readonly type: 'closed' }>;

export interface JoinHandlers extends Omit<ChannelHandlers, 'onStatus'> {
  readonly onStatus: (status: JoinStatus) => void;
}

/** All channels of the client, joined within the limits of the server. */
export interface Channels {
  /**
   * Joins the topic in its turn: at most 10 in a second; while no channel is joined, one tries and the others wait.
   * @param isFirst its turn is before that of all others
   */
  open(topic: string, handlers: JoinHandlers, presenceKey?: string, isFirst?: boolean): Channel;
  /** See {@link Realtime.wake}; the first channel also does not wait any longer for its next attempt. */
  wake(): void;
}

const OPENS_PER_SECOND = 10;
/** A channel that the server has just closed is not asked for again at once: limits would close it again. */
const REOPEN: BackoffBounds = { baseMs: 2_000, maxMs: 30_000 };
const REST_MS = 1_000;
/** A channel that was joined for so long was not closed for asking too often. */
const STEADY_MS = 30_000;

interface Entry {
  readonly start: () => Channel;
  channel: Channel | null;
  isJoined: boolean;
  joinedAt: number;
  failures: number;
  /** Null while it does not rest. */
  cancelRest: (() => void) | null;
}

interface ChannelsDeps {
  readonly realtime: Realtime;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createChannels({ realtime, clock, logger }: ChannelsDeps): Channels {
  /** In the order of their turns. */
  const entries: Entry[] = [];
  let opened = 0;
  let windowAt = -Infinity;
  let cancelNext: (() => void) | null = null;

  /** One place decides who joins, after everything that may change it. */
  const evaluate = () => {
    // A socket that may be down is tried by one; after a mass loss all others follow, paced.
    const isUp = entries.some(({ isJoined }) => isJoined);
    let isTrying = entries.some(({ channel }) => channel);
    for (const entry of entries) {
      if (entry.channel || entry.cancelRest || (isTrying && !isUp)) continue;
      if (!isAllowed()) return;
      isTrying = true;
      entry.channel = entry.start();
    }
  };
  const isAllowed = () => {
    const since = clock.now() - windowAt;
    // Negative after the clock was put back.
    if (since < 0 || since >= 1_000) {
      windowAt = clock.now();
      opened = 0;
    }
    if (opened++ < OPENS_PER_SECOND) return true;
    cancelNext ??= clock.after(1_000, () => {
      cancelNext = null;
      evaluate();
    });
    return false;
  };

  const rest = (entry: Entry) => {
    entry.channel?.close();
    entry.channel = null;
    entry.failures = clock.now() - entry.joinedAt >= STEADY_MS ? 1 : entry.failures + 1;
    entry.joinedAt = Infinity;
    entry.cancelRest = clock.after(backoffMs(entry.failures, clock.random(), REOPEN, REST_MS), () => {
      entry.cancelRest = null;
      evaluate();
    });
  };
  const remove = (entry: Entry) => {
    entry.channel = null;
    entry.isJoined = false;
    entry.cancelRest?.();
    if (entries.includes(entry)) entries.splice(entries.indexOf(entry), 1);
    if (entries.length === 0) {
      cancelNext?.();
      cancelNext = null;
    }
    // Later, because whoever closes one mostly closes the others too.
    else queueMicrotask(evaluate);
  };

  return {
    open(topic, handlers, presenceKey, isFirst = false) {
      const onStatus = (status: ChannelStatus) => {
        logger({ level: 'debug', event: 'channel', detail: { topic, ...status } });
        entry.isJoined = status.type === 'joined' || status.type === 'ready';
        switch (status.type) {
          case 'joined':
            entry.joinedAt = clock.now();
            break;
          case 'ready':
            break;
          case 'lost':
            // The first one goes on trying; the others would all join in the moment the socket is back.
            if (entry !== entries[0]) rest(entry);
            break;
          case 'closed':
            rest(entry);
            break;
          case 'denied':
            remove(entry);
            break;
        }
        handlers.onStatus(status.type === 'closed' ? { ...status, type: 'lost' } : status);
        evaluate();
      };
      const entry: Entry = {
        start: () => realtime.open(topic, { ...handlers, onStatus }, presenceKey),
        channel: null,
        isJoined: false,
        joinedAt: Infinity,
        failures: 0,
        cancelRest: null,
      };
      if (isFirst) entries.unshift(entry);
      else entries.push(entry);
      evaluate();
      return {
        send: (event, payload) => entry.channel?.send(event, payload),
        track: (payload) => entry.channel?.track(payload),
        close() {
          entry.channel?.close();
          remove(entry);
        },
      };
    },
    wake() {
      realtime.wake().catch(() => undefined);
      const first = entries[0];
      first?.cancelRest?.();
      if (first) first.cancelRest = null;
      evaluate();
    },
  };
}
