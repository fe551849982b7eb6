import type { SupabaseClient } from '@supabase/supabase-js';
import type { Auth } from '../ports';

/** The session of a supabase-js client. */
export function createSupabaseAuth(supabase: Pick<SupabaseClient, 'auth'>): Auth {
  return {
    async currentUser() {
      const { data } = await supabase.auth.getSession();
      return data.session?.user.id ?? null;
    },
    async accessToken(userId) {
      const { data } = await supabase.auth.getSession();
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
      const { data } = await supabase.auth.refreshSession();
      return data.session !== null;
    },
  };
}
