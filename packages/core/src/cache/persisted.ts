import { fields, list as listOf, number, oneOf, read, text } from '../lib/decode';
import type { ConversationRecord, DraftRecord, ProfileRecord } from '../model/records';
import { decode, type HistoryPage } from '../model/wire';
import { draftKey, keys, membersIn, type Cache, type Drafts, type Invites } from './cache';
import type { MembersByConversation, ProfilesById, Threads } from './cache';
import { listed, openList, unreadOf } from './conversation-list';
import { latestWindow } from './loaded-messages';

// What is stored of the cache, and how it is read again (rule E15). What the cursor speaks for is one record, so that the
// one is never without the other. Messages are a record for each conversation: they have a version of their own, and may
// be behind.

/** Grows with every change of what is stored; what another version has stored is not read. */
const VERSION = 1;
const MAX_ROWS = 50;
const MAX_WINDOWS = 50;

/** A record of storage. Text is read faster than it is cloned, says how large it is, and holds nothing but values. */
interface Stored {
  readonly v: number;
  readonly savedAt: number;
  /** JSON. */
  readonly data: string;
}

const stored = fields({ v: oneOf(VERSION), savedAt: number, data: text });

/** What is in storage besides itself. */
export interface StoredIndex {
  /** Another one with every writing: who holds it knows that nobody else has written. */
  readonly token: number;
  /** Characters, and when they were stored, by conversation. */
  readonly windows: ReadonlyMap<string, StoredWindow>;
}

interface StoredWindow {
  readonly id: string;
  readonly savedAt: number;
  readonly size: number;
}

const storedIndex = fields({
  v: oneOf(VERSION),
  token: number,
  windows: listOf(fields({ id: text, savedAt: number, size: number })),
});

export const emptyIndex = (): StoredIndex => ({ token: 0, windows: new Map() });

export function encodeIndex({ token, windows }: StoredIndex): object {
  return { v: VERSION, token, windows: [...windows.values()] };
}

/** The empty one where there is nothing; null for what this version did not write. */
export function decodeIndex(value: unknown): StoredIndex | null {
  if (value === undefined) return emptyIndex();
  const result = read(storedIndex, value);
  if (!result.ok) return null;
  const { token, windows } = result.value;
  return { token, windows: new Map(windows.map((window) => [window.id, window])) };
}

/** The conversations whose messages have to go, those used least recently first, for the rest to have room. */
export function overflow({ windows }: Pick<StoredIndex, 'windows'>, room: number): readonly string[] {
  const oldest = [...windows.values()].sort((a, b) => a.savedAt - b.savedAt);
  let size = oldest.reduce((sum, window) => sum + window.size, 0);
  return oldest.flatMap((window, i) => {
    if (size <= room && oldest.length - i <= MAX_WINDOWS) return [];
    size -= window.size;
    return [window.id];
  });
}

/** All that pulls keep up to date; null while there is no cursor that they could begin from. */
export function encodeState(cache: Cache, now: number): Stored | null {
  const cursor = cache.cursor();
  if (cursor === null) return null;
  const get = <T>(key: readonly unknown[]) => cache.queryClient.getQueryData<T>(key);
  const list = cache.list();
  const shown = list ? listed(list) : [];
  const inList = new Set(shown.map(({ id }) => id));
  const conversations = cache.queryClient
    .getQueriesData<ConversationRecord>({ queryKey: keys.allConversations })
    .flatMap(([, record]) => (record && !inList.has(record.id) ? [record] : []));
  const invites = get<Invites>(keys.invites);
  const all = [...shown, ...conversations, ...Object.values(invites ?? {})];
  const known = get<MembersByConversation>(keys.members);
  const members = all.flatMap(({ id }) => membersIn(known, id) ?? []);
  const people = new Set(members.map(({ userId }) => userId));
  for (const { lastMessage, me } of all)
    for (const id of [lastMessage?.senderId, lastMessage?.replyTo?.senderId, me.invitedBy])
      if (id) people.add(id);
  const drafts = get<Drafts>(keys.drafts);
  return pack(now, {
    cursor,
    list: list
      ? {
          conversations: shown,
          next: list.next,
          unread_total: unreadOf(list.items) + list.unreadElsewhere,
        }
      : null,
    conversations,
    members,
    profiles: profilesOf(cache).filter(({ id }) => people.has(id)),
    threads: Object.values(get<Threads>(keys.threads) ?? {}),
    drafts: drafts ? Object.values(drafts) : null,
    invites: invites ? Object.values(invites) : null,
  });
}

