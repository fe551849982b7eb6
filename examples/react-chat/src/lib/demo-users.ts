/** The people of `supabase/seed.sql`. */
export interface DemoUser {
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export const DEMO_PASSWORD = 'password123';

export const demoUsers: readonly DemoUser[] = [
  { key: 'alice', id: 'a11ce000-0000-4000-8000-000000000001', name: 'Alice', email: 'alice@example.com' },
  { key: 'bob', id: 'b0b00000-0000-4000-8000-000000000002', name: 'Bob', email: 'bob@example.com' },
  { key: 'carol', id: 'ca401000-0000-4000-8000-000000000003', name: 'Carol', email: 'carol@example.com' },
];

const asked = new URLSearchParams(location.search).get('user')?.toLowerCase();

/** Who `?user=…` asks for: a session of its own, so that two windows of one browser can be two people. */
export const demoUser = demoUsers.find(({ key }) => key === asked) ?? null;
