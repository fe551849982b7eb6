'use client';

import { ConfabProvider, useCurrentUser } from '@confab/react';
import { useEffect, useState, type ReactNode } from 'react';
import { openClients } from '../lib/browser-confab';
import type { SupabaseConfig } from '../lib/config';

interface ChatProviderProps {
  readonly config: SupabaseConfig;
  readonly children: ReactNode;
}

export function ChatProvider({ config, children }: ChatProviderProps) {
  const [{ confab }] = useState(() => openClients(config));
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
