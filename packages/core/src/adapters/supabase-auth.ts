import type { AuthError, Session, SupabaseClient } from '@supabase/supabase-js';
import { ConfabError } from '../errors/confab-error';
import type { Auth, Clock } from '../ports';
import { sessionAnswer } from './session-answer';
import { createTokenAuth } from './token-auth';

/** Who is signed in to a supabase-js client. */
export function createSupabaseAuth(
  supabase: Pick<SupabaseClient, 'auth' | 'schema' | 'realtime'>,
  clock: Clock,
): Auth {
  return hasSessions(supabase) ? createSessionAuth(supabase, clock) : createTokenAuth(supabase, clock);
}

/** A client with the option `accessToken` throws wherever its `auth` is touched. */
function hasSessions({ auth }: Pick<SupabaseClient, 'auth'>): boolean {
  try {
    return typeof auth.getSession === 'function';
  } catch {
    return false;
  }
}

/** The session of the project's own Auth. */
function createSessionAuth(supabase: Pick<SupabaseClient, 'auth'>, clock: Clock): Auth {
  /** As it was told last. */
  let known: Session | null = null;
  const readSession = async () => {
    const { data, error } = await supabase.auth.getSession();
    known = data.session ?? (isUnanswered(error) ? known : null);
    return { session: data.session, error };
  };
  return {
    async currentUser() {
      const { session, error } = await readSession();
      return userOf(session) ?? (isUnanswered(error) ? undefined : null);
    },
    async accessToken(userId) {
      const last = userOf(known) === userId ? { session: known, error: null } : undefined;
      const { session, error } = await sessionAnswer(readSession(), last, clock);
      assertAnswered(error);
      return userOf(session) === userId ? (session?.access_token ?? null) : null;
    },
    onChange(listener) {
      const { data } = supabase.auth.onAuthStateChange((event, session) => {
        known = session;
        // The first event is what `currentUser` answers too; a failing refresh is no sign-out.
        if (event !== 'INITIAL_SESSION') listener(userOf(session));
      });
      return () => data.subscription.unsubscribe();
    },
    async refresh() {
      const { data, error } = await supabase.auth.refreshSession();
      assertAnswered(error);
      return data.session !== null;
    },
  };
}

/**
 * Not read in the usual way, which warns on servers that it comes from a cookie: it is the token beside it that decides
 * what one may see.
 */
function userOf(session: Session | null): string | null {
  const id: unknown = session && Object.getOwnPropertyDescriptor(session.user, 'id')?.value;
  return typeof id === 'string' ? id : null;
}

/** An Auth server that does not answer, or fails, has not ended the session. */
function isUnanswered(error: AuthError | null): error is AuthError {
  const status = error === null ? undefined : (error.status ?? 0);
  return status !== undefined && !(status >= 400 && status < 500 && status !== 408 && status !== 429);
}

function assertAnswered(error: AuthError | null): void {
  if (!isUnanswered(error)) return;
  throw new ConfabError(
    {
      code: error.status ? 'unavailable' : 'offline',
      message: `unable to renew the session; ${error.message}`,
    },
    { cause: error },
  );
}
