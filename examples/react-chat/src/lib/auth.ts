import { DEMO_PASSWORD, type DemoUser } from './demo-users';
import { supabase } from './supabase';

/** All of these reject with an error whose message is for the user. */
export async function signIn(email: string, password: string): Promise<void> {
  const { error } = await supabase.auth.signInWithPassword({ email, password });
  if (error) throw error;
}

export async function signInAs({ email }: DemoUser): Promise<void> {
  // A session kept from the last visit is enough.
  const { data } = await supabase.auth.getSession();
  if (!data.session) await signIn(email, DEMO_PASSWORD);
}

export async function signUp(name: string, email: string, password: string): Promise<void> {
  const { error } = await supabase.auth.signUp({
    email,
    password,
    options: { data: { display_name: name } },
  });
  if (error) throw error;
}

/** Ends the session of this window and shows the sign-in page. */
export async function signOut(): Promise<void> {
  await supabase.auth.signOut({ scope: 'local' });
  location.assign(location.pathname);
}

/** The name this user signed up with. */
export async function readOwnName(): Promise<string> {
  const { data } = await supabase.auth.getSession();
  const name: unknown = data.session?.user.user_metadata['display_name'];
  return typeof name === 'string' && name !== '' ? name : (data.session?.user.email ?? '');
}
