import { createClient } from '@supabase/supabase-js';
import { demoUser } from './demo-users';

function setting(name: 'VITE_SUPABASE_URL' | 'VITE_SUPABASE_ANON_KEY'): string {
  const value: unknown = import.meta.env[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`unable to start; set ${name}`);
}

export const supabase = createClient(setting('VITE_SUPABASE_URL'), setting('VITE_SUPABASE_ANON_KEY'), {
  auth: { storageKey: demoUser ? `classroom-${demoUser.key}` : 'classroom' },
});
