import type { IncomingMessage, ServerResponse } from 'node:http';

import type { RealtimeContext } from '../context.js';
import { UNKNOWN_POLICIES } from '../database/authorization.js';
import type { DatabaseProblem } from '../database/pool.js';
import { channelKey } from '../hub.js';
import { isJsonObject, type Json } from '../json.js';
import type { Claims } from '../token.js';
import { type Answer, type Body, mediaType, readBody, send, tokenOf } from './http.js';
import { type RestMessage, validateBatch, validateSingle } from './validate.js';

/** Who sends: the claims of the token, and the headers that policies may look at. */
interface Caller {
  readonly claims: Claims;
  readonly headers: Readonly<Record<string, string>>;
}

const UNAUTHORIZED: Answer = { status: 401, body: { message: 'Unauthorized' } };
const UNSUPPORTED: Answer = {
  status: 415,
  body: { error: 'Unsupported Media Type. Use application/json or application/octet-stream' },
};
const SINGLE_TYPES = ['application/json', 'application/octet-stream'];

/** Serves `POST /api/broadcast` and `POST /api/broadcast/:topic/events/:event`, wherever they are mounted. */
export async function answerRequest(
  context: RealtimeContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'GET' && /\/(?:health|healthcheck|ping)$/.test(url.pathname)) {
    send(response, {
      status: 200,
      body: { healthy: true, replication_connected: context.isReplicationLive() },
    });
    return;
  }
  const single = /\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/.exec(url.pathname);
  if (request.method !== 'POST' || (single === null && !url.pathname.endsWith('/api/broadcast'))) {
    send(response, { status: 404, text: 'Not Found' });
    return;
  }
  const body = await readBody(request);
  if ('status' in body) {
    send(response, body);
    return;
  }
  // Only these two routes, once the body is read, and only for a page: a request without an Origin comes from none.
  if (request.headers.origin !== undefined) response.setHeader('access-control-allow-origin', '*');
  if (single !== null && !SINGLE_TYPES.includes(mediaType(request) ?? SINGLE_TYPES[0] ?? '')) {
    send(response, UNSUPPORTED);
    return;
  }
  const refusal = checkRate(context, response);
  if (refusal !== undefined) {
    send(response, refusal);
    return;
  }
  const token = tokenOf(request);
  const verified = token === undefined ? undefined : await context.verifyToken(token);
  if (verified?.claims === undefined) {
    send(response, UNAUTHORIZED);
    return;
  }
  const caller = { claims: verified.claims, headers: textHeaders(request) };
  if (single === null) {
    send(response, await broadcastBatch(context, caller, body));
    return;
  }
  const [topic, event] = [single[1], single[2]].map((part) => decodeURIComponent(part ?? ''));
  const isPrivate = privateFlag(url, body);
  send(response, await broadcastSingle(context, caller, topic ?? '', event ?? '', isPrivate, body));
}

/** The rate of all events also limits requests; its headers are on every answer. */
function checkRate({ events, limits }: RealtimeContext, response: ServerResponse): Answer | undefined {
  const rate = Math.trunc(events.average());
  const limit = limits.maxEventsPerSecond;
  response.setHeader('x-rate-rolling', rate);
  response.setHeader('x-rate-limit', limit);
  response.setHeader('x-rate-limit-remaining', limit - rate);
  return rate >= limit ? { status: 429, body: { message: 'Too many requests' } } : undefined;
}

async function broadcastBatch(context: RealtimeContext, caller: Caller, body: Body): Promise<Answer> {
  const { events, limits } = context;
  const validated = validateBatch(body.kind === 'json' ? body.value : null, limits);
  if (validated.value === undefined) return { status: 422, body: { errors: validated.errors } };
  const messages = validated.value;
  const rate = events.average();
  if (rate > limits.maxEventsPerSecond) return tooMany('You have exceeded your rate limit');
  if (messages.length + rate > limits.maxEventsPerSecond) {
    return tooMany('Too many messages to broadcast, please reduce the batch size');
  }
  for (const message of messages.filter(({ isPrivate }) => !isPrivate)) sendMessage(context, message);
  const isPrivate = messages.filter((message) => message.isPrivate);
  for (const topic of new Set(isPrivate.map((message) => message.topic))) {
    const allowed = await mayWrite(context, caller, topic);
    // What is not allowed is left out, without a word.
    if (allowed !== true) continue;
    for (const message of isPrivate) if (message.topic === topic) sendMessage(context, message);
  }
  return { status: 202 };
}

function tooMany(message: string): Answer {
  return { status: 429, body: { message } };
}

function sendMessage({ events, hub }: RealtimeContext, message: RestMessage): void {
  const { topic, event, payload, isPrivate, id } = message;
  const meta = id === undefined ? {} : { meta: { id } };
  const text = JSON.stringify({ event, payload, type: 'broadcast', ...meta });
  events.add();
  hub.broadcast(channelKey(topic, isPrivate), { kind: 'json', event: 'broadcast', text, isObject: true });
}

async function broadcastSingle(
  context: RealtimeContext,
  caller: Caller,
  topic: string,
  event: string,
  isPrivate: boolean,
  body: Body,
): Promise<Answer> {
  const { events, hub, limits } = context;
  const payload = body.kind === 'bytes' ? body.data : jsonPayload(body);
  const errors = validateSingle(topic, event, payload, limits);
  if (errors !== undefined) return { status: 422, body: { errors } };
  if (events.average() >= limits.maxEventsPerSecond) return tooMany('You have exceeded your rate limit');
  if (isPrivate) {
    const allowed = await mayWrite(context, caller, topic);
    if (allowed === false) return { status: 403, body: { message: 'Unauthorized' } };
    if (allowed !== true) return { status: 422, body: { message: problemText(allowed) } };
  }
  events.add();
  const data = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const encoding = Buffer.isBuffer(payload) ? 'binary' : 'json';
  hub.broadcast(channelKey(topic, isPrivate), { kind: 'user', event, encoding, data });
  return { status: 202 };
}

/** A body that is no object is wrapped into one. */
function jsonPayload(body: Body): Json {
  if (body.kind !== 'json') return {};
  return isJsonObject(body.value) ? body.value : { _json: body.value };
}

/** `private` of the query, over which that of a JSON body takes precedence. */
function privateFlag(url: URL, body: Body): boolean {
  const given = body.kind === 'json' && isJsonObject(body.value) ? body.value['private'] : undefined;
  const value = given ?? url.searchParams.get('private');
  return value === true || value === 'true';
}

async function mayWrite(
  { authorization }: RealtimeContext,
  caller: Caller,
  topic: string,
): Promise<boolean | DatabaseProblem> {
  const asked = await authorization.write({ topic, ...caller }, UNKNOWN_POLICIES);
  return asked.value === undefined ? asked.problem : asked.value.broadcast.write === true;
}

function problemText({ kind }: DatabaseProblem): string {
  switch (kind) {
    case 'sql':
      return 'RLS policy error';
    case 'canceled':
      return 'Query canceled';
    case 'missing_partition':
      return 'Missing messages partition';
    case 'unavailable':
      return 'Tenant database unavailable';
  }
}

function textHeaders(request: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(request.headers).flatMap(([name, value]) => {
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(pairs);
}
