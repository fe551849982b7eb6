import { createConfab, type Confab, type ConfabOptions, type MessageKinds } from '@confab/core';
import { isServer } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';

/** The one client of all components of a page that use the same supabase-js client. */
interface Shared {
  /** Makes it, unless there is one: React renders more often than it mounts. */
  client(make: () => Client): Client;
  /** A component uses it from now on; to be called once it is mounted. Returns how that ends. */
  readonly use: () => () => void;
}

type Client = Pick<Confab, 'currentUser' | 'close'>;

/** By the supabase-js client they belong to. */
type Clients = WeakMap<object, Shared>;

const ofPage: Clients = new WeakMap();

function share(): Shared {
  let current: Client | null = null;
  let users = 0;
  let stop = () => {};
  const begin = () => {
    stop();
    // A client begins when somebody watches, also where no component below does.
    stop = (users > 0 && current?.currentUser.subscribe(() => undefined)) || (() => {});
  };
  return {
    client(make) {
      if (current) return current;
      current = make();
      // It was closed while React had the component hidden, which is mounted all the same.
      begin();
      return current;
    },
    use() {
      if (users++ === 0) begin();
      return () => {
        users--;
        // Not at once: StrictMode and a hot reload mount again in the same turn.
        queueMicrotask(() => {
          if (users > 0) return;
          stop();
          current?.close();
          current = null;
        });
      };
    },
  };
}

function sharedIn(clients: Clients, supabase: object): Shared {
  const known = clients.get(supabase) ?? share();
  clients.set(supabase, known);
  return known;
}

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
  // What a server renders for one user is nothing for the next.
  const [clients] = useState<Clients>(() => (isServer ? new WeakMap() : ofPage));
  const shared = sharedIn(clients, options.supabase);
  const client = () => shared.client(() => createConfab({ ...options, connect: 'when-watched' }));
  // The kinds are those of the options: at run time every client is the same.
  return useSyncExternalStore(shared.use, client, client) as Confab<K>;
}
