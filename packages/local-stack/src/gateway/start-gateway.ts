import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { portError } from '../lib/ports.js';
import { isPreflight, sendJson, sendPreflight } from './http.js';
import { createProxy } from './proxy.js';

/** A service that answers requests itself; the path keeps its prefix. */
interface HttpService {
  handleRequest(incoming: IncomingMessage, outgoing: ServerResponse): void | Promise<void>;
}

/** A service that also takes WebSocket upgrades. */
interface UpgradeService extends HttpService {
  handleUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void | Promise<void>;
}

export interface StartGatewayOptions {
  /** 0 = any free one. */
  port: number;
  apiKeys: readonly string[];
  restPort: number;
  /** Made when the address is known, because tokens name it as their issuer. */
  createAuth: (apiUrl: string) => HttpService;
  realtime: UpgradeService;
}

export interface RunningGateway {
  readonly apiUrl: string;
  /** Stops listening and cuts what is still open. */
  stop(): Promise<void>;
}

const REST = '/rest/v1';
const AUTH = '/auth/v1';
const REALTIME = '/realtime/v1';

/**
 * Starts the one HTTP server in front of all services. Settles when it listens on 127.0.0.1; rejects with
 * `port_taken`.
 */
export async function startGateway(options: StartGatewayOptions): Promise<RunningGateway> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portError(options.port, 'the local stack', error)));
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : options.port;
  const apiUrl = `http://127.0.0.1:${port}`;

  const apiKeys = new Set(options.apiKeys);
  const rest = createProxy(options.restPort);
  const auth = options.createAuth(apiUrl);

  const route = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (isPreflight(incoming)) {
      sendPreflight(incoming, outgoing);
      return;
    }
    const url = new URL(incoming.url ?? '/', apiUrl);
    if (isUnder(url.pathname, REALTIME)) {
      await options.realtime.handleRequest(incoming, outgoing);
      return;
    }
    const isRest = isUnder(url.pathname, REST);
    if (!isRest && !isUnder(url.pathname, AUTH)) {
      sendJson(outgoing, 404, { message: `unable to answer; there is nothing at ${url.pathname}` });
      return;
    }
    const key = readApiKey(incoming, url);
    if (key === undefined || !apiKeys.has(key)) {
      sendJson(outgoing, 401, refusalOf(key));
      return;
    }
    if (isRest) {
      const path = `${url.pathname.slice(REST.length) || '/'}${queryWithoutKey(incoming.url ?? '')}`;
      rest.forward(incoming, outgoing, path, incoming.headers.authorization ?? `Bearer ${key}`);
    } else {
      await auth.handleRequest(incoming, outgoing);
    }
  };

  server.on('request', (incoming, outgoing) => {
    route(incoming, outgoing).catch(() => {
      if (outgoing.headersSent) outgoing.destroy();
      else sendJson(outgoing, 500, { message: 'unable to answer; the local stack failed' });
    });
  });
  /** The server does not count these any more, but it waits for them when it closes. */
  const upgraded = new Set<Socket>();
  server.on('upgrade', (incoming, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (socket instanceof Socket) {
      upgraded.add(socket);
      socket.once('close', () => upgraded.delete(socket));
    }
    if (isUnder(incoming.url ?? '', REALTIME)) {
      Promise.resolve(options.realtime.handleUpgrade(incoming, socket, head)).catch(() => socket.destroy());
    } else {
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    }
  });
  return {
    apiUrl,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        // Who does not answer a close, or does not hear it, would keep it open for ever.
        for (const socket of upgraded) socket.destroySoon();
        rest.close();
      }),
  };
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}?`);
}

function readApiKey(incoming: IncomingMessage, url: URL): string | undefined {
  const header = incoming.headers['apikey'];
  return (typeof header === 'string' ? header : undefined) ?? url.searchParams.get('apikey') ?? undefined;
}

/** PostgREST would take the key for a filter. The rest of the query must stay as it was written. */
function queryWithoutKey(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) return '';
  const parts = url.slice(at + 1).split('&');
  const kept = parts.filter((part) => part !== '' && !part.startsWith('apikey='));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

function refusalOf(key: string | undefined): { message: string; hint: string } {
  return key === undefined
    ? { message: 'No API key found in request', hint: 'No `apikey` request header or url param was found.' }
    : { message: 'Invalid API key', hint: 'Double check your Supabase `anon` or `service_role` API key.' };
}
