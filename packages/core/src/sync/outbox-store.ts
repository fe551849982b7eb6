import { createWritable, type Readable } from '../lib/readable';
import { decodeEntry, encodeEntry, type OutboxEntry } from '../outbox/entry';
import type { KeyValueStore } from '../ports';
import type { Deps } from './deps';

/** Keeps the queue of one user at a time where it survives a reload. */
export interface OutboxStore {
  /** Whether all that is queued survives a reload. */
  readonly isDurable: Readable<boolean>;
  /** What is stored and cannot be read by this version, as it is. */
  readonly unreadable: Readable<readonly Unreadable[]>;
  /**
   * Reads what the user has stored, and gives it to `onRead`: before the promise resolves, or later if the storage does
   * not answer in time. With it goes what could not be stored before the user signed out: the promise resolves with that,
   * to be stored now.
   */
  open(userId: string, onRead: (entries: readonly OutboxEntry[]) => void): Promise<readonly OutboxEntry[]>;
  /** Reads it again, because another tab has stored something. */
  read(onRead: (entries: readonly OutboxEntry[]) => void): Promise<void>;
  /** False while the storage has not answered, or has failed to: it may hold more than the queue. */
  hasRead(): boolean;
  /** Brings what is stored under an id to what the queue holds. Resolves when that is done, or has failed. */
  write(id: string): Promise<void>;
  /** Removes what cannot be read. */
  drop(key: string): Promise<void>;
  /** Asks the platform, the first time only, not to delete what is stored. */
  askToKeep(): void;
  /** Returns what removes everything the user has stored, what cannot be read included. */
  close(): () => Promise<void>;
}

/** A stored entry that this version cannot read (rule E4). */
export interface Unreadable {
  readonly key: string;
  readonly value: unknown;
}

/** A database that another tab blocks, or a browser has put to sleep, answers nothing at all: that is a failure too. */
const TIMEOUT_MS = 5_000;
/** How often a storage that has failed is tried again without anything new to write. */
const RECOVERY_MS = 30_000;
const KEEPS_NOTHING = 'the storage does not keep what it is given';

