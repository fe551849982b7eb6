import type { IncomingMessage } from 'node:http';

import { readBody } from '../gateway/http.js';
import { asObject, type JsonObject } from '../lib/json.js';
import { AuthError } from './auth-error.js';
import type { Queryable } from './database.js';
import { isSessionOpen } from './sessions.js';
import { verifyAccessToken, type TokenSettings } from './tokens.js';
import { findUser, type AuthUser } from './users.js';

const BODY_LIMIT = 1_000_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The JSON object in the body; an empty body is an empty object. Rejects with `bad_json`. */
export async function readJson(incoming: IncomingMessage): Promise<JsonObject> {
  const text = await readBody(incoming, BODY_LIMIT);
  if (text === undefined) throw new AuthError('request_too_large', 'Request body too large');
  if (text.trim() === '') return {};
  try {
    const object = asObject(JSON.parse(text));
    if (object !== undefined) return object;
  } catch {
    // answered below
  }
  throw new AuthError('bad_json', 'Could not parse request body as JSON: expected an object');
}

function readBearer(incoming: IncomingMessage): string {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(incoming.headers.authorization ?? '') ?? [];
  if (token === undefined) {
    throw new AuthError('no_authorization', 'This endpoint requires a valid Bearer token');
  }
  return token;
}

/** The signed-in user behind a request. Rejects with `no_authorization`, `bad_jwt`, `session_not_found`, …. */
export async function requireSignedIn(
  db: Queryable,
  settings: TokenSettings,
  incoming: IncomingMessage,
): Promise<{ user: AuthUser; sessionId: string | undefined }> {
  const claims = await verifyAccessToken(settings, readBearer(incoming));
  if (claims.sub === undefined || !isUuid(claims.sub)) {
    throw new AuthError('bad_jwt', 'invalid claim: missing sub claim');
  }
  const user = await findUser(db, claims.sub);
  if (user === undefined) {
    throw new AuthError('user_not_found', 'User from sub claim in JWT does not exist', 403);
  }
  const { sessionId } = claims;
  if (sessionId !== undefined && !(isUuid(sessionId) && (await isSessionOpen(db, sessionId, user.id)))) {
    throw new AuthError('session_not_found', 'Session from session_id claim in JWT does not exist');
  }
  return { user, sessionId };
}

/** Lets only the service role pass. Rejects with `no_authorization`, `bad_jwt` or `not_admin`. */
export async function requireAdmin(settings: TokenSettings, incoming: IncomingMessage): Promise<void> {
  const { role } = await verifyAccessToken(settings, readBearer(incoming));
  if (role !== 'service_role' && role !== 'supabase_admin') {
    throw new AuthError('not_admin', 'User not allowed');
  }
}
