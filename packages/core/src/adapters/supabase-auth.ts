import type { AuthError, SupabaseClient } from '@supabase/supabase-js';
import { ConfabError } from '../errors/confab-error';
import type { Auth } from '../ports';

/** The session of a supabase-js client. */
export function createSupabaseAuth(supabase: Pick<SupabaseClient, 'auth'>): Auth {
  return {
    async currentUser() {
      const { data } = await supabase.auth.getSession();
      return data.session?.user.id ?? null;
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
function assertAnswered(error: AuthError | null): void {
  const status = error === null ? undefined : (error.status ?? 0);
  if (status === undefined || (status >= 400 && status < 500 && status !== 408 && status !== 429)) return;
  throw new ConfabError(
    {
      code: status === 0 ? 'offline' : 'unavailable',
      message: `unable to renew the session; ${error?.message ?? ''}`,
    },
    { cause: error },
  );
}
