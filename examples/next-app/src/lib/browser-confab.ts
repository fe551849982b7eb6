import { createConfab } from '@confab/core';
import { createBrowserClient } from '@supabase/ssr';
import type { SupabaseConfig } from './config';

function create({ url, publishableKey }: SupabaseConfig) {
  const supabase = createBrowserClient(url, publishableKey);
  // Begins when the hooks are mounted, after hydration; on the server they never are.
  return { supabase, confab: createConfab({ supabase, connect: 'when-watched' }) };
}

type Clients = ReturnType<typeof create>;

let shared: Clients | undefined;

/** One for the life of the page. Where components are rendered on the server, one for each request. */
export function openClients(config: SupabaseConfig): Clients {
  if (typeof window === 'undefined') return create(config);
  shared ??= create(config);
  return shared;
}

/** Who signs in next gets a new one. */
export function closeClients(): void {
  shared?.confab.close();
  shared = undefined;
}

declare module '@confab/react' {
  interface Register {
    confab: Clients['confab'];
  }
}
