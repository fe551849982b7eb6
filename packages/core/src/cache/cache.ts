import { hashKey, type Query, type QueryClient } from '@tanstack/query-core';
import { ConfabError } from '../errors/confab-error';
import { entryOf, withEntry, type Buckets } from '../lib/buckets';
import { createListeners, touch, type Listeners } from '../lib/readable';
import type {
  ConversationRecord,
  DraftRecord,
  MemberRecord,
  ProfileRecord,
  ThreadRecord,
} from '../model/records';
import type { LogEntry } from '../ports';
import { mergeMember } from './conversation-changes';
import { conversationIn, withConversation, type ConversationList } from './conversation-list';
import { createHydration } from './hydration';
import { hashOf, keys } from './keys';
import type { LoadedMessages } from './loaded-messages';
import { mergeDraft, mergeThread, withNewer, without, type Incoming } from './newer-rows';
import { createWatchedLoads, type WatchedLoads } from './watched-loads';

export { keys } from './keys';

export type Cause = NonNullable<LogEntry['cause']>;

export type MembersByConversation = Buckets<readonly MemberRecord[]>;
export type ProfilesById = Readonly<Record<string, ProfileRecord>>;
/** By {@link draftKey}. */
export type Drafts = Readonly<Record<string, DraftRecord>>;
/** How the user stands to threads, by their root. */
export type Threads = Readonly<Record<string, ThreadRecord>>;
/** Conversations the user is invited to. */
export type Invites = Readonly<Record<string, ConversationRecord>>;

const threadKey = ({ rootId }: ThreadRecord) => rootId;

/** There is one draft per conversation and thread. */
export function draftKey({
  conversationId,
  threadRootId,
}: Pick<DraftRecord, 'conversationId' | 'threadRootId'>) {
  return threadRootId ?? conversationId;
}

/**
 * Typed access to what the server has confirmed, kept in the QueryClient so that any TanStack adapter, its devtools and
 * its hydration can read it.
 */
export interface Cache {
  readonly queryClient: QueryClient;
  /** Whose data it holds, also where another process has loaded it. */
  owner(): string | undefined;
  setOwner(userId: string): void;
  cursor(): string | null;
  setCursor(cursor: string): void;
  list(): ConversationList | undefined;
  updateList(change: (list: ConversationList) => ConversationList): void;
  conversation(id: string): ConversationRecord | undefined;
  /** Stores it wherever it is held, and in the list if that is loaded. */
  setConversation(conversation: ConversationRecord): void;
  /** Forgets it; views that show it ask again and learn why it is gone. */
  dropConversation(id: string): void;
  mergeMembers(members: readonly MemberRecord[]): void;
  member(conversationId: string, userId: string): MemberRecord | undefined;
  /** Those that are known; of a conversation too large for receipts that is nearly nobody (rule D6). */
  members(conversationId: string): readonly MemberRecord[];
  mergeProfiles(profiles: readonly ProfileRecord[]): void;
  /** Keeps the loaded drafts up to date. */
  mergeDrafts(drafts: readonly DraftRecord[]): void;
  /** Forgets those of conversations the user is no longer in, and nothing else: a composer is open on others. */
  dropDrafts(conversationIds: readonly string[]): void;
  mergeThreads(threads: readonly ThreadRecord[]): void;
  thread(rootId: string): ThreadRecord | undefined;
  /** Keeps the loaded invitations up to date. */
  mergeInvites(invites: readonly ConversationRecord[], settled: readonly string[]): void;
  /** What is loaded of a timeline, or of a thread. */
  messages(conversationId: string, threadRootId?: string | null): LoadedMessages | undefined;
  /** Changes what is loaded of a conversation, its timeline and its threads. */
  updateMessages(conversationId: string, change: (loaded: LoadedMessages) => LoadedMessages): void;
  setMessages(conversationId: string, loaded: LoadedMessages): void;
  /** Puts the newest page in the place of the timeline, if that is loaded; threads that are watched load anew. */
  replaceMessages(conversationId: string, loaded: LoadedMessages | null): void;
  /** By conversation, the version up to which everything that is loaded of its messages is complete. */
  versions(): ReadonlyMap<string, number>;
  /** The same for one; undefined where nothing is loaded. */
  versionOf(conversationId: string): number | undefined;
  /** Resolves when no load of it is on its way any more: that would overwrite what is set meanwhile. */
  settled(conversationId: string, threadRootId: string | null): Promise<void>;
  /** Runs the load of a further page of messages. */
  whileLoading<T>(conversationId: string, load: () => Promise<T>): Promise<T>;
  /**
   * Whether a page of its messages is on its way, or watched for and not there yet because loading it failed; not where
   * the user is no member.
   */
  isAwaitingMessages(conversationId: string): boolean;
  /** Calls `listener` after each change of the state of one query, by its hash. */
  watch(hash: string, listener: () => void): () => void;
  /** Calls `listener` whenever somebody begins to watch. */
  onWatch(listener: () => void): void;
  /** Writes for a reason. Whoever watches what is written is called once, after all of it. */
  batch<T>(cause: Cause, write: () => T): T;
  /** Calls `listener` with each change of what is held, and its cause (rule E14). */
  onWrite(listener: (queryKey: readonly unknown[], cause: Cause) => void): void;
  /** Calls `listener` after each load of one of Confab's queries. */
  onLoaded(listener: () => void): () => void;
  /** Forgets everything and loads what is being watched again. */
  reset(): void;
  readonly loads: WatchedLoads;
  /** Conversations whose stored messages are not to be used: they are gone, or were hidden while not held here. */
  readonly forgotten: Set<string>;
  /** What loads wait for: what was stored is being read (rule E15). Null when nothing is. */
  hydrating(): Promise<void> | null;
  /** Holds loads until then; takes the place of what they waited for before. */
  hold(until: Promise<void>): void;
  /** Follows the QueryClient no more: another client may go on with what it holds. */
  close(): void;
}

