'use client';

import { ConfabProvider, useConfabClient, useCurrentUser } from '@confab/react';
import { useEffect, type ReactNode } from 'react';
import { browserSupabase } from '../lib/browser-supabase';
import type { SupabaseConfig } from '../lib/config';

interface ChatProviderProps {
  readonly config: SupabaseConfig;
  readonly children: ReactNode;
}

export function ChatProvider({ config, children }: ChatProviderProps) {
  const confab = useConfabClient({ supabase: browserSupabase(config) });
  return (
    <ConfabProvider client={confab}>
      <SignedOut />
      {children}
    </ConfabProvider>
  );
}

/** Leaves when nobody is signed in any more, in another tab too. A new page: nothing of the last user stays in memory. */
function SignedOut() {
  const isSignedOut = useCurrentUser() === null;
  useEffect(() => {
    if (isSignedOut) location.replace('/sign-in');
  }, [isSignedOut]);
  return null;
}
