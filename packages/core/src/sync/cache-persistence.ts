import { hashKey, type Query } from '@tanstack/query-core';
import { keys } from '../cache/cache';
import {
  decodeIndex,
  emptyIndex,
  encodeIndex,
  encodeMessages,
  encodeState,
  overflow,
  restoreMessages,
  restoreState,
  type StoredIndex,
} from '../cache/persisted';
import type { Readable } from '../lib/readable';
import type { HistoryPage } from '../model/wire';
import type { KeyValueStore, StoreEntry, TabRole } from '../ports';
import type { Deps } from './deps';

/** Stores what the cache holds, for the next start to begin with (rule E15). */
export interface CachePersistence {
  /** Reads what is stored of a user; loads and pulls wait for it, though not for long. */
  open(userId: string): void;
  /** The stored messages of a conversation; null where there are none to use, or they do not come in time. */
  messages(conversationId: string): Promise<HistoryPage | null>;
  /** The user has signed out: nothing of theirs stays. */
  wipe(): void;
  /** Stores what is not stored yet, and ends. */
  close(): void;
}

/** Changes of a moment are written together. */
const WRITE_AFTER_MS = 1_000;
/** Of the time between two writings preparing one may take a fiftieth. */
const SHARE = 50;
const RETRY_AFTER_MS = 60_000;
/** Whatever takes longer comes too late: the server is as fast. */
const READ_MS = 1_000;
/** Characters. */
const MAX_SIZE = 8_000_000;
const INDEX = 'index';
const STATE = 'state';
const messagesOf = (conversationId: string) => `messages:${conversationId}`;