export function membersIn(
  members: MembersByConversation | undefined,
  conversationId: string,
): readonly MemberRecord[] | undefined {
  return entryOf(members, conversationId);
}

const codeOf = (error: unknown) => (error instanceof ConfabError ? error.code : undefined);

export function createCache(queryClient: QueryClient): Cache {
  // An app that hashes its own keys in another way does not change where ours are found.
  queryClient.setQueryDefaults(keys.all, {
    staleTime: 'static',
    structuralSharing: false,
    queryKeyHashFn: hashKey,
    gcTime: Infinity,
  });
  /** What has no query function is kept as long as the client lives; the rest follows the app's gcTime. */
  const kept = [
    keys.sync,
    keys.owner,
    keys.members,
    keys.profiles,
    keys.conversations,
    keys.threads,
    keys.drafts,
    keys.invites,
  ];
  const keptHashes = new Set(kept.map(hashOf));
  const watchedLoads = createWatchedLoads(queryClient, (hash) => keptHashes.has(hash));
  let gate: Promise<void> | null = null;

  /** What the hashes of all keys begin with. */
  const prefix = hashKey(keys.all).slice(0, -1);
  const queries = queryClient.getQueryCache();
  const queryOf = (key: readonly string[]): Query | undefined => queries.get(hashOf(key));
  const read = <T>(key: readonly string[]) => queries.get<T>(hashOf(key))?.state.data;
  const write = (key: readonly string[], value: unknown) => {
    const query = queryOf(key);
    // What `setQueryData` does in the end, without collecting the options of the query first.
    if (query) query.setData(value, { manual: true });
    else queryClient.setQueryData(key, value);
  };

  type Load = Query<LoadedMessages>;
  const messagesPrefix = hashKey(keys.allMessages).slice(0, -1);
  /** The queries of timelines and threads, by conversation: looked up with each message that arrives. */
  const messageQueries = new Map<string, readonly Load[]>();
  const loadsOf = (conversationId: string) => messageQueries.get(conversationId) ?? [];
  const track = ({ queryKey, queryHash }: Query): void => {
    const [, , id] = queryKey;
    if (!queryHash.startsWith(messagesPrefix) || typeof id !== 'string') return;
    const others = loadsOf(id).filter((other) => other.queryHash !== queryHash);
    const held = queries.get<LoadedMessages>(queryHash);
    if (held) others.push(held);
    if (others.length > 0) messageQueries.set(id, others);
    else messageQueries.delete(id);
  };
  queries.getAll().forEach(track);

  const watchers = new Map<string, Listeners>();
  const loads = createListeners();
  let batching: Set<Listeners> | null = null;
  /** Of what is being written; the app's own writes, and what was stored, come from this device. */
  let cause: Cause = 'local';
  let report: Parameters<Cache['onWrite']>[0] = () => undefined;
  let begin = () => {};
  // One listener for all: each costs something with every change of any query of the app.
  const stopQueries = queries.subscribe((event) => {
    const { queryHash } = event.query;
    if (!queryHash.startsWith(prefix)) return;
    if (event.type !== 'updated' && event.type !== 'removed' && event.type !== 'added') return;
    if (event.type !== 'updated') track(event.query as Query);
    touch();
    hydration.note(event);
    watchedLoads.noteChange(queryHash);
    const watching = watchers.get(queryHash);
    if (watching) {
      if (batching) batching.add(watching);
      else watching.call();
    }
    if (event.type !== 'updated') return;
    const { action } = event;
    const isLoad = action.type === 'success' && !action.manual;
    if (action.type === 'success' || action.type === 'setState')
      report((event.query as Query).queryKey, isLoad ? 'history' : cause);
    if (isLoad) loads.call();
  });

  const replace = (key: readonly string[], known: unknown, next: unknown) => {
    if (next !== known) write(key, next);
  };
  /** Puts the rows that are newer than the known ones; those of what is not loaded come with its load. */
  const mergeNewer = <T extends { readonly changed: number }>(
    key: readonly string[],
    known: Readonly<Record<string, T>> | undefined,
    ...incoming: Incoming<T>
  ) => replace(key, known, known && withNewer(known, ...incoming));
  const list = () => read<ConversationList>(keys.conversations);
  const cursor = () => read<{ cursor: string }>(keys.sync)?.cursor ?? null;
  const forgotten = new Set<string>();

  /** Of further pages. */
  const loading: string[] = [];
  const versionOf = (conversationId: string): number | undefined => {
    const versions = loadsOf(conversationId).flatMap(({ state }) => state.data?.version ?? []);
    return versions.length > 0 ? Math.min(...versions) : undefined;
  };

  const updateList: Cache['updateList'] = (change) => {
    const known = list();
    if (!known) return;
    const next = change(known);
    if (next !== known) write(keys.conversations, next);
  };

  const cache: Cache = {
    queryClient,
    owner: () => read<string>(keys.owner),
    setOwner: (userId) => write(keys.owner, userId),
    cursor,
    setCursor(next) {
      if (next !== cursor()) write(keys.sync, { cursor: next });
    },
    list,
    updateList,
    conversation: (id) => conversationIn(list(), id) ?? read<ConversationRecord>(keys.conversation(id)),
    setConversation(conversation) {
      const key = keys.conversation(conversation.id);
      const held = read<ConversationRecord>(key);
      if (held && held !== conversation) write(key, conversation);
      updateList((known) => withConversation(known, conversation, held?.unread));
    },
    dropConversation(id) {
      forgotten.add(id);
      void queryClient.resetQueries({ queryKey: keys.messages(id) });
      void queryClient.resetQueries({ queryKey: keys.conversation(id) });
    },
    mergeMembers(members) {
      const known = read<MembersByConversation>(keys.members);
      let next = known;
      for (const member of members) {
        const rows = membersIn(next, member.conversationId) ?? [];
        const at = rows.findIndex((other) => other.userId === member.userId);
        const merged = mergeMember(rows[at], member);
        if (merged === rows[at]) continue;
        const copy = rows.slice();
        copy[at === -1 ? rows.length : at] = merged;
        next = withEntry(next, member.conversationId, copy);
      }
      if (next && next !== known) write(keys.members, next);
    },
    members: (conversationId) => membersIn(read(keys.members), conversationId) ?? [],
    member: (conversationId, userId) =>
      membersIn(read(keys.members), conversationId)?.find((row) => row.userId === userId),
    mergeProfiles: (profiles) =>
      mergeNewer(keys.profiles, read<ProfilesById>(keys.profiles) ?? {}, profiles, ({ id }) => id),
    mergeThreads: (threads) =>
      mergeNewer(keys.threads, read<Threads>(keys.threads) ?? {}, threads, threadKey, mergeThread),
    thread: (rootId) => read<Threads>(keys.threads)?.[rootId],
    mergeDrafts: (drafts) => mergeNewer(keys.drafts, read<Drafts>(keys.drafts), drafts, draftKey, mergeDraft),
    dropDrafts(ids) {
      const known = read<Drafts>(keys.drafts);
      replace(keys.drafts, known, known && without(known, ({ conversationId: id }) => ids.includes(id)));
    },
    mergeInvites(invites, settled) {
      mergeNewer(keys.invites, read<Invites>(keys.invites), invites, ({ id }) => id);
      const known = read<Invites>(keys.invites);
      replace(keys.invites, known, known && without(known, ({ id }) => settled.includes(id)));
    },
    messages: (conversationId, threadRootId) =>
      read<LoadedMessages>(keys.messages(conversationId, threadRootId)),
    updateMessages(conversationId, change) {
      for (const query of loadsOf(conversationId)) {
        const loaded = query.state.data;
        const next = loaded && change(loaded);
        if (next && next !== loaded) query.setData(next, { manual: true });
      }
    },
    setMessages(conversationId, loaded) {
      const key = keys.messages(conversationId, loaded.threadRootId);
      if (loaded !== read(key)) write(key, loaded);
    },
    replaceMessages(conversationId, loaded) {
      const timeline = keys.messages(conversationId);
      if (loaded && read(timeline)) write(timeline, loaded);
      void queryClient.resetQueries({
        queryKey: timeline,
        predicate: ({ queryKey }) => queryKey.length > timeline.length,
      });
    },
    versions: () =>
      new Map(
        [...messageQueries.keys()].flatMap((id) => {
          const version = versionOf(id);
          return version === undefined ? [] : [[id, version]];
        }),
      ),
    versionOf,
    async settled(conversationId, threadRootId) {
      const query = queryOf(keys.messages(conversationId, threadRootId));
      // Of a query that is being fetched this is the promise of that fetch.
      if (query && query.state.fetchStatus !== 'idle') await query.fetch().catch(() => undefined);
    },
    async whileLoading(conversationId, load) {
      loading.push(conversationId);
      try {
        return await load();
      } finally {
        loading.splice(loading.indexOf(conversationId), 1);
      }
    },
    isAwaitingMessages: (conversationId) =>
      loading.includes(conversationId) ||
      loadsOf(conversationId).some(
        ({ state: { fetchStatus, data, error }, queryHash }) =>
          fetchStatus === 'fetching' ||
          (data === undefined && watchedLoads.isWatched(queryHash) && codeOf(error) !== 'not_member'),
      ),
    onWatch(listener) {
      begin = listener;
    },
    watch(hash, listener) {
      begin();
      const watching = watchers.get(hash) ?? createListeners();
      watchers.set(hash, watching);
      const stop = watching.add(listener);
      return () => {
        stop();
        if (watching.size() === 0 && watchers.get(hash) === watching) watchers.delete(hash);
      };
    },
    batch(why, change) {
      const [outer, isOutermost] = [cause, !batching];
      const changed = (batching ??= new Set<Listeners>());
      cause = why;
      try {
        return change();
      } finally {
        cause = outer;
        if (isOutermost) {
          batching = null;
          for (const watching of changed) watching.call();
        }
      }
    },
    onWrite(listener) {
      report = listener;
    },
    onLoaded: loads.add,
    reset() {
      void queryClient.resetQueries({ queryKey: keys.all });
    },
    loads: watchedLoads,
    forgotten,
    hydrating: () => gate,
    hold(until) {
      const held = until.then(() => {
        if (gate === held) gate = null;
      });
      gate = held;
    },
    close() {
      stopQueries();
      watchedLoads.close();
    },
  };
  const hydration = createHydration(cache, {
    loaded: loads.call,
    quietly(change) {
      const outer = batching;
      const changed = (batching = new Set<Listeners>());
      change();
      batching = outer;
      if (changed.size > 0) queueMicrotask(() => changed.forEach((watching) => watching.call()));
    },
  });
  return cache;
}
