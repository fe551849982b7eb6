import { createConfab } from '@confab/core';
import { redirect } from 'next/navigation';
import { after } from 'next/server';
import { cache } from 'react';
import { createServerSupabase } from './supabase-server';

/**
 * The client of this request, with a QueryClient of its own: what it loads is of this user alone. `cache` shares it between
 * the layout and the page, so that both begin from the same cursor.
 */
export const serverConfab = cache(async () => {
  const supabase = await createServerSupabase();
  // The proxy has looked already; data is given out by who asks here.
  const { data } = await supabase.auth.getClaims();
  if (!data) redirect('/sign-in');
  const confab = createConfab({ supabase, connect: false });
  after(() => confab.close());
  return confab;
});
