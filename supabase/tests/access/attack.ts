import { withDatabase } from '../support/database.js';
import { target } from '../support/target.js';
import type { User } from '../support/users.js';
import { pushOutcome } from './ask.js';
import { refusalOf, request } from './rest.js';
import { fingerprints } from './scenes.js';

/** What came of an attack. */
export interface Attempt {
  /** `ok`, or how it was refused. */
  outcome: string;
  /** The whole answer: what must not be in it can be looked for. */
  text: string;
  status: number;
  body: unknown;
}

const keysOf = (user: User): { apiKey: string; token: string } => ({
  apiKey: target().anonKey,
  token: user.accessToken,
});

/** A text in an answer; '' when there is none of that name. */
export function textIn(body: unknown, name: string): string {
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** Any request to PostgREST as the user. */
export async function attempt(
  user: User,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Attempt> {
  const reply = await request(keysOf(user), method, path, body, headers);
  return {
    outcome: refusalOf(reply) ?? 'ok',
    text: JSON.stringify(reply.body),
    status: reply.status,
    body: reply.body,
  };
}

/** A function of the schema as the user. */
export const attemptCall = (user: User, fn: string, args: Record<string, unknown> = {}): Promise<Attempt> =>
  attempt(user, 'POST', `rpc/${fn}`, args);

/** One mutation in a push: how it was refused, `ok` when it was not. */
export async function attemptPush(user: User, mutation: object): Promise<Attempt> {
  const pushed = await attemptCall(user, 'push', { mutations: [mutation] });
  return { ...pushed, outcome: pushed.outcome === 'ok' ? pushOutcome(pushed.body) : pushed.outcome };
}

/** Runs an attack; answers those of the conversations in which anything is not what it was before. */
export async function changedBy(
  conversationIds: string[],
  attack: () => Promise<unknown>,
): Promise<string[]> {
  return withDatabase(async (db) => {
    const before = await fingerprints(db, conversationIds);
    await attack();
    const after = await fingerprints(db, conversationIds);
    return conversationIds.filter((id) => before.get(id) !== after.get(id));
  });
}
