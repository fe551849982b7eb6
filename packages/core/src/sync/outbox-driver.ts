import { ConfabError, toConfabError } from '../errors/confab-error';
import { createWritable, type Readable } from '../lib/readable';
import type { Mutation } from '../model/mutation';
import { decode, type PushResponse } from '../model/wire';
import type { KeyValueStore } from '../ports';
import { decodeEntry, encodeEntry, type OutboxEntry } from '../outbox/entry';
import * as machine from '../outbox/machine';
import type { Call, Deps } from './deps';

/** The durable queue of writes at work. */
export interface OutboxDriver {
  readonly state: Readable<machine.OutboxState>;
  /** Whether new writes survive a reload. */
  readonly isDurable: Readable<boolean>;
  /** Entries in storage that this version cannot read; they are kept. */
  readonly unreadable: Readable<number>;
  /** Takes over what the user left in storage. */
  open(userId: string): Promise<void>;
  /** Forgets everything in memory; storage keeps it for the user's next sign-in. */
  close(): void;
  /** Resolves once the mutation is stored (rule E1); a storage failure is reported by `isDurable` and does not reject. */
  enqueue(mutation: Mutation): Promise<Settled>;
  /** Sends again what was refused. */
  retry(id: string): Promise<Settled>;
  /** Drops what was refused. */
  discard(id: string): Promise<void>;
  /** Everything waiting may be sent now. */
  resume(): void;
  /** Drops confirmed mutations that the cache shows, and returns them. */
  release(isShown: (mutation: Mutation) => boolean): readonly Mutation[];
}

/** How a mutation ended. */
export type MutationOutcome =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: ConfabError };

export interface Settled {
  readonly outcome: Promise<MutationOutcome>;
}

export interface OutboxHandlers {
  /** Brings the server's answer into the cache. */
  onConfirmed(mutation: Mutation, result: unknown): void;
  /** A push failed as a whole, or ended well. */
  onPush(error: ConfabError | null): void;
}

const STORAGE_TIMEOUT_MS = 5_000;

