import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';

import { CORS_HEADERS, sendJson } from './http.js';

// Headers that belong to one connection and must not be passed on.
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface Proxy {
  /** Passes a request on under another path, streaming both ways; answers 503 when nobody is there. */
  forward(incoming: IncomingMessage, outgoing: ServerResponse, path: string, authorization: string): void;
  close(): void;
}

/** A streaming proxy to one port of this machine, over connections that are kept open. */
export function createProxy(port: number): Proxy {
  // Shorter than the upstream's own idle limit (30 s), so that it never closes one just as we use it.
  const agent = new Agent({ keepAlive: true, timeout: 10_000, maxFreeSockets: 64 });
  return {
    forward(incoming, outgoing, path, authorization) {
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).filter(([name]) => !HOP_BY_HOP.has(name)),
      );
      headers['authorization'] = authorization;
      headers['host'] = `127.0.0.1:${port}`;
      const upstream = request(
        { agent, host: '127.0.0.1', port, method: incoming.method, path, headers },
        (answer) => {
          for (const [name, value] of Object.entries(answer.headers)) {
            if (value !== undefined && !HOP_BY_HOP.has(name)) outgoing.setHeader(name, value);
          }
          for (const [name, value] of Object.entries(CORS_HEADERS)) outgoing.setHeader(name, value);
          outgoing.writeHead(answer.statusCode ?? 502);
          answer.pipe(outgoing);
          // Cut off in the middle: the client must not take the part for the whole.
          answer.on('error', () => outgoing.destroy());
        },
      );
      upstream.on('error', () => {
        if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
        else sendJson(outgoing, 503, { message: 'unable to answer; the REST service is away' });
      });
      outgoing.on('close', () => {
        if (!outgoing.writableFinished) upstream.destroy();
      });
      incoming.pipe(upstream);
    },
    close: () => agent.destroy(),
  };
}
