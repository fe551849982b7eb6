'use server';

import { redirect } from 'next/navigation';
import { createServerSupabase } from '../../lib/supabase-server';

export interface SignInState {
  readonly email: string;
  readonly problem: string | null;
}

/** Puts the session into cookies, where the server finds it with the next request, and the browser too. */
export async function signIn(_: SignInState, form: FormData): Promise<SignInState> {
  const field = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const email = field('email').trim();
  const supabase = await createServerSupabase();
  const { error } = await supabase.auth.signInWithPassword({ email, password: field('password') });
  if (!error) redirect('/');
  const problem =
    error.code === 'invalid_credentials'
      ? 'The e-mail or the password is wrong.'
      : 'Signing in is not possible right now. Please try again.';
  return { email, problem };
}
