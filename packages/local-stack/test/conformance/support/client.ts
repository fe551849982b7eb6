import WebSocket from 'ws';

import { type Json, parseJson } from '../../../src/realtime/json.js';
import { decodeFrame, encodeBinary, encodeMessage, eventOf, refOf, type Vsn } from './frames.js';

export interface Received {
  readonly at: number;
  readonly frame: Json;
}

/** The answer to a handshake that was refused. */
export interface Refused {
  readonly http_status: number;
  readonly body: Json;
}

/** What a client has to know of the scenario it is part of. */
export interface ClientHost {
  /** The topic on the wire. */
  channel(name: string): string;
  /** A frame came. */
  onActivity(): void;
  /** The step has to wait for the answer to this ref. */
  onAwaited(client: Client, ref: string): void;
}

interface PushOptions {
  /** Wait for the answer before the step ends. */
  reply?: boolean;
  ref?: string;
  joinRef?: string | null;
}

/** One websocket of a scenario: sends what it is told, keeps every frame that comes. */
export interface Client {
  readonly name: string;
  readonly received: readonly Received[];
  send(raw: string | Buffer): void;
  push(topic: string, event: string, payload: unknown, options?: PushOptions): string;
  join(name: string, config?: unknown, options?: JoinOptions): string;
  leave(name: string): string;
  heartbeat(): string;
  broadcast(name: string, event: string, payload: unknown, options?: PushOptions): string;
  binaryBroadcast(name: string, event: string, payload: Buffer | object, options?: PushOptions): string;
  track(name: string, payload: unknown, options?: PushOptions): string;
  untrack(name: string): string;
  accessToken(name: string, token: unknown): string;
  replyTo(ref: string): Received | undefined;
  /** Ends the connection with a close frame. */
  close(): void;
  /** Ends the connection without one. */
  terminate(): void;
}

interface JoinOptions {
  token?: string;
  /** Instead of `{ config, access_token }`. */
  payload?: unknown;
  reply?: boolean;
}

/** Settles with the client, or with the answer when the handshake is refused. */
export function connect(
  host: ClientHost,
  name: string,
  wsUrl: string,
  vsn: Vsn,
  apikey: string | undefined,
): Promise<Client | Refused> {
  const url = new URL(wsUrl);
  url.searchParams.set('vsn', vsn);
  if (apikey !== undefined) url.searchParams.set('apikey', apikey);
  const ws = new WebSocket(url, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    const client = createClient(host, name, vsn, ws);
    ws.on('open', () => resolve(client));
    ws.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({
          http_status: response.statusCode ?? 0,
          body: body === '' ? '' : (parseJson(body) ?? body),
        });
      });
    });
    ws.on('error', (error) => reject(new Error(`${name}: ${error.message}`)));
  });
}

function createClient(host: ClientHost, name: string, vsn: Vsn, ws: WebSocket): Client {
  const received: Received[] = [];
  // The ref of the last join of a topic goes with everything that is sent on it.
  const joinRefs = new Map<string, string>();
  let lastRef = 0;
  let isClosing = false;

  const keep = (frame: Json): void => {
    received.push({ at: performance.now(), frame });
    host.onActivity();
  };
  ws.on('message', (data, isBinary) => {
    if (Buffer.isBuffer(data)) keep(decodeFrame(data, isBinary));
  });
  ws.on('close', (code) => {
    if (!isClosing) keep({ socket_closed: code });
  });

  function push(topic: string, event: string, payload: unknown, options: PushOptions = {}): string {
    const ref = options.ref ?? nextRef();
    if (options.reply === true) host.onAwaited(client, ref);
    const joinRef = options.joinRef === undefined ? joinRefs.get(topic) : options.joinRef;
    client.send(encodeMessage(vsn, { joinRef, ref, topic, event, payload }));
    return ref;
  }
  const nextRef = (): string => String(++lastRef);

  const client: Client = {
    name,
    received,
    send: (raw) => ws.send(raw),
    push,
    join(channel, config = {}, { token, payload, reply = true } = {}) {
      const topic = host.channel(channel);
      const ref = nextRef();
      joinRefs.set(topic, ref);
      const body = payload ?? { config, ...(token === undefined ? {} : { access_token: token }) };
      return push(topic, 'phx_join', body, { reply, ref, joinRef: ref });
    },
    leave: (channel) => push(host.channel(channel), 'phx_leave', {}, { reply: true }),
    heartbeat: () => push('phoenix', 'heartbeat', {}, { reply: true, joinRef: null }),
    broadcast(channel, event, payload, options) {
      return push(host.channel(channel), 'broadcast', { type: 'broadcast', event, payload }, options);
    },
    binaryBroadcast(channel, event, payload, { reply = false } = {}) {
      const topic = host.channel(channel);
      const ref = nextRef();
      if (reply) host.onAwaited(client, ref);
      const isBytes = Buffer.isBuffer(payload);
      const body = isBytes ? payload : Buffer.from(JSON.stringify(payload));
      client.send(
        encodeBinary(3, [joinRefs.get(topic) ?? '', ref, topic, event, ''], [isBytes ? 0 : 1], body),
      );
      return ref;
    },
    track(channel, payload, { reply = true } = {}) {
      return push(
        host.channel(channel),
        'presence',
        { type: 'presence', event: 'track', payload },
        { reply },
      );
    },
    untrack(channel) {
      return push(host.channel(channel), 'presence', { type: 'presence', event: 'untrack' }, { reply: true });
    },
    accessToken: (channel, token) => push(host.channel(channel), 'access_token', { access_token: token }),
    replyTo(ref) {
      return received.find(({ frame }) => eventOf(frame) === 'phx_reply' && refOf(frame) === ref);
    },
    close() {
      isClosing = true;
      ws.close();
    },
    terminate() {
      isClosing = true;
      ws.terminate();
    },
  };
  return client;
}
