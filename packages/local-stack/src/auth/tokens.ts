import { randomBytes } from 'node:crypto';

import { errors, jwtVerify, SignJWT } from 'jose';

import { AuthError } from './auth-error.js';
import type { AuthUser } from './users.js';

export interface TokenSettings {
  readonly jwtSecret: string;
  /** `iss` of the tokens: the address of the service. */
  readonly issuer: string;
  /** How long an access token is good, in seconds. */
  readonly accessTokenSeconds: number;
}

/** What a verified access token says. */
export interface AccessClaims {
  readonly role: string;
  readonly sub: string | undefined;
  readonly sessionId: string | undefined;
}

/** An HS256 access token with the claims of the real service. */
export async function signAccessToken(
  settings: TokenSettings,
  user: AuthUser,
  session: { id: string; method: string; openedAt: number },
  now: number,
): Promise<string> {
  return new SignJWT({
    email: user.email,
    phone: user.phone,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    role: user.role,
    aal: 'aal1',
    amr: [{ method: session.method, timestamp: session.openedAt }],
    session_id: session.id,
    is_anonymous: user.is_anonymous,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(settings.issuer)
    .setSubject(user.id)
    .setAudience(user.aud)
    .setIssuedAt(now)
    .setExpirationTime(now + settings.accessTokenSeconds)
    .sign(new TextEncoder().encode(settings.jwtSecret));
}

/** Checks signature and expiry. Rejects with `bad_jwt`. */
export async function verifyAccessToken(settings: TokenSettings, token: string): Promise<AccessClaims> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(settings.jwtSecret), {
      algorithms: ['HS256'],
    });
    const { role, sub, session_id: sessionId } = payload;
    return {
      role: typeof role === 'string' ? role : '',
      sub: typeof sub === 'string' ? sub : undefined,
      sessionId: typeof sessionId === 'string' ? sessionId : undefined,
    };
  } catch (thrown) {
    const reason =
      thrown instanceof errors.JWTExpired
        ? 'token has invalid claims: token is expired'
        : 'token is malformed or its signature is invalid';
    throw new AuthError('bad_jwt', `invalid JWT: unable to parse or verify signature, ${reason}`);
  }
}

/** A new refresh token: short and unguessable, as the real ones are. */
export function newRefreshToken(): string {
  return randomBytes(9).toString('base64url');
}
