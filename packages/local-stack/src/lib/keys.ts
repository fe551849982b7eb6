import { SignJWT } from 'jose';

/** Known to everyone on purpose: keys of one local stack work on the next, so apps can keep them in a file. */
export const DEFAULT_JWT_SECRET = 'confab-local-development-secret-never-use-it-in-production';

const ISSUED_AT = 1_767_225_600; // 2026-01-01: the same secret gives the same keys
const TEN_YEARS = 10 * 365 * 24 * 3600;

/** The two API keys of a project: tokens that only name a role. */
export async function makeApiKeys(jwtSecret: string): Promise<{ anonKey: string; serviceRoleKey: string }> {
  const secret = new TextEncoder().encode(jwtSecret);
  const sign = (role: string): Promise<string> =>
    new SignJWT({ iss: 'supabase', ref: 'local', role, iat: ISSUED_AT, exp: ISSUED_AT + TEN_YEARS })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(secret);
  const [anonKey, serviceRoleKey] = await Promise.all([sign('anon'), sign('service_role')]);
  return { anonKey, serviceRoleKey };
}