/** @param role several tabs share a store: the one that leads writes it */
export function createCachePersistence(
  { cache, storage, clock, environment, logger }: Deps,
  role: Readable<TabRole>,
): CachePersistence {
  let store: KeyValueStore | null = null;
  /** Grows with every user, so that what was begun for one never writes for the next. */
  let session = 0;
  let isClosed = false;
  const isLeading = () => role.get() !== 'follower';
  /** What is known to be in the store; null when nothing there can be relied on, so that it is written anew. */
  let index: StoredIndex | null = null;
  let isReading = false;
  /** The session that is being written. */
  let writing: number | null = null;
  let isStateDirty = false;
  const dirty = new Set<string>();
  let room = MAX_SIZE;
  let delay = WRITE_AFTER_MS;
  let cancelWriting: (() => void) | null = null;

  const failed = (event: string, error: unknown) =>
    logger({ level: 'warn', event, cause: 'local', detail: { reason: String(error) } });

  /** Undefined for what takes too long. */
  const timely = <T>(work: Promise<T>): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(READ_MS, () => resolve(undefined));
      work.then(resolve, reject).finally(cancel);
    });

  const read = async (kv: KeyValueStore, during: number): Promise<void> => {
    try {
      const found = await timely(Promise.all([kv.get(INDEX), kv.get(STATE)]));
      if (during !== session) return;
      if (!found) return failed('cache_not_read', 'the storage does not answer');
      const [known, state] = found;
      // Where the app has filled the QueryClient, or something is missing, the store is written anew.
      if (state === undefined ? known === undefined : restoreState(cache, state)) index = decodeIndex(known);
    } catch (error) {
      if (during === session) failed('cache_not_read', error);
    }
  };

  const schedule = () => {
    if (cancelWriting || writing === session || isClosed || !isLeading() || !store) return;
    if (isStateDirty || dirty.size > 0) cancelWriting = clock.after(delay, () => void write());
  };

  const write = async (): Promise<void> => {
    cancelWriting?.();
    cancelWriting = null;
    const kv = store;
    const during = session;
    if (!kv || !isLeading() || isReading || writing === during || !(isStateDirty || dirty.size > 0)) return;
    writing = during;
    // Whoever closes leads no more, but for the last time.
    const isOver = () => during !== session || (!isLeading() && !isClosed);
    try {
      const found = decodeIndex(await kv.get(INDEX));
      if (isOver()) return;
      if (!index || found?.token !== index.token) {
        // Another tab led meanwhile, or it is of another history: what is there and not here may be older than the cursor.
        index = null;
        await kv.clear();
        if (isOver()) return;
        index = emptyIndex();
        isStateDirty = true;
        for (const id of cache.versions().keys()) dirty.add(id);
      }
      await put(kv, index);
      // Signed out meanwhile: a storage that is not in order may have deleted first.
      if (during !== session) await kv.clear();
    } catch (error) {
      if (during === session) {
        failed('cache_not_stored', error);
        index = null;
        isStateDirty = true;
        room /= 2;
        cancelWriting ??= isClosed ? null : clock.after(RETRY_AFTER_MS, () => void write());
      }
    } finally {
      if (writing === during) writing = null;
      schedule();
    }
  };

  /** All that it stores is of one moment: between reading the cache and asking the store nothing is awaited. */
  const put = async (kv: KeyValueStore, base: StoredIndex): Promise<void> => {
    const now = clock.now();
    const state = encodeState(cache, now);
    if (!state) return;
    const windows = new Map(base.windows);
    const rows = new Map<string, unknown>();
    const gone = new Set(cache.forgotten);
    for (const id of new Set([...dirty, ...gone])) {
      const messages = encodeMessages(cache, id, now);
      if (!messages) continue;
      gone.delete(id);
      windows.set(id, { id, savedAt: now, size: messages.data.length });
      rows.set(messagesOf(id), messages);
    }
    for (const id of overflow({ windows }, room - state.data.length)) gone.add(id);
    for (const id of gone) {
      windows.delete(id);
      rows.delete(messagesOf(id));
    }
    if (state.data.length > room) throw new Error('too much to store');
    const next = { token: base.token + clock.random() + 1, windows };
    // Last what names the rest, and the cursor with what it speaks for, should a storage take them one by one.
    const entries: StoreEntry[] = [...rows, [INDEX, encodeIndex(next)], [STATE, state]];
    dirty.clear();
    cache.forgotten.clear();
    isStateDirty = false;
    const deletions = [...gone].map((id) => kv.delete(messagesOf(id)));
    delay = Math.max(WRITE_AFTER_MS, SHARE * (clock.now() - now));
    await Promise.all([...deletions, kv.setMany(entries)]);
    if (index === base) index = next;
  };

  // Who is signed in, and so what is stored, has to be looked up first.
  let begin = () => {};
  cache.hold(
    new Promise((resolve) => {
      begin = resolve;
    }),
  );
  const prefix = hashKey(keys.all).slice(0, -1);
  const queries = cache.queryClient.getQueryCache();
  const isMessages = ([, name]: readonly unknown[]) => name === keys.allMessages[1];
  const noteUse = ({ queryKey: [, , id], state }: Query) => {
    if (typeof id === 'string' && state.data !== undefined) dirty.add(id);
  };
  const stopEvents = queries.subscribe((event) => {
    const { type } = event;
    const query = event.query as Query;
    if (isReading || !store || !query.queryHash.startsWith(prefix)) return;
    const isChange = type === 'updated' && /^(success|setState)$/.test(event.action.type);
    if (isMessages(query.queryKey)) {
      // What is no longer held stays stored.
      if (isChange) noteUse(query);
    } else if (isChange || type === 'removed') {
      isStateDirty = true;
      const isLost = type === 'removed' || query.state.data === undefined;
      // Without a cursor everything begins anew: what was stored belongs to another history of the database.
      if (query.queryKey[1] === keys.sync[1] && isLost) index = null;
    }
    schedule();
  });
  // What is looked at counts as used.
  cache.loads.onWatch((hash) => {
    const query = queries.get(hash);
    if (isReading || !store || !query || !isMessages(query.queryKey)) return;
    noteUse(query);
    schedule();
  });
  const stopRole = role.subscribe(schedule);
  const stopEnvironment = environment.onChange(() => {
    if (!environment.isVisible()) void write();
  });

  const end = () => {
    session++;
    store = null;
    index = null;
    cancelWriting?.();
    cancelWriting = null;
    isStateDirty = false;
    dirty.clear();
    isReading = false;
    begin();
  };

  return {
    open(userId) {
      end();
      const during = session;
      store = storage.open(`confab-cache-${userId}`);
      isReading = true;
      cache.hold(
        read(store, during).then(() => {
          if (during === session) isReading = false;
        }),
      );
    },
    async messages(conversationId) {
      const during = session;
      const isUsable = () =>
        during === session && index?.windows.has(conversationId) && !cache.forgotten.has(conversationId);
      if (!store || !isUsable()) return null;
      try {
        const found = await timely(store.get(messagesOf(conversationId)));
        if (found === undefined || !isUsable()) return null;
        return restoreMessages(cache, conversationId, found);
      } catch (error) {
        failed('cache_not_read', error);
        return null;
      }
    },
    wipe() {
      const kv = store;
      end();
      kv?.clear().catch((error: unknown) => failed('cache_not_wiped', error));
    },
    close() {
      stopEvents();
      stopEnvironment();
      stopRole();
      isClosed = true;
      begin();
      void write();
    },
  };
}
