'use client';

import { browserSupabase } from '../lib/browser-supabase';
import type { SupabaseConfig } from '../lib/config';

/** In the browser, where there is something to put away; the provider then leaves the page. */
export function SignOutButton({ config }: { readonly config: SupabaseConfig }) {
  return (
    <button className="quiet" onClick={() => void browserSupabase(config).auth.signOut({ scope: 'local' })}>
      Sign out
    </button>
  );
}
