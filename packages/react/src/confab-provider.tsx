import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { ConfabContext } from './confab-context';
import type { ClientOf, Register, RegisteredConfab } from './register';

export interface ConfabProviderProps {
  /** What `useConfabClient` returned, or `createConfab`; the provider neither starts nor closes it. */
  readonly client: ClientOf<Register>;
  readonly children?: ReactNode;
}

/**
 * Gives a client to the hooks below it, and its QueryClient to TanStack Query: `useQuery`, devtools and hydration work
 * on the same cache. To keep the app's own QueryClient, hand it to `useConfabClient({ supabase, queryClient })`.
 *
 * @example
 * ```tsx
 * const app = (
 *   <ConfabProvider client={confab}>
 *     <main>…</main>
 *   </ConfabProvider>
 * );
 * ```
 */
export function ConfabProvider({ client, children }: ConfabProviderProps): ReactElement {
  return (
    // The kinds are a promise of the app: at run time every client is the same.
    <ConfabContext.Provider value={client as RegisteredConfab}>
      <QueryClientProvider client={client.queryClient}>{children}</QueryClientProvider>
    </ConfabContext.Provider>
  );
}
