import { DEMO_PASSWORD, type DemoUser } from './demo-users';
import { supabase } from './supabase';

async function signIn(email: string, password: string): Promise<void> {
  const { error } = await supabase.auth.signInWithPassword({ email, password });
  if (error) throw error;
}

/** Rejects with an error whose message is for the user. */
export async function signInAs({ key }: DemoUser): Promise<void> {
  // A session kept from the last visit is enough.
  const { data } = await supabase.auth.getSession();
  if (!data.session) await signIn(`${key}@example.com`, DEMO_PASSWORD);
}

/** Ends the session of this window and shows the sign-in page. */
export async function signOut(): Promise<void> {
  await supabase.auth.signOut({ scope: 'local' });
  location.assign(location.pathname);
}