export function createOutboxDriver(deps: Deps, call: Call, handlers: OutboxHandlers): OutboxDriver {
  const { storage, clock, logger } = deps;
  const state = createWritable(machine.emptyOutbox);
  const isDurable = createWritable(storage.kind !== 'memory');
  const unreadable = createWritable(0);
  const waiting = new Map<string, ((outcome: MutationOutcome) => void)[]>();
  let store: KeyValueStore | null = null;
  /** The session whose push is on its way; the push of a user who has left holds up nobody. */
  let pushing: number | null = null;
  /** What is stored goes first: nothing is sent before it has been read. */
  let isRestoring = false;
  let batchSize = machine.MAX_BATCH;
  let cancelTimer = () => {};
  /** Grows with every user, so that what was begun for one never touches the queue of the next. */
  let session = 0;

  /** A database that another tab blocks, or a browser has put to sleep, answers nothing at all: that is a failure too. */
  const timely = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(STORAGE_TIMEOUT_MS, () => reject(new Error('the storage does not answer')));
      work.then(resolve, reject).finally(cancel);
    });

  const persist = async (write: (store: KeyValueStore) => Promise<void>): Promise<void> => {
    if (!store) return;
    try {
      await timely(write(store));
    } catch (error) {
      isDurable.set(false);
      logger({ level: 'error', event: 'storage_failed', detail: { reason: String(error) } });
    }
  };

  const outcomeOf = (id: string): Settled => ({
    outcome: new Promise((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve])),
  });
  const finish = (id: string, outcome: MutationOutcome) => {
    for (const resolve of waiting.get(id) ?? []) resolve(outcome);
    waiting.delete(id);
  };

  const settle = (mutation: Mutation, result: PushResponse['results'][number]) => {
    const verdict = result.ok ? { ok: true as const } : { ok: false as const, error: result.error };
    state.update((before) => machine.settle(before, mutation.id, verdict, clock.now(), clock.random()));
    if (result.ok) {
      handlers.onConfirmed(mutation, result.result);
      void persist((kv) => kv.delete(mutation.id));
      finish(mutation.id, { ok: true, result: result.result });
      return;
    }
    const entry = machine.find(state.get(), mutation.id);
    if (entry && entry.status !== 'failed') return;
    if (entry) void persist((kv) => kv.set(mutation.id, encodeEntry(entry)));
    else void persist((kv) => kv.delete(mutation.id));
    finish(mutation.id, { ok: false, error: result.error });
  };

  const push = async (batch: readonly Mutation[]): Promise<void> => {
    const during = session;
    let response: PushResponse;
    try {
      response = decode.push(await call('push', { mutations: batch }));
    } catch (thrown) {
      if (during !== session) return;
      const error = toConfabError(thrown, 'send');
      // A push that cannot be read at all: sent one by one, the culprit fails alone. Any other refusal of the whole says
      // nothing about them, so they wait.
      const [first] = batch;
      batchSize = error.code === 'invalid' ? 1 : machine.MAX_BATCH;
      if (error.code === 'invalid' && batch.length === 1 && first) {
        settle(first, { id: first.id, ok: false, error });
        return;
      }
      const verdict =
        error.code === 'invalid' ? notTried(error) : error.class === 'permanent' ? retryable(error) : error;
      state.update((before) =>
        batch.reduce(
          (next, { id }) =>
            machine.settle(next, id, { ok: false, error: verdict }, clock.now(), clock.random()),
          before,
        ),
      );
      handlers.onPush(error);
      return;
    }
    if (during !== session) return;
    const results = new Map(response.results.map((result) => [result.id, result]));
    for (const mutation of batch) {
      const missing = new ConfabError({
        code: 'unavailable',
        message: 'unable to send; no answer',
      });
      settle(mutation, results.get(mutation.id) ?? { id: mutation.id, ok: false, error: missing });
    }
    // Back to full pushes step by step: what cannot be read may still be among those waiting.
    batchSize = Math.min(machine.MAX_BATCH, batchSize * 2);
    handlers.onPush(null);
  };

  /** `now` is what the clock said, or the time a timer was set for: the clock may have been put back meanwhile. */
  const drain = async (now: number = clock.now()): Promise<void> => {
    cancelTimer();
    if (pushing === session || isRestoring || store === null) return;
    const { state: next, batch } = machine.take(state.get(), now, batchSize);
    if (batch.length === 0) {
      const at = machine.nextAttemptAt(state.get());
      // As long as something waits, the one that cannot be read may be among it.
      if (at === null) batchSize = machine.MAX_BATCH;
      if (at !== null && at > now)
        cancelTimer = clock.after(at - now, () => void drain(Math.max(at, clock.now())));
      return;
    }
    state.set(next);
    const during = session;
    pushing = during;
    try {
      await push(batch);
    } finally {
      if (pushing === during) pushing = null;
    }
    await drain();
  };

  const assertRefused = (id: string, doing: string) => {
    if (machine.find(state.get(), id)?.status === 'failed') return;
    throw new ConfabError({
      code: 'not_found',
      message: `unable to ${doing}; nothing was refused`,
    });
  };

  const save = async (entry: OutboxEntry): Promise<void> => {
    // A delivery cursor is found again from the rows, so it is not worth a write per incoming message.
    if (entry.mutation.type !== 'mark_delivered')
      await persist((kv) => kv.set(entry.mutation.id, encodeEntry(entry)));
    state.update((before) => machine.stored(before, entry.mutation.id));
    void drain();
  };

  return {
    state,
    isDurable,
    unreadable,
    async open(userId) {
      const opened = ++session;
      store = storage.open(`confab-outbox-${userId}`);
      isDurable.set(storage.kind !== 'memory');
      isRestoring = true;
      const restoring = store.entries().then((rows) => {
        if (opened !== session) return;
        const entries = rows.map(([, value]) => decodeEntry(value));
        unreadable.set(entries.filter((entry) => entry === null).length);
        const readable = entries.filter((entry) => entry !== null);
        state.update((before) => machine.restore(before, readable));
        // Late ones find the queue at work.
        if (!isRestoring) void drain();
      });
      try {
        await timely(restoring);
      } catch (error) {
        isDurable.set(false);
        logger({ level: 'error', event: 'storage_failed', detail: { reason: String(error) } });
      }
      if (opened !== session) return;
      isRestoring = false;
      void drain();
    },
    close() {
      session++;
      store = null;
      cancelTimer();
      state.set(machine.emptyOutbox);
      for (const id of [...waiting.keys()]) {
        finish(id, {
          ok: false,
          error: new ConfabError({ code: 'closed', message: 'unable to send; the client was closed' }),
        });
      }
    },
    async enqueue(mutation) {
      if (store === null) {
        throw new ConfabError({ code: 'closed', message: 'unable to send; nobody is signed in' });
      }
      const { state: next, entry } = machine.enqueue(state.get(), mutation, clock.now());
      state.set(next);
      const settled = outcomeOf(entry.mutation.id);
      await save(entry);
      return settled;
    },
    async retry(id) {
      assertRefused(id, 'retry');
      state.update((before) => machine.retry(before, id));
      const settled = outcomeOf(id);
      const entry = machine.find(state.get(), id);
      if (entry) await save(entry);
      return settled;
    },
    async discard(id) {
      assertRefused(id, 'discard');
      state.update((before) => machine.remove(before, id));
      await persist((kv) => kv.delete(id));
    },
    resume() {
      state.update(machine.resume);
      void drain();
    },
    release(isShown) {
      const shown = state
        .get()
        .entries.filter((entry) => entry.status === 'confirmed' && isShown(entry.mutation))
        .map((entry) => entry.mutation);
      if (shown.length > 0)
        state.update((before) => shown.reduce((next, { id }) => machine.remove(next, id), before));
      return shown;
    },
  };
}

/** Back into the queue without a delay, in which the queue would look done and go back to whole batches. */
function notTried(error: ConfabError): ConfabError {
  return new ConfabError({ code: 'blocked_by_previous', message: error.message }, { cause: error });
}

function retryable(error: ConfabError): ConfabError {
  return new ConfabError({ code: 'unavailable', message: error.message }, { cause: error });
}
