import { createConfab, type Confab, type ConfabOptions, type MessageKinds } from '@confab/core';
import { isServer } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

interface Held {
  readonly client: Pick<Confab, 'currentUser' | 'close'>;
  /** How many mounted components use it. */
  users: number;
}

/** By the supabase-js client they belong to. */
type Clients = WeakMap<object, Held>;

/** React renders more often than it mounts: each render of a page finds the client that the first one made. */
const ofPage: Clients = new WeakMap();

/**
 * The client of the app, for `ConfabProvider`. It begins when the component is mounted and is closed when the component is
 * unmounted. There is one for each `supabase`, also in StrictMode and after a hot reload; create `supabase` outside of the
 * component. On a server each render has a client of its own, which does nothing. The options are read when the client is
 * made (rule H23).
 *
 * @example
 * ```tsx
 * function App() {
 *   const confab = useConfabClient({ supabase });
 *   return (
 *     <ConfabProvider client={confab}>
 *       <main>…</main>
 *     </ConfabProvider>
 *   );
 * }
 * ```
 */
export function useConfabClient<const K extends MessageKinds = Record<never, never>>(
  options: Omit<ConfabOptions<K>, 'connect'>,
): Confab<K> {
  const { supabase } = options;
  // What a server renders for one user is nothing for the next.
  const [clients] = useState<Clients>(() => (isServer ? new WeakMap() : ofPage));
  const [, renderAgain] = useState({});
  const held = clients.get(supabase) ?? {
    client: createConfab({ ...options, connect: 'when-watched' }),
    users: 0,
  };
  clients.set(supabase, held);

  useEffect(() => {
    // It was closed while React had this component hidden.
    if (clients.get(supabase) !== held) return renderAgain({});
    held.users++;
    // Begins, also where no component below watches anything.
    const stop = held.client.currentUser.subscribe(() => undefined);
    return () => {
      stop();
      held.users--;
      // Not at once: StrictMode and a hot reload mount again in the same turn.
      queueMicrotask(() => {
        if (held.users > 0 || clients.get(supabase) !== held) return;
        clients.delete(supabase);
        held.client.close();
      });
    };
  }, [clients, supabase, held]);

  // The kinds are those of the options: at run time every client is the same.
  return held.client as Confab<K>;
}
