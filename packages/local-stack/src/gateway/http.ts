import type { IncomingMessage, ServerResponse } from 'node:http';

/** Any page may call a development stack. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'content-range, content-location, content-profile, location, link, x-total-count, x-sb-error-code, ' +
    'x-supabase-api-version, preference-applied',
};

/** A question of a browser, before the request of a page that it stands for. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  const isAsking = headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
  return method === 'OPTIONS' && isAsking;
}

/** Answers a CORS preflight: whatever was asked for is allowed. */
export function sendPreflight(incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(204, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    // `*` would not cover `authorization`.
    'access-control-allow-headers': incoming.headers['access-control-request-headers'] ?? '*',
    'access-control-max-age': '3600',
  });
  outgoing.end();
}

/** Answers with a JSON body and the CORS headers. */
export function sendJson(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  outgoing.writeHead(status, {
    ...CORS_HEADERS,
    ...headers,
    'content-type': 'application/json; charset=utf-8',
  });
  outgoing.end(JSON.stringify(body));
}

/** Reads a whole body; `undefined` when it is longer than `limit` bytes. */
export async function readBody(incoming: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > limit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