/**
 * Puts it into the cache; returns false, and does nothing, where the app has given the QueryClient data: what is stored may
 * be older. Throws for what cannot be read.
 */
export function restoreState(cache: Cache, value: unknown): boolean {
  const { data, savedAt } = unpack(value);
  const state = decode.snapshot(data);
  const { queryClient } = cache;
  const isGiven = queryClient
    .getQueriesData({ queryKey: keys.all })
    // These may have come already.
    .some(
      ([key, known]) => known !== undefined && !/^(owner|members|profiles|threads)$/.test(String(key[1])),
    );
  if (isGiven) return false;
  const put = (key: readonly unknown[], known: unknown) =>
    queryClient.setQueryData(key, known, { updatedAt: savedAt });
  cache.mergeMembers(state.members);
  cache.mergeProfiles(state.profiles);
  cache.mergeThreads(state.threads);
  const { list, drafts, invites } = state;
  for (const conversation of state.conversations) put(keys.conversation(conversation.id), conversation);
  if (drafts) put(keys.drafts, byKey<DraftRecord>(drafts, draftKey));
  if (invites)
    put(
      keys.invites,
      byKey<ConversationRecord>(invites, ({ id }) => id),
    );
  if (list) put(keys.conversations, openList(list));
  cache.setCursor(state.cursor);
  return true;
}

/** The newest messages of a conversation, with the people in them; null where they are not held. */
export function encodeMessages(cache: Cache, conversationId: string, now: number): Stored | null {
  const loaded = cache.messages(conversationId);
  const window = latestWindow(loaded);
  // Without a version the server does not know it yet.
  if (!window || !loaded?.version) return null;
  const rows = window.pages.flat();
  const messages = rows.slice(-MAX_ROWS);
  const [first] = messages;
  const isCut = messages.length < rows.length;
  const ids = new Set(JSON.stringify(messages).match(/[\da-f-]{36}/g));
  return pack(now, {
    messages,
    profiles: profilesOf(cache).filter(({ id }) => ids.has(id)),
    covers: isCut && first ? { ...window.covers, from: first.seq } : window.covers,
    has_older: isCut || window.hasOlder,
    has_newer: false,
    version: loaded.version,
  });
}

/** Throws for what cannot be read, and for what would break the order that everything relies on. */
export function restoreMessages(cache: Cache, conversationId: string, value: unknown): HistoryPage {
  const page = decode.history(unpack(value).data);
  let last = page.covers.from - 1;
  for (const row of page.messages) {
    const isPart = row.conversationId === conversationId && row.threadRootId === null;
    if (!isPart || row.seq <= last || row.seq > page.covers.to) throw new Error('messages of elsewhere');
    last = row.seq;
  }
  cache.mergeProfiles(page.profiles);
  return page;
}

function pack(savedAt: number, data: object): Stored {
  return { v: VERSION, savedAt, data: JSON.stringify(data) };
}

function unpack(value: unknown): { readonly data: unknown; readonly savedAt: number } {
  const result = read(stored, value);
  if (!result.ok) throw new Error(result.reason);
  const { data, savedAt } = result.value;
  return { data: JSON.parse(data), savedAt };
}

function profilesOf({ queryClient }: Cache): readonly ProfileRecord[] {
  return Object.values(queryClient.getQueryData<ProfilesById>(keys.profiles) ?? {});
}

function byKey<T>(rows: readonly T[], keyOf: (row: T) => string): Readonly<Record<string, T>> {
  return Object.fromEntries(rows.map((row) => [keyOf(row), row]));
}
