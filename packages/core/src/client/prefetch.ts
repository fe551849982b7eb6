import type { Readable } from '../lib/readable';
import type { LoadState } from '../model/view';

/** What is asked of a client, whatever its message kinds. */
interface Client {
  readonly conversations: {
    readonly list: () => Readable<LoadState>;
    readonly get: (conversationId: string) => Readable<LoadState>;
  };
  readonly messages: { readonly list: (conversationId: string) => Readable<LoadState> };
}

/**
 * Loads the newest conversations into the client's QueryClient, for a first HTML that shows them: on the server
 * `dehydrate(confab.queryClient)`, in the browser `HydrationBoundary` inside the provider, which goes on from there without
 * loading again (rule E15). Resolves when they are there; never rejects: what failed is loaded in the browser.
 *
 * @example
 * ```ts
 * import { dehydrate } from '@tanstack/query-core';
 *
 * const server = createConfab({ supabase, connect: false });
 * await prefetchConversations(server);
 * await prefetchMessages(server, conversationId);
 * const state = dehydrate(server.queryClient);
 * server.close();
 * ```
 */
export async function prefetchConversations({ conversations }: Client): Promise<void> {
  await loaded(conversations.list());
}

/**
 * Loads a conversation and its newest 50 messages, as {@link prefetchConversations} does. Resolves too when there is no
 * such conversation for this user.
 *
 * @throws ConfabError `invalid` for a malformed id
 */
export async function prefetchMessages(
  { conversations, messages }: Client,
  conversationId: string,
): Promise<void> {
  await Promise.all([loaded(messages.list(conversationId)), loaded(conversations.get(conversationId))]);
}

function loaded(readable: Readable<LoadState>): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (readable.get().isPending) return;
      stop();
      resolve();
    };
    const stop = readable.subscribe(check);
    check();
  });
}
