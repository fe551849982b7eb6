import { createServerClient } from '@supabase/ssr';
import { NextResponse, type NextRequest } from 'next/server';
import { supabaseConfig } from './lib/config';

/** Renews the session before anything is rendered with it, and sends who has none to sign in. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { url, publishableKey } = supabaseConfig();
  let response = NextResponse.next({ request });
  const supabase = createServerClient(url, publishableKey, {
    cookies: {
      getAll: () => request.cookies.getAll(),
      setAll(changed, headers) {
        // For what is rendered now …
        for (const { name, value } of changed) request.cookies.set(name, value);
        response = NextResponse.next({ request });
        // … and for the browser. The headers keep caches from handing one user's session to the next.
        for (const { name, value, options } of changed) response.cookies.set(name, value, options);
        for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      },
    },
  });
  // Renews the tokens if they have expired: between it and the creation of the client nothing may come.
  const { data } = await supabase.auth.getClaims();

  const isSignIn = request.nextUrl.pathname === '/sign-in';
  if ((data === null) === isSignIn) return response;
  const redirect = NextResponse.redirect(new URL(data ? '/' : '/sign-in', request.url));
  for (const cookie of response.cookies.getAll()) redirect.cookies.set(cookie);
  return redirect;
}

export const config = {
  matcher: ['/((?!_next/|favicon.ico|icon.svg).*)'],
};
