import { createBrowserClient } from '@supabase/ssr';
import type { SupabaseConfig } from './config';

/** In the browser the same with each call; where components are rendered on the server, a new one. */
export function browserSupabase({ url, publishableKey }: SupabaseConfig) {
  return createBrowserClient(url, publishableKey);
}
