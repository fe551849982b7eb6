import type { QueryClient } from '@tanstack/query-core';
import { keys, membersIn, type MembersByConversation, type ProfilesById } from '../cache/cache';
import type { People } from '../cache/hydration';
import type { Readable } from '../lib/readable';
import type { LoadState } from '../model/view';

/** What is asked of a client, whatever its message kinds. */
interface Client {
  readonly conversations: {
    readonly list: () => Readable<LoadState>;
    readonly get: (conversationId: string) => Readable<LoadState>;
  };
  readonly messages: { readonly list: (conversationId: string) => Readable<LoadState> };
  readonly drafts: { readonly list: () => Readable<unknown> };
  readonly queryClient: QueryClient;
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
 * Loads a conversation, its newest 50 messages and what the user has begun to write, as {@link prefetchConversations} does.
 * Resolves too when there is no such conversation for this user: `confab.conversations.get(id).get().error` says so.
 *
 * @throws ConfabError `invalid` for a malformed id
 */
export async function prefetchMessages(
  { conversations, messages, drafts, queryClient }: Client,
  conversationId: string,
): Promise<void> {
  const stop = drafts.list().subscribe(() => undefined);
  const query = queryClient.getQueryCache().find({ queryKey: keys.drafts });
  await Promise.all([
    loaded(messages.list(conversationId)),
    loaded(conversations.get(conversationId)),
    // Of a query that is being fetched this is the promise of that fetch.
    query?.state.fetchStatus === 'fetching' && query.fetch().catch(() => undefined),
  ]).finally(stop);
  const people: People = {
    members: membersIn(queryClient.getQueryData<MembersByConversation>(keys.members), conversationId) ?? [],
    profiles: Object.values(queryClient.getQueryData<ProfilesById>(keys.profiles) ?? {}),
  };
  queryClient.setQueryData(keys.people(conversationId), people);
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
