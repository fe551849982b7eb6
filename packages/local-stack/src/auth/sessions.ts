import { randomUUID } from 'node:crypto';

import { AuthError } from './auth-error.js';
import type { AuthDatabase, Queryable } from './database.js';
import { newRefreshToken, signAccessToken, type TokenSettings } from './tokens.js';
import { findUser, type AuthUser } from './users.js';

/** A refresh token may be used again this long after it was exchanged: two tabs, an answer lost. */
const REUSE_SECONDS = 10;

/** The answer to every kind of sign-in. */
export interface SessionAnswer {
  access_token: string;
  token_type: 'bearer';
  expires_in: number;
  expires_at: number;
  refresh_token: string;
  user: AuthUser;
}

interface SessionInfo {
  readonly id: string;
  readonly method: string;
  readonly openedAt: number;
}

/** Opens a session for a user who has just proved who they are by `method`. */
export async function openSession(
  db: Queryable,
  settings: TokenSettings,
  userId: string,
  method: 'password' | 'anonymous',
  userAgent: string,
): Promise<SessionAnswer> {
  const id = randomUUID();
  await db.query('update auth.users set last_sign_in_at = now(), updated_at = now() where id = $1', [userId]);
  await db.query(
    `insert into auth.sessions (id, user_id, created_at, updated_at, user_agent, method)
     values ($1, $2, now(), now(), $3, $4)`,
    [id, userId, userAgent, method],
  );
  const refreshToken = await insertRefreshToken(db, userId, id, null);
  return answerWith(db, settings, userId, { id, method, openedAt: seconds() }, refreshToken);
}

/**
 * Exchanges a refresh token for a new pair.
 *
 * A token exchanged before is still taken for {@link REUSE_SECONDS}, and at any time while its successor has
 * not been used (that answer was lost); otherwise it was stolen: the whole session ends.
 */
export async function refreshSession(
  database: AuthDatabase,
  settings: TokenSettings,
  token: string,
): Promise<SessionAnswer> {
  const outcome = await database.transaction(async (db): Promise<SessionAnswer | AuthError> => {
    const { rows } = await db.query<TokenRow>(SELECT_TOKEN, [token, REUSE_SECONDS]);
    const row = rows[0];
    if (row === undefined) {
      return new AuthError('refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
    }
    if (row.is_banned) return new AuthError('user_banned', 'Invalid Refresh Token: User Banned');
    const session = { id: row.session_id, method: row.method, openedAt: row.opened_at };
    if (row.revoked) {
      const active = await findActiveToken(db, row.session_id);
      if (active?.parent === token) return answerWith(db, settings, row.user_id, session, active.token);
      if (!row.is_within_grace) {
        // Returned, not thrown: this must be committed. None of the session's tokens gets a grace now.
        await db.query(
          `update auth.refresh_tokens set revoked = true, updated_at = '-infinity' where session_id = $1`,
          [row.session_id],
        );
        return new AuthError('refresh_token_already_used', 'Invalid Refresh Token: Already Used');
      }
    }
    await db.query(
      'update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = $1 and not revoked',
      [row.session_id],
    );
    const next = await insertRefreshToken(db, row.user_id, row.session_id, token);
    await db.query('update auth.sessions set refreshed_at = now(), updated_at = now() where id = $1', [
      row.session_id,
    ]);
    return answerWith(db, settings, row.user_id, session, next);
  });
  if (outcome instanceof AuthError) throw outcome;
  return outcome;
}

interface TokenRow {
  readonly user_id: string;
  readonly session_id: string;
  readonly revoked: boolean;
  readonly is_within_grace: boolean;
  readonly is_banned: boolean;
  readonly method: string;
  readonly opened_at: number;
}

// Both rows are locked: two tokens of one session must not be exchanged at once. Whoever waited sees the
// rows as the other left them.
const SELECT_TOKEN = `
  select t.user_id, t.session_id, s.method, extract(epoch from s.created_at)::int as opened_at,
    t.revoked, t.updated_at > now() - make_interval(secs => $2) as is_within_grace,
    coalesce(u.banned_until > now(), false) as is_banned
  from auth.refresh_tokens t
  join auth.sessions s on s.id = t.session_id
  join auth.users u on u.id = t.user_id
  where t.token = $1
  for update of s, t`;

async function findActiveToken(
  db: Queryable,
  sessionId: string,
): Promise<{ token: string; parent: string | null } | undefined> {
  const { rows } = await db.query<{ token: string; parent: string | null }>(
    `select token, parent from auth.refresh_tokens
     where session_id = $1 and not revoked order by id desc limit 1`,
    [sessionId],
  );
  return rows[0];
}

async function insertRefreshToken(
  db: Queryable,
  userId: string,
  sessionId: string,
  parent: string | null,
): Promise<string> {
  const token = newRefreshToken();
  await db.query(
    `insert into auth.refresh_tokens (token, user_id, session_id, parent, created_at, updated_at)
     values ($1, $2, $3, $4, now(), now())`,
    [token, userId, sessionId, parent],
  );
  return token;
}

async function answerWith(
  db: Queryable,
  settings: TokenSettings,
  userId: string,
  session: SessionInfo,
  refreshToken: string,
): Promise<SessionAnswer> {
  const user = await findUser(db, userId);
  if (user === undefined) throw new AuthError('user_not_found', 'User not found');
  const now = seconds();
  return {
    access_token: await signAccessToken(settings, user, session, now),
    token_type: 'bearer',
    expires_in: settings.accessTokenSeconds,
    expires_at: now + settings.accessTokenSeconds,
    refresh_token: refreshToken,
    user,
  };
}

/** Whether the session still exists and belongs to the user. */
export async function isSessionOpen(db: Queryable, sessionId: string, userId: string): Promise<boolean> {
  const { rowCount } = await db.query('select 1 from auth.sessions where id = $1 and user_id = $2', [
    sessionId,
    userId,
  ]);
  return rowCount === 1;
}

export type LogoutScope = 'global' | 'local' | 'others';

/** Ends sessions: this one, all of the user, or all but this one. */
export async function closeSessions(
  db: Queryable,
  userId: string,
  sessionId: string | undefined,
  scope: LogoutScope,
): Promise<void> {
  const conditions = {
    global: 'user_id = $1 and ($2::uuid is null or true)',
    local: 'user_id = $1 and id = $2::uuid',
    others: 'user_id = $1 and id is distinct from $2::uuid',
  } as const;
  await db.query(`delete from auth.sessions where ${conditions[scope]}`, [userId, sessionId ?? null]);
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
