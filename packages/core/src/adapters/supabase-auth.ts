import type { AuthError, SupabaseClient } from '@supabase/supabase-js';
import { ConfabError } from '../errors/confab-error';
import type { Auth } from '../ports';

/** The session of a supabase-js client. */
export function createSupabaseAuth(supabase: Pick<SupabaseClient, 'auth'>): Auth {
  return {
    async currentUser() {
      const { data, error } = await supabase.auth.getSession();
      return data.session?.user.id ?? (isUnanswered(error) ? undefined : null);
    },
    async accessToken(userId) {
      const { data, error } = await supabase.auth.getSession();
      assertAnswered(error);
      return data.session?.user.id === userId ? data.session.access_token : null;
    },
    onChange(listener) {
      const { data } = supabase.auth.onAuthStateChange((event, session) => {
        // The first event is what `currentUser` answers too; a failing refresh is no sign-out.
        if (event !== 'INITIAL_SESSION') listener(session?.user.id ?? null);
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
