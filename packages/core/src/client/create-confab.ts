import { QueryClient } from '@tanstack/query-core';
import { createBrowserEnvironment } from '../adapters/browser-environment';
import { createBrowserTabs } from '../adapters/browser-tabs';
import { createConsoleLogger } from '../adapters/console-logger';
import { createIndexedDbStorage, hasIndexedDb } from '../adapters/indexeddb-storage';
import { createMemoryStorage } from '../adapters/memory-storage';
import { singleTab } from '../adapters/single-tab';
import { createSupabaseAuth } from '../adapters/supabase-auth';
import { createSupabaseRealtime } from '../adapters/supabase-realtime';
import { createSupabaseTransport } from '../adapters/supabase-transport';
import { systemClock } from '../adapters/system-clock';
import { createSystemIds } from '../adapters/system-ids';
import { createCache, type Cache } from '../cache/cache';
import { createAccount, type Account } from '../features/account';
import { createConnection, type Connection } from '../features/connection';
import { createConversations, type Conversations } from '../features/conversations';
import { createDrafts, type Drafts } from '../features/drafts';
import { createIntroductions } from '../features/introductions';
import { createMembers, type Members } from '../features/members';
import { createLists } from '../features/message-list';
import { createMessages, type Messages } from '../features/messages';
import { createOutbox, type Outbox } from '../features/outbox';
import { createPresence, type PresenceFeature } from '../features/presence';
import { createReactions, type Reactions } from '../features/reactions';
import { createReceipts, createUnread, type Receipts, type Unread } from '../features/receipts';
import { createSearch, type Search } from '../features/search';
import { createThreads, type Threads } from '../features/threads';
import { createTyping, type Typing } from '../features/typing';
import { createSources } from '../features/views';
import type { Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import type { Clock, Ids } from '../ports';
import { createEngine, type Engine } from '../sync/engine';
import type { ConfabOptions } from './options';

/** A messaging client; what it shows are readables, what it writes goes through the outbox. */
export interface Confab<K extends MessageKinds = MessageKinds> {
  readonly conversations: Conversations<K>;
  readonly messages: Messages<K>;
  readonly threads: Threads<K>;
  readonly reactions: Reactions<K>;
  readonly members: Members<K>;
  readonly receipts: Receipts;
  readonly unread: Unread;
  readonly search: Search<K>;
  readonly drafts: Drafts;
  readonly account: Account;
  readonly typing: Typing;
  readonly presence: PresenceFeature;
  readonly connection: Connection;
  readonly outbox: Outbox;
  /** The id of the signed-in user; null when nobody is, undefined until the session was looked up. */
  readonly currentUser: Readable<string | null | undefined>;
  /** Holds what the server confirmed, under keys that begin with `confab`. */
  readonly queryClient: QueryClient;
  /** Ends all background work and leaves all channels. Unsent writes stay in storage for the next client. */
  close(): void;
}

/**
 * Creates the client and starts to follow the session of `supabase`. Create one per app and keep it; `close()` ends it.
 *
 * @example
 * ```ts
 * import { createClient } from '@supabase/supabase-js';
 * import { createConfab } from '@confab/core';
 *
 * const supabase = createClient('https://project.supabase.co', 'sb_publishable_…');
 * const confab = createConfab({ supabase });
 *
 * const conversations = confab.conversations.list();
 * const stop = conversations.subscribe(() => {
 *   for (const { name, unreadCount } of conversations.get().conversations) console.log(name, unreadCount);
 * });
 * ```
 */
export function createConfab<const K extends MessageKinds = Record<never, never>>(
  options: ConfabOptions<K>,
): Confab<K> {
  const { supabase } = options;
  const storage = options.storage ?? (hasIndexedDb() ? createIndexedDbStorage() : createMemoryStorage());
  const clock = systemClock;
  const queryClient = options.queryClient ?? new QueryClient();
  const cache = createCache(queryClient);
  const auth = options.auth ?? createSupabaseAuth(supabase, clock);
  const ids = createSystemIds(clock);
  // An app without kinds of its own has none to look up.
  const kinds = options.messageKinds ?? ({} as K);
  const engine = createEngine({
    cache,
    transport: createSupabaseTransport(supabase, auth, clock),
    ids,
    clock,
    realtime: createSupabaseRealtime(supabase, clock),
    auth,
    storage,
    persistsCache: options.persistCache ?? storage.kind !== 'memory',
    // What is stored nowhere is no other tab's to send.
    tabs: options.tabs ?? (storage.kind === 'memory' ? singleTab : createBrowserTabs()),
    environment: options.environment ?? createBrowserEnvironment(),
    logger: options.logger === undefined ? createConsoleLogger() : (options.logger ?? (() => undefined)),
    onSignOutUnsent: options.onSignOutUnsent,
    connects: options.connect ?? true,
  });
  return assemble({ engine, cache, ids, clock, kinds });
}

interface Parts<K extends MessageKinds> {
  readonly engine: Engine;
  readonly cache: Cache;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly kinds: K;
}

/** Puts the features on an engine. */
export function assemble<K extends MessageKinds>(parts: Parts<K>): Confab<K> {
  const { engine, cache, kinds } = parts;
  const sources = createSources(engine, cache, kinds);
  const deps = { ...parts, sources };
  const conversations = createConversations(deps);
  const lists = createLists({ ...deps, conversation: (id: string) => conversations.get(id) });
  const listDeps = { ...deps, lists };
  const introduce = createIntroductions(engine, cache);
  return {
    conversations,
    messages: createMessages(listDeps),
    threads: createThreads(listDeps),
    reactions: createReactions(deps),
    members: createMembers(deps),
    receipts: createReceipts(deps),
    unread: createUnread(deps),
    search: createSearch(deps),
    drafts: createDrafts(deps),
    account: createAccount(engine),
    typing: createTyping(engine.rooms, sources, introduce),
    presence: createPresence(engine.rooms, sources, introduce),
    connection: createConnection(engine),
    outbox: createOutbox(engine),
    currentUser: sources.currentUser,
    queryClient: cache.queryClient,
    close: () => engine.close(),
  };
}
