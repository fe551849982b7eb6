import { fileURLToPath } from 'node:url';
import { startLocalStack, type LocalStack } from '@confab/local-stack';
import { SignJWT } from 'jose';
import pg from 'pg';
import { isErrorCode, type ErrorCode } from '../../../src/errors/codes';

/** What a function answered, or the code it refused with. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly hasRetryAfter: boolean };

/** The real schema, through real PostgREST. */
export interface RealServer {
  call(fn: string, args: Readonly<Record<string, unknown>>, userId: string): Promise<Outcome>;
  /** As the owner of the database. */
  query<R extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  stop(): Promise<void>;
}

const migrationsDir = fileURLToPath(new URL('../../../../../supabase/migrations', import.meta.url));

type Stack = Pick<LocalStack, 'apiUrl' | 'anonKey' | 'dbUrl' | 'jwtSecret' | 'stop'>;

/** Starts a stack, or uses the project that CONFAB_TEST_URL, _ANON_KEY, _DB_URL and _JWT_SECRET name. */
async function openStack(): Promise<Stack> {
  const { CONFAB_TEST_URL, CONFAB_TEST_ANON_KEY, CONFAB_TEST_DB_URL, CONFAB_TEST_JWT_SECRET } = process.env;
  if (CONFAB_TEST_URL && CONFAB_TEST_ANON_KEY && CONFAB_TEST_DB_URL && CONFAB_TEST_JWT_SECRET) {
    return {
      apiUrl: CONFAB_TEST_URL,
      anonKey: CONFAB_TEST_ANON_KEY,
      dbUrl: CONFAB_TEST_DB_URL,
      jwtSecret: CONFAB_TEST_JWT_SECRET,
      stop: () => Promise.resolve(),
    };
  }
  return startLocalStack({ migrationsDir });
}

interface Refused {
  readonly code: string;
  readonly details: string | null;
  readonly hint: string | null;
}

/** The same decision as the transport of the package makes. */
function refusalOf(status: number, { code, details, hint }: Refused): Outcome {
  if (isErrorCode(details))
    return { ok: false, code: details, hasRetryAfter: hint?.includes('retry_after') ?? false };
  if (code === 'PGRST202') return { ok: false, code: 'not_installed', hasRetryAfter: false };
  if (status >= 500) return { ok: false, code: 'unavailable', hasRetryAfter: false };
  return { ok: false, code: 'invalid', hasRetryAfter: false };
}

export async function openRealServer(): Promise<RealServer> {
  const stack = await openStack();
  const pool = new pg.Pool({ connectionString: stack.dbUrl, max: 2 });
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (userId: string): Promise<string> => {
    const known =
      tokens.get(userId) ??
      new SignJWT({ sub: userId, role: 'authenticated', aud: 'authenticated' })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setExpirationTime('2h')
        .sign(new TextEncoder().encode(stack.jwtSecret));
    tokens.set(userId, known);
    return known;
  };
  return {
    async call(fn, args, userId) {
      const response = await fetch(`${stack.apiUrl}/rest/v1/rpc/${fn}`, {
        method: 'POST',
        headers: {
          apikey: stack.anonKey,
          authorization: `Bearer ${await tokenOf(userId)}`,
          'content-type': 'application/json',
          'content-profile': 'confab',
        },
        body: JSON.stringify(args),
      });
      const text = await response.text();
      const value: unknown = text === '' ? null : JSON.parse(text);
      return response.ok ? { ok: true, value } : refusalOf(response.status, value as Refused);
    },
    async query<R extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) {
      const { rows } = await pool.query<R>(sql, [...values]);
      return rows;
    },
    async stop() {
      await pool.end();
      await stack.stop();
    },
  };
}
