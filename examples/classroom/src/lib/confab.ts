import { createConfab } from '@confab/core';
import { messageKinds } from './kinds';
import { supabase } from './supabase';

export const confab = createConfab({ supabase, messageKinds });

declare module '@confab/react' {
  interface Register {
    confab: typeof confab;
  }
}
