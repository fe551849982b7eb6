import { createConfab } from '@confab/core';
import { supabase } from './supabase';

export const confab = createConfab({ supabase });

declare module '@confab/react' {
  interface Register {
    confab: typeof confab;
  }
}
