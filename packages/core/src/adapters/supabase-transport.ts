import type { SupabaseClient } from '@supabase/supabase-js';
import { ConfabError } from '../errors/confab-error';
import { isErrorCode, type ErrorCode } from '../errors/codes';
import type { Auth, Clock, Transport } from '../ports';

/** The schema that holds Confab's functions. */
const SCHEMA = 'confab';
const TIMEOUT_MS = 15_000;

/** Calls the functions of the schema `confab` through a supabase-js client. */
export function createSupabaseTransport(
  supabase: Pick<SupabaseClient, 'schema' | 'realtime'>,
  auth: Pick<Auth, 'accessToken'>,
  clock: Clock,
): Transport {
  return {
    async call(fn, args, userId) {
      // Left to itself the client would take the token of whoever is signed in by the time it sends.
      const token = await auth.accessToken(userId);
      if (token === null) {
        throw new ConfabError({
          code: 'unauthenticated',
          message: `unable to call ${fn}; the session is over`,
        });
      }
      const abort = new AbortController();
      let isTimedOut = false;
      const cancel = clock.after(TIMEOUT_MS, () => {
        isTimedOut = true;
        abort.abort();
      });
      const answer = await restOf(supabase)
        .rpc(fn, args)
        .setHeader('Authorization', `Bearer ${token}`)
        .abortSignal(abort.signal)
        .then(
          (response) => response,
          (thrown: unknown) => ({
            data: null,
            status: 0,
            error: { message: String(thrown), code: '', details: '', hint: '' },
          }),
        );
      cancel();
      if (answer.error === null) return answer.data as unknown;
      throw toError(fn, answer.status, answer.error, isTimedOut);
    },
  };
}

/**
 * supabase-js asks for the session before every request, also where the request brings its own token, and waits while
 * the session is renewed. So the requests are made with the `fetch` that it was given. A version that keeps it elsewhere
 * works as before, and only waits.
 */
function restOf(supabase: Pick<SupabaseClient, 'schema' | 'realtime'>) {
  const rest = supabase.schema(SCHEMA);
  const given: unknown = Reflect.get(rest, 'baseFetch');
  const { apiKey } = supabase.realtime;
  if (typeof given !== 'function' || !apiKey) return rest;
  rest.fetch = given as typeof fetch;
  rest.headers.set('apikey', apiKey);
  return rest;
}

interface RestError {
  readonly message: string;
  readonly code: string;
  readonly details: string | null;
  readonly hint: string | null;
}

/** Decides by what the server means to be machine-readable: its status, its code, and the code in `details` (D11). */
function toError(fn: string, status: number, error: RestError, isTimedOut: boolean): ConfabError {
  if (isErrorCode(error.details)) {
    return new ConfabError({
      code: error.details,
      message: error.message,
      retryAfterMs: retryAfterMs(error.hint),
    });
  }
  const code = isTimedOut ? 'timeout' : codeOf(status, error.code);
  return new ConfabError({ code, message: `unable to call ${fn}; ${error.message}` });
}

function codeOf(status: number, code: string): ErrorCode {
  if (status === 0) return 'offline';
  // The database gives a code with what it says of tokens; the gateway, which checks the key, has none.
  if (status === 401) return code ? 'unauthenticated' : 'invalid_key';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate_limited';
  if (code === 'PGRST106') return 'schema_not_exposed';
  // PGRST202, 42883: no such function; 3F000: no such schema.
  if (code === 'PGRST202' || code === '42883' || code === '3F000') return 'not_installed';
  if (status === 403) return 'forbidden';
  if (status >= 500) return 'unavailable';
  // What has no code comes from something in between, a proxy or a captive portal, and says nothing about the call.
  return code === '' || status < 400 ? 'unavailable' : 'invalid';
}

function retryAfterMs(hint: string | null): number | undefined {
  if (hint === null) return undefined;
  try {
    const parsed: unknown = JSON.parse(hint);
    const seconds =
      typeof parsed === 'object' && parsed !== null && 'retry_after' in parsed ? parsed.retry_after : null;
    return typeof seconds === 'number' ? seconds * 1000 : undefined;
  } catch {
    return undefined;
  }
}
