import type { RawData, WebSocket } from 'ws';

import type { RealtimeContext } from '../context.js';
import { canonicalJson, type Json } from '../json.js';
import { createMailbox } from '../mailbox.js';
import type { ClientMessage, Frame, Serializer } from '../wire/messages.js';
import type { Channel, ChannelEnding, ChannelSocket } from './channel-socket.js';
import { join, TOPIC_PREFIX } from './join.js';

/** Close codes of the server. */
const IDLE = 1000;
const RESTART = 1012;
const DISCONNECTED = 1001;

/** How long a client may take to answer a close. */
const CLOSE_GRACE_MS = 1_000;

/** How the end of a channel is told, and with what. */
const ENDINGS = {
  phx_close: '{}',
  phx_error: JSON.stringify({ reason: 'channel_crash' }),
} as const satisfies Record<ChannelEnding, string>;

const UNMATCHED = JSON.stringify({ reason: 'unmatched topic' });

/** One websocket. */
export interface RealtimeSocket {
  /** Whether it has tried to join, and has no channel now. */
  isUnused(): boolean;
  /** Cuts the connection without a close frame. */
  drop(): void;
  /** Closes it because the server stops. */
  shutDown(): void;
}

export interface SocketOptions {
  readonly ws: WebSocket;
  readonly serializer: Serializer;
  readonly connectToken: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly onEnd: () => void;
}

interface Joined {
  readonly channel: Channel;
  /** As the client gave it; the close of the channel repeats it. */
  readonly joinRef: Json;
}

/**
 * Serves one websocket. Everything that comes in is handled in order, and a join holds up all the rest until it
 * is answered: later frames, and also what other channels want to send.
 */
export function createSocket(context: RealtimeContext, options: SocketOptions): RealtimeSocket {
  const { limits, timing, users } = context;
  const { ws, serializer, connectToken, headers } = options;
  const channels = new Map<string, Joined>();
  const inbox = createMailbox(() => ws.terminate());
  const aborted = new AbortController();
  let held: Frame[] | undefined;
  let hasTriedToJoin = false;
  let isEnded = false;

  const self: ChannelSocket = {
    serializer,
    connectToken,
    headers,
    channelCount: () => channels.size,
    send(frame) {
      if (held === undefined) write(frame);
      else held.push(frame);
    },
    ended(channel, event) {
      for (const [topic, known] of channels) {
        if (known.channel !== channel) continue;
        channels.delete(topic);
        self.send(serializer.push(known.joinRef, known.joinRef, topic, event, ENDINGS[event]));
      }
    },
  };

  function write(frame: Frame): void {
    if (ws.readyState === ws.OPEN) ws.send(frame);
  }

  function release(): void {
    const frames = held ?? [];
    held = undefined;
    for (const frame of frames) write(frame);
  }

  function handle(message: ClientMessage): void | Promise<void> {
    const { topic, event, ref, joinRef } = message;
    if (topic === 'phoenix' && event === 'heartbeat') {
      self.send(serializer.reply(null, ref, topic, 'ok', '{}'));
      return undefined;
    }
    const joined = channels.get(topic);
    if (event === 'phx_join') return handleJoin(message, joined);
    if (joined === undefined) {
      const reply =
        event === 'phx_leave'
          ? serializer.reply(joinRef, ref, topic, 'ok', '{}')
          : serializer.reply(null, ref, topic, 'error', UNMATCHED);
      self.send(reply);
    } else if (event !== 'phx_leave') {
      joined.channel.receive(message);
    } else if (joined.joinRef === null || canonicalJson(joined.joinRef) === canonicalJson(joinRef)) {
      joined.channel.leave(ref);
    }
    return undefined;
  }

  function handleJoin(message: ClientMessage, joined: Joined | undefined): void | Promise<void> {
    const { topic, ref } = message;
    if (!topic.startsWith(TOPIC_PREFIX)) {
      self.send(serializer.reply(null, ref, topic, 'error', UNMATCHED));
      return undefined;
    }
    hasTriedToJoin = true;
    held = [];
    if (joined !== undefined) {
      // The old channel ends now; that it did is said after the new join is answered.
      channels.delete(topic);
      joined.channel.stop();
      self.send(serializer.push(joined.joinRef, joined.joinRef, topic, 'phx_close', ENDINGS.phx_close));
    }
    return answerJoin(message);
  }

  async function answerJoin(message: ClientMessage): Promise<void> {
    const { topic, ref, joinRef } = message;
    const outcome = await join(context, self, message).catch((thrown: unknown) => ({
      reason: `UnknownErrorOnChannel: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      isDisconnecting: undefined,
      channel: undefined,
    }));
    if (outcome.channel === undefined) {
      await sleep(timing.deniedJoinDelayMs, aborted.signal);
      write(serializer.reply(joinRef, ref, topic, 'error', JSON.stringify({ reason: outcome.reason })));
      release();
      if (outcome.isDisconnecting) closeWith(DISCONNECTED);
      return;
    }
    if (aborted.signal.aborted) return;
    channels.set(topic, { channel: outcome.channel, joinRef });
    write(serializer.reply(joinRef, ref, topic, 'ok', outcome.response));
    release();
    outcome.channel.start();
  }

  function end(): void {
    if (isEnded) return;
    isEnded = true;
    aborted.abort();
    inbox.close();
    clearTimeout(idleTimer);
    users.delete(self);
    for (const { channel } of channels.values()) channel.stop();
    channels.clear();
    options.onEnd();
  }

  /** A client that is silent may be gone: its channels end at once, its connection whatever it says. */
  function closeWith(code: number): void {
    ws.close(code);
    inbox.post(end);
    setTimeout(() => ws.terminate(), CLOSE_GRACE_MS).unref();
  }

  const idleTimer = setTimeout(() => closeWith(IDLE), timing.idleTimeoutMs);
  idleTimer.unref();

  ws.on('message', (data: RawData, isBinary: boolean) => {
    idleTimer.refresh();
    const bytes = toBuffer(data);
    if (bytes.length > limits.maxFrameBytes) {
      ws.terminate();
      return;
    }
    inbox.post(() => {
      const message = serializer.decode(bytes, isBinary);
      return message === undefined ? undefined : handle(message);
    });
  });
  ws.on('ping', (data: Buffer) => {
    idleTimer.refresh();
    inbox.post(() => {
      if (ws.readyState === ws.OPEN) ws.pong(data);
    });
  });
  ws.on('error', () => ws.terminate());
  // A socket that waits for a join notices only afterwards that its connection is gone.
  ws.on('close', () => inbox.post(end));

  return {
    isUnused: () => hasTriedToJoin && channels.size === 0,
    drop: () => ws.terminate(),
    shutDown() {
      closeWith(RESTART);
      end();
    },
  };
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
