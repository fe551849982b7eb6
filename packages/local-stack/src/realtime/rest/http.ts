import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Json, parseJson } from '../json.js';

/** An answer in the making. */
export interface Answer {
  readonly status: number;
  readonly body?: Json;
  /** Instead of a JSON body. */
  readonly text?: string;
}

export type Body =
  | { readonly kind: 'json'; readonly value: Json }
  | { readonly kind: 'bytes'; readonly data: Buffer }
  /** A content type that the server does not read. */
  | { readonly kind: 'none' };

const MAX_BODY_BYTES = 8_000_000;

/** The body as its content type says; an answer when it cannot be read. */
export async function readBody(request: IncomingMessage): Promise<Body | Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const chunk: unknown = part;
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) return { status: 413, text: 'Request Entity Too Large' };
  const data = Buffer.concat(chunks);
  const type = mediaType(request);
  if (type === 'application/octet-stream') return { kind: 'bytes', data };
  if (type === undefined || !/^application\/(?:json|.*\+json)$/.test(type)) return { kind: 'none' };
  if (data.length === 0) return { kind: 'json', value: {} };
  const value = parseJson(data.toString('utf8'));
  return value === undefined ? { status: 400, text: 'Bad Request' } : { kind: 'json', value };
}

/** The content type without its parameters. */
export function mediaType(request: IncomingMessage): string | undefined {
  return request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
}

/** The token of a request: `Authorization: Bearer …`, else `apikey`. */
export function tokenOf({ headers }: IncomingMessage): string | undefined {
  const { authorization, apikey } = headers;
  if (authorization !== undefined && authorization !== '') {
    const [scheme = '', token] = authorization.split(' ');
    if (scheme.toLowerCase() === 'bearer' && token !== undefined) return token;
  }
  return typeof apikey === 'string' ? apikey : undefined;
}

export function send(response: ServerResponse, { status, body, text }: Answer): void {
  response.statusCode = status;
  if (body !== undefined) response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(body === undefined ? text : JSON.stringify(body));
}
