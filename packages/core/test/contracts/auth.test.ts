import { AuthApiError, AuthRetryableFetchError, type SupabaseClient } from '@supabase/supabase-js';
import { createSupabaseAuth } from '../../src/adapters/supabase-auth';
import { createFakeAuth } from '../../src/testing/fake-auth';
import { createManualClock } from '../../src/testing/manual-clock';
import { describeAuth, type AuthHarness } from './auth.contract';

/** What is used of `supabase.auth`, without a server. */
function createStub(): AuthHarness {
  let user: string | null = null;
  let answer: Parameters<AuthHarness['onRefresh']>[0] = 'renewed';
  const listeners = new Set<(event: string, session: object | null) => void>();
  const session = () => (user === null ? null : { user: { id: user }, access_token: `token of ${user}` });
  const report = (event: string) => {
    for (const listener of listeners) listener(event, session());
  };
  const stub = {
    getSession: () => Promise.resolve({ data: { session: session() }, error: null }),
    onAuthStateChange(listener: (event: string, session: object | null) => void) {
      listeners.add(listener);
      listener('INITIAL_SESSION', session());
      return { data: { subscription: { unsubscribe: () => void listeners.delete(listener) } } };
    },
    refreshSession() {
      const refusal =
        answer === 'offline'
          ? new AuthRetryableFetchError('fetch failed', 0)
          : new AuthApiError('Invalid Refresh Token', 400, 'refresh_token_not_found');
      return Promise.resolve(
        answer === 'renewed'
          ? { data: { session: session() }, error: null }
          : { data: { session: null }, error: refusal },
      );
    },
  };
  return {
    auth: createSupabaseAuth({ auth: stub } as unknown as SupabaseClient, createManualClock()),
    signIn(userId) {
      user = userId;
      report('SIGNED_IN');
    },
    signOut() {
      user = null;
      report('SIGNED_OUT');
    },
    renew: () => report('TOKEN_REFRESHED'),
    onRefresh(next) {
      answer = next;
    },
  };
}

describeAuth('the fake', () => {
  const auth = createFakeAuth();
  return { ...auth, auth };
});
describeAuth('Supabase', createStub);
