import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { WebSocketServer } from 'ws';

import type { RealtimeContext } from '../context.js';
import { handshakeError } from '../token.js';
import { serializerFor } from '../wire/versions.js';
import type { SocketOptions } from './socket.js';

interface Refusal {
  readonly status: number;
  readonly error: string;
}

/**
 * Answers a websocket handshake: accepts it and hands the socket over, or refuses it with a status and a JSON
 * body, after some time.
 */
export async function answerHandshake(
  context: RealtimeContext,
  server: WebSocketServer,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  accept: (options: Omit<SocketOptions, 'onEnd'>) => void,
): Promise<void> {
  stream.on('error', () => stream.destroy());
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const serializer = serializerFor(query.get('vsn'));
  if (serializer === undefined) {
    respond(stream, 403, '');
    return;
  }
  const headers = xHeaders(request);
  const token = headers['x-api-key'] ?? query.get('apikey');
  const refusal = await check(context, token);
  if (refusal !== undefined) {
    const { status, error } = refusal;
    setTimeout(
      () => respond(stream, status, JSON.stringify({ error })),
      context.timing.handshakeErrorDelayMs,
    );
    return;
  }
  server.handleUpgrade(request, stream, head, (ws) => {
    accept({ ws, serializer, connectToken: token ?? '', headers });
  });
}

async function check(context: RealtimeContext, token: string | null): Promise<Refusal | undefined> {
  if (token === null) return { status: 401, error: 'API key is missing' };
  const { problem } = await context.verifyToken(token);
  if (problem !== undefined) return handshakeError(problem);
  if (context.users.size >= context.limits.maxConcurrentUsers) {
    return { status: 429, error: 'Too many connected users' };
  }
  return context.joins.isTriggered() ? { status: 429, error: 'Too many joins per second' } : undefined;
}

/** The headers that policies see as `request.headers`. */
function xHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith('x-') && typeof value === 'string') headers[name] = value;
  }
  return headers;
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

/** Before the upgrade there is no response object, only the connection. */
function respond(stream: Duplex, status: number, body: string): void {
  if (stream.destroyed) return;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_TEXTS[status] ?? 'Error'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  stream.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
