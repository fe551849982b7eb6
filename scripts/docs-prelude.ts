// What the examples in docstrings may use without importing it.
import type { Confab } from '@confab/core';
import type { SupabaseClient } from '@supabase/supabase-js';

declare global {
  const supabase: SupabaseClient;
  const confab: Confab;
  const conversationId: string;
  const messageId: string;
  const userId: string;
}
