import { createServerClient } from '@supabase/ssr';
import { cookies } from 'next/headers';
import { supabaseConfig } from './config';

/** A client with the session of this request. Never keep it for another one. */
export async function createServerSupabase() {
  // First, so that what is rendered with it waits for a request.
  const store = await cookies();
  const { url, publishableKey } = supabaseConfig();
  return createServerClient(url, publishableKey, {
    cookies: {
      getAll: () => store.getAll(),
      setAll(changed) {
        try {
          for (const { name, value, options } of changed) store.set(name, value, options);
        } catch {
          // Components cannot set cookies. They need not: the proxy has renewed the session before.
        }
      },
    },
  });
}