/** @param find what the queue holds under an id */
export function createOutboxStore(
  { storage, clock, logger }: Deps,
  find: (id: string) => OutboxEntry | undefined,
): OutboxStore {
  const canLast = storage.kind !== 'memory';
  const isDurable = createWritable(canLast);
  const unreadable = createWritable<readonly Unreadable[]>([]);
  /** Ids under which storage does not hold what it should. */
  const owed = new Set<string>();
  /** By user, what storage owed when they signed out. */
  const left = new Map<string, readonly OutboxEntry[]>();
  let owner = '';
  let store: KeyValueStore | null = null;
  /** One that was looked at after its first write, and one that had kept nothing of it. */
  let proven: KeyValueStore | null = null;
  let sieve: KeyValueStore | null = null;
  /** Reads what could not be read when it was opened. */
  let readAgain: (() => Promise<void>) | null = null;
  let hasAsked = false;
  let cancelRecovery: (() => void) | null = null;

  const timely = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(TIMEOUT_MS, () => reject(new Error('the storage does not answer')));
      work.then(resolve, reject).finally(cancel);
    });

  const failed = (error: unknown) => {
    isDurable.set(false);
    logger({ level: 'error', event: 'storage_failed', detail: { reason: String(error) } });
    cancelRecovery ??= clock.after(RECOVERY_MS, () => {
      cancelRecovery = null;
      void recover();
    });
  };

  const toStore = (id: string) => {
    const entry = find(id);
    return entry && entry.status !== 'confirmed' ? entry : null;
  };

  const put = async (kv: KeyValueStore, id: string): Promise<void> => {
    const entry = toStore(id);
    if (!entry) return timely(kv.delete(id));
    if (kv === sieve) throw new Error(KEEPS_NOTHING);
    await timely(kv.set(id, encodeEntry(entry)));
    if (kv !== proven) void prove(kv, id);
  };

  /** A storage that keeps nothing, and does not say so, is found out by its first write. */
  const prove = async (kv: KeyValueStore, id: string): Promise<void> => {
    const kept = await kv.get(id).catch(() => null);
    if (kept) proven = kv;
    // Where it was sent meanwhile it has been deleted: that says nothing.
    if (kept !== undefined || kv !== store || !toStore(id)) return;
    sieve = kv;
    owed.add(id);
    failed(new Error(KEEPS_NOTHING));
  };

  /** Stores what is missing; durable again when nothing is. */
  async function recover(): Promise<void> {
    const kv = store;
    if (!kv) return;
    try {
      await readAgain?.();
      for (const id of owed) {
        await put(kv, id);
        if (kv !== store) return;
        owed.delete(id);
      }
    } catch (error) {
      if (kv === store) failed(error);
      return;
    }
    cancelRecovery?.();
    cancelRecovery = null;
    isDurable.set(canLast && kv !== sieve);
  }

  async function read(onRead: (entries: readonly OutboxEntry[]) => void): Promise<void> {
    const kv = store;
    if (!kv) return;
    const readAll = async () => {
      const rows = await kv.entries();
      if (kv !== store) return;
      readAgain = null;
      const all = rows.map(([key, value]) => ({ key, value, entry: decodeEntry(value) }));
      unreadable.set(all.flatMap(({ key, value, entry }) => (entry ? [] : [{ key, value }])));
      onRead(all.flatMap(({ entry }) => entry ?? []));
    };
    const reading = readAll();
    try {
      await timely(reading);
    } catch (error) {
      if (kv !== store) return;
      readAgain = () => timely(readAll());
      // Late is not too late.
      reading.then(recover, () => undefined);
      failed(error);
    }
  }

  return {
    isDurable,
    unreadable,
    async open(userId, onRead) {
      const kv = storage.open(`confab-outbox-${userId}`);
      const known = left.get(userId) ?? [];
      [store, owner] = [kv, userId];
      owed.clear();
      isDurable.set(canLast && known.length === 0);
      let untold = known;
      const tell = (entries: readonly OutboxEntry[]) => {
        onRead([...entries, ...untold]);
        untold = [];
      };
      await read(tell);
      if (kv !== store) return [];
      if (untold.length > 0) tell([]);
      left.delete(userId);
      return known;
    },
    read,
    hasRead: () => readAgain === null,
    async write(id) {
      const kv = store;
      if (!kv) return;
      owed.add(id);
      try {
        await put(kv, id);
      } catch (error) {
        if (kv !== store) return;
        // An earlier write of the same may have ended meanwhile.
        owed.add(id);
        failed(error);
        return;
      }
      if (kv !== store) return;
      owed.delete(id);
      if (!isDurable.get() && canLast) await recover();
    },
    async drop(key) {
      if (!store) return;
      await timely(store.delete(key));
      unreadable.update((all) => all.filter((one) => one.key !== key));
    },
    askToKeep() {
      if (hasAsked || !isDurable.get()) return;
      hasAsked = true;
      // No promise of an answer: a browser may ask its user.
      storage.persist?.().then(
        (isKept) => logger({ level: 'info', event: 'storage_kept', detail: { isKept } }),
        () => undefined,
      );
    },
    close() {
      const [kv, userId] = [store, owner];
      const lost = [...owed].flatMap((id) => {
        const entry = find(id);
        return entry && entry.status !== 'confirmed' ? unstored(entry) : [];
      });
      if (lost.length > 0) left.set(userId, [...(left.get(userId) ?? []), ...lost]);
      store = null;
      readAgain = null;
      owed.clear();
      cancelRecovery?.();
      cancelRecovery = null;
      unreadable.set([]);
      return async () => {
        left.delete(userId);
        await kv?.clear();
      };
    },
  };
}

/** As it is to be taken up again. */
function unstored(entry: OutboxEntry): OutboxEntry {
  const { status, isTried } = entry;
  return {
    ...entry,
    status: status === 'failed' ? status : 'storing',
    isTried: isTried || status === 'sending',
  };
}
