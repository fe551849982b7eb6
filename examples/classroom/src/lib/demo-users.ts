/** The people of `supabase/seed.sql`. */
export interface DemoUser {
  readonly key: string;
  readonly name: string;
  readonly is: 'instructor' | 'student';
}

export const DEMO_PASSWORD = 'password123';

export const demoUsers: readonly DemoUser[] = [
  { key: 'maya', name: 'Maya Okafor', is: 'instructor' },
  { key: 'leo', name: 'Leo Brandt', is: 'student' },
  { key: 'ines', name: 'Ines Duarte', is: 'student' },
];

const asked = new URLSearchParams(location.search).get('user')?.toLowerCase();

/** Who `?user=…` asks for: a session of its own, so that two windows of one browser can be two people. */
export const demoUser =
  demoUsers.find(({ key }) => key === asked) ??
  (asked && /^[a-z]+$/.test(asked) ? { key: asked, name: asked, is: 'student' as const } : null);
