import { createHmac, randomUUID } from 'node:crypto';

import {
  createClient,
  type PostgrestError,
  type SupabaseClient,
  type WebSocketLikeConstructor,
} from '@supabase/supabase-js';
import ws from 'ws';

import { target } from './target.js';
import type { Answers, Conversation, Message, Mutation, MutationResult } from './wire.js';

/** How a function refused. */
export interface Refusal {
  status: number;
  /** SQLSTATE: PT403, 42501, … */
  sqlstate: string;
  /** The stable code (D11); '' where PostgREST or Postgres refused. */
  code: string;
  message: string;
  hint: string | null;
}

export interface User {
  id: string;
  name: string;
  accessToken: string;
  client: SupabaseClient;
  /** Calls a function of the schema; rejects when it refuses. */
  call<F extends keyof Answers>(fn: F, args?: Record<string, unknown>): Promise<Answers[F]>;
  /** Calls a function that has to refuse. */
  refusal(fn: string, args?: Record<string, unknown>): Promise<Refusal>;
}

const password = 'correct horse battery';

/** Node 20 has no WebSocket of its own; the SDK wants one even from a client that only calls functions. */
function transport(): WebSocketLikeConstructor {
  const found: unknown = ws;
  if (isTransport(found)) return found;
  throw new Error('ws exports no constructor');
}
const isTransport = (value: unknown): value is WebSocketLikeConstructor => typeof value === 'function';

export function newClient(key = target().anonKey, accessToken?: string): SupabaseClient {
  return createClient(target().apiUrl, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    realtime: { transport: transport() },
    ...(accessToken === undefined ? {} : { accessToken: async () => accessToken }),
  });
}

/** Signs up a new user. */
export async function newUser(name = 'Somebody'): Promise<User> {
  const email = `${name.toLowerCase().replace(/\W/g, '')}-${randomUUID()}@example.com`;
  const service = newClient(target().serviceRoleKey);
  const created = await service.auth.admin.createUser({
    email,
    password,
    email_confirm: true,
    user_metadata: { display_name: name },
  });
  if (created.error !== null) throw created.error;
  const session = await newClient().auth.signInWithPassword({ email, password });
  if (session.error !== null) throw session.error;
  return userOf(session.data.user.id, name, session.data.session.access_token);
}

export const newUsers = (...names: string[]): Promise<User[]> =>
  names.reduce<Promise<User[]>>(
    async (made, name) => [...(await made), await newUser(name)],
    Promise.resolve([]),
  );

/** A token with these claims, as an issuer that the project trusts would sign it. */
export function signToken(claims: Record<string, unknown>): string {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { role: 'authenticated', aud: 'authenticated', exp, ...claims },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createHmac('sha256', target().jwtSecret).update(parts.join('.')).digest('base64url');
  return [...parts, signature].join('.');
}

/** Whoever a token with these claims is, before their first call. */
export const newcomer = (claims: Record<string, unknown>): User => userOf('', '', signToken(claims));

/** The same after it. */
export async function foreigner(claims: Record<string, unknown>): Promise<User> {
  const token = signToken(claims);
  const id = await userOf('', '', token).call('current_user_id');
  return userOf(id, typeof claims['name'] === 'string' ? claims['name'] : '', token);
}

function userOf(id: string, name: string, accessToken: string): User {
  const client = newClient(target().anonKey, accessToken);
  return {
    id,
    name,
    accessToken,
    client,
    call: (fn, args = {}) => call(client, fn, args),
    refusal: (fn, args = {}) => refusal(client, fn, args),
  };
}

async function call<F extends keyof Answers>(
  client: SupabaseClient,
  fn: F,
  args: Record<string, unknown>,
): Promise<Answers[F]> {
  const { data, error }: { data: unknown; error: PostgrestError | null } = await client
    .schema('confab')
    .rpc(fn, args);
  if (error !== null) throw new Error(`${fn} refused: ${describe(error)}`);
  // Not decoded: a suite compares what it looks at, so a wrong shape fails there.
  return data as Answers[F];
}

async function refusal(client: SupabaseClient, fn: string, args: Record<string, unknown>): Promise<Refusal> {
  const { error, status } = await client.schema('confab').rpc(fn, args);
  if (error === null) throw new Error(`${fn} did not refuse`);
  return { status, sqlstate: error.code, code: error.details, message: error.message, hint: error.hint };
}

const describe = (error: PostgrestError): string => `${error.code} ${error.details} ${error.message}`;

/** A group made by the first of its members. */
export function newGroup(owner: User, ...others: User[]): Promise<Conversation> {
  return owner.call('create_conversation', {
    id: randomUUID(),
    kind: 'group',
    title: 'Group',
    member_ids: others.map(({ id }) => id),
  });
}

export const direct = (one: User, other: User): Promise<Conversation> =>
  one.call('get_or_create_direct', { user_id: other.id });

export function send(
  user: User,
  conversationId: string,
  content: string,
  more: Record<string, unknown> = {},
): Promise<Message> {
  return user.call('send_message', { id: randomUUID(), conversation_id: conversationId, content, ...more });
}

export function mutation(
  type: string,
  conversationId: string | null,
  args: Record<string, unknown> = {},
  id: string = randomUUID(),
): Mutation {
  return { id, type, conversation_id: conversationId, args };
}

export async function push(user: User, ...mutations: unknown[]): Promise<MutationResult[]> {
  return (await user.call('push', { mutations })).results;
}

/** `ok` or the code of each answer. */
export const outcomes = (results: MutationResult[]): string[] =>
  results.map((result) => (result.ok ? 'ok' : result.error.code));

/** The fresh cursor of a user who has nothing yet. */
export async function freshCursor(user: User): Promise<string> {
  return (await user.call('pull', { cursor: null, windows: {} })).cursor;
}
