import { ConfabError, toConfabError } from '../errors/confab-error';
import { createWritable, type Readable } from '../lib/readable';
import { createSteadyTime } from '../lib/steady-time';
import type { Mutation } from '../model/mutation';
import type { OutboxView } from '../model/pending';
import { decode, type PushResponse } from '../model/wire';
import type { OutboxEntry } from '../outbox/entry';
import { createOutboxMachine, isKept, MAX_BATCH, type Enqueued } from '../outbox/machine';
import { fullJitter, type RetryPolicy } from '../outbox/retry-policy';
import type { AskUnsent, Call, Deps } from './deps';
import { isGathered } from './gathering';
import { createLifeLine } from './life-line';
import type { OutboxEvent } from './outbox-events';
import { createReplica, type Replica } from './outbox-replica';
import { createOutboxStore, type Unreadable } from './outbox-store';
import { createOutcomes, discarded, type Confirmed, type Settled } from './outcomes';

/** The durable queue of writes at work. */
export interface OutboxDriver {
  readonly view: Readable<OutboxView>;
  /** Whether all that is queued survives a reload. */
  readonly isDurable: Readable<boolean>;
  /** Entries in storage that this version cannot read; they are kept. */
  readonly unreadable: Readable<readonly Unreadable[]>;
  /** Takes over what the user left. */
  open(userId: string): Promise<void>;
  /** Forgets everything in memory; storage keeps it for the user's next sign-in, unless `ask` has what is left dropped. */
  close(ask?: AskUnsent): void;
  /**
   * Resolves once the mutation is stored (rule E1); a storage failure is reported by `isDurable` and does not reject.
   * What it can be folded into takes it in (rule E3), and both end the same way; an outcome with the result null is that
   * of a deletion that has taken back what was never sent.
   */
  enqueue(mutation: Mutation): Promise<Settled>;
  /** Sends again what was refused. Rejects with `not_found` when it was not refused. */
  retry(id: string): Promise<Settled>;
  /** Drops what was refused, and all that is about what it would have created. Rejects with `not_found` like `retry`. */
  discard(id: string): Promise<void>;
  /** Removes an entry that cannot be read from storage. */
  dropUnreadable(key: string): Promise<void>;
  /** How often it was tried in vain, and when it may be tried next; null when nobody can tell. */
  progress(id: string): { readonly attempts: number; readonly nextAt: number | null };
  /** Everything waiting may be sent now. */
  resume(): void;
  /** Nothing waits any longer to become one with more of its kind. */
  hasten(): void;
  /** Drops confirmed mutations that the cache shows, and returns them. */
  release(isShown: (mutation: Mutation) => boolean): readonly Mutation[];
  /**
   * Whether this tab drains the queue (rule E10); it does until told otherwise. A follower stores and shows its own
   * mutations, and folds and sends nothing. A new leader reads again what is stored, tells all others with a `snapshot`,
   * and sends. Saying again that it leads makes it read again, and that it follows, ask for a `snapshot` (`hello`).
   */
  setLeading(isLeading: boolean): void;
  /** What all other tabs of the user must be told, in order, by `applyRemote`. */
  onEvent(listener: (event: OutboxEvent) => void): () => void;
  /** Takes in what another tab of the same user told; decodes it first, and ignores what it does not know. */
  applyRemote(event: unknown): void;
}

export interface OutboxHandlers {
  /** Brings the server's answers to one push into the cache. */
  onConfirmed(confirmed: readonly Confirmed[]): void;
  /** A push failed as a whole, or ended well. */
  onPush(error: ConfabError | null): void;
  /** False when the device says that it has no network: then nothing is tried until `resume`. */
  isOnline(): boolean;
}

export function createOutboxDriver(
  deps: Deps,
  call: Call,
  handlers: OutboxHandlers,
  policy: RetryPolicy = fullJitter,
): OutboxDriver {
  const { clock, logger } = deps;
  const createMachine = () => createOutboxMachine(policy, isGathered(deps.cache));
  let machine = createMachine();
  const view = createWritable(machine.view());
  const store = createOutboxStore(deps, (id) => machine.find(id));
  const outcomes = createOutcomes();
  /** Resolves when all that was to be stored is. */
  let saved: Promise<unknown> = Promise.resolve();
  let isOpen = false;
  let isLeading = true;
  /** The session whose push is on its way; the push of a user who has left holds up nobody. */
  let pushing: number | null = null;
  /** What is stored goes first: nothing is sent before it has been read. */
  let isRestoring = false;
  let batchSize = MAX_BATCH;
  let cancelTimer = () => {};
  /** Grows with every user, so that what was begun for one never touches the queue of the next. */
  let session = 0;

  const time = createSteadyTime(() => clock.now());

  const publish = () => view.set(machine.view());
  const replica: Replica = createReplica({
    machine: () => machine,
    outcomes,
    isLeading: () => isLeading,
    isRestoring: () => isRestoring,
    hasRead: () => store.hasRead(),
    onFolded(entry, became) {
      void adopt(entry.mutation, became).then(() => store.write(entry.mutation.id));
    },
    onGap: () => readAgain(false),
    onConfirmed: ({ mutation }, result) => handlers.onConfirmed([{ mutation, result }]),
    write: (id) => store.write(id),
  });
  const trace = createLifeLine(logger);

  /** It is gone without having reached the server: discarded, or, with no error, because it took something back. */
  const end = (id: string, error: ConfabError | null) => {
    outcomes.finish(id, error ? { ok: false, error } : { ok: true, result: null });
    replica.end({ type: 'ended', id, error: error && { code: error.code, message: error.message } });
    void store.write(id);
  };

  const save = async (entry: OutboxEntry, absorbs?: string): Promise<void> => {
    const during = session;
    // A delivery cursor is found again from the rows, so it is not worth a write per incoming message.
    const isStored = entry.mutation.type !== 'mark_delivered';
    const saving = isStored ? store.write(entry.mutation.id) : Promise.resolve();
    // A storage may be done with the later first; told so, the leader would send it first.
    saved = Promise.all([saved, saving]).then(() => {
      // It may have been folded or cancelled meanwhile, which was told at once.
      if (during === session && isStored && machine.find(entry.mutation.id)?.mutation === entry.mutation)
        replica.put(entry, absorbs);
    });
    await saving;
    if (during !== session) return;
    if (isKept(entry.mutation.type)) store.askToKeep();
    machine.stored(entry);
    void drain();
  };

  /** What the queue made of a mutation is stored, and told to those who wait. */
  const adopt = async (mutation: Mutation, { entry, absorbed, cancelled }: Enqueued): Promise<void> => {
    if (!entry) {
      for (const id of cancelled) end(id, discarded());
      end(mutation.id, null);
      trace(mutation, 'cancelled');
    } else if (absorbed) {
      outcomes.join(absorbed, entry.mutation.id);
      const isFolded = absorbed === mutation.id;
      trace(mutation, isFolded ? 'folded' : 'queued', { with: isFolded ? entry.mutation.id : absorbed });
    } else {
      trace(mutation, 'queued');
    }
    publish();
    if (!entry) {
      // What was taken back must not come back with a reload.
      await Promise.all(cancelled.map((id) => store.write(id)));
      return;
    }
    await save(entry, absorbed ?? undefined);
    if (absorbed && absorbed !== mutation.id) void store.write(absorbed);
  };

  const settle = (batch: readonly Mutation[], { results }: PushResponse) => {
    const byId = new Map(results.map((result) => [result.id, result]));
    const confirmed: Confirmed[] = [];
    const unanswered: string[] = [];
    const now = time.now();
    for (const mutation of batch) {
      const { id } = mutation;
      const result = byId.get(id);
      if (!result) {
        unanswered.push(id);
        continue;
      }
      machine.settle(id, result.ok ? { ok: true } : { ok: false, error: result.error }, now, clock.random());
      const entry = machine.find(id);
      if (result.ok) {
        trace(mutation, 'confirmed', { result: result.result });
        confirmed.push({ mutation, result: result.result });
        outcomes.finish(id, { ok: true, result: result.result });
        replica.end({ type: 'confirmed', id, result: result.result });
      } else if (entry && entry.status !== 'failed') {
        trace(mutation, 'parked', { code: result.error.code });
        continue;
      } else {
        trace(mutation, 'failed', { code: result.error.code });
        if (!entry) {
          end(id, result.error);
          continue;
        }
        outcomes.finish(id, { ok: false, error: result.error });
        replica.put(entry);
      }
      if (mutation.type !== 'mark_delivered') void store.write(id);
    }
    if (unanswered.length > 0) {
      const error = new ConfabError({ code: 'unavailable', message: 'unable to send; no answer' });
      machine.fail(unanswered, error, now, clock.random());
    }
    if (confirmed.length > 0) handlers.onConfirmed(confirmed);
  };

  const push = async (batch: readonly Mutation[]): Promise<void> => {
    const during = session;
    for (const mutation of batch) trace(mutation, 'attempt');
    let response: PushResponse;
    try {
      response = decode.push(await call('push', { mutations: batch }));
    } catch (thrown) {
      if (during !== session) return;
      const error = toConfabError(thrown, 'send');
      // A push that cannot be read at all: sent one by one, the culprit fails alone. Any other refusal of the whole says
      // nothing about them, so they wait.
      const [first] = batch;
      batchSize = error.code === 'invalid' ? 1 : MAX_BATCH;
      if (error.code === 'invalid' && batch.length === 1 && first) {
        settle(batch, { results: [{ id: first.id, ok: false, error }] });
        return;
      }
      machine.fail(
        batch.map(({ id }) => id),
        error,
        time.now(),
        clock.random(),
      );
      for (const mutation of batch) trace(mutation, 'parked', { code: error.code });
      handlers.onPush(error);
      return;
    }
    if (during !== session) return;
    settle(batch, response);
    // Back to full pushes step by step: what cannot be read may still be among those waiting.
    batchSize = Math.min(MAX_BATCH, batchSize * 2);
    handlers.onPush(null);
  };

  const drain = async (isForced = false): Promise<void> => {
    cancelTimer();
    if (pushing === session || isRestoring || !isOpen || !isLeading) return;
    if (!isForced && !handlers.isOnline()) return;
    const now = time.now();
    const batch = machine.take(now, batchSize);
    if (batch.length === 0) {
      const at = machine.nextAttemptAt();
      // As long as something waits, the one that cannot be read may be among it.
      if (at === null) batchSize = MAX_BATCH;
      else if (at > now)
        cancelTimer = clock.after(at - now, () => {
          time.now(at);
          void drain();
        });
      return;
    }
    const during = session;
    pushing = during;
    try {
      await push(batch);
      if (during === session) publish();
    } finally {
      if (pushing === during) pushing = null;
    }
    await drain(isForced);
  };

  const restore = (entries: readonly OutboxEntry[], isFirst: boolean) => {
    machine.restore(
      entries.filter(({ mutation }) => !replica.hasEnded(mutation.id)),
      isFirst,
    );
    publish();
  };

  /** Takes over what others have stored; nothing is sent meanwhile. `isHeir`: another tab has led until now. */
  const readAgain = (isHeir: boolean) => {
    const during = session;
    isRestoring = true;
    void store
      .read((entries) => {
        restore(entries, false);
        if (isHeir) machine.inherit(entries);
      })
      .then(() => {
        if (during !== session) return;
        isRestoring = false;
        publish();
        replica.snapshot();
        void drain();
      });
  };

  const assertRefused = (id: string, doing: string) => {
    if (machine.find(id)?.status === 'failed') return;
    throw new ConfabError({ code: 'not_found', message: `unable to ${doing}; nothing was refused` });
  };

  return {
    view,
    isDurable: store.isDurable,
    unreadable: store.unreadable,
    async open(userId) {
      const opened = ++session;
      isOpen = true;
      isRestoring = true;
      const left = await store.open(userId, (entries) => {
        restore(entries, isRestoring);
        // Late ones find the queue at work.
        if (isRestoring) return;
        if (isLeading) replica.snapshot();
        void drain();
      });
      if (opened !== session) return;
      isRestoring = false;
      for (const entry of left) void save(entry);
      if (isLeading) replica.snapshot();
      else replica.hello();
      void drain();
    },
    close(ask) {
      const { unsentCount, failedCount } = machine.view();
      const left = ++session;
      isOpen = false;
      const clear = store.close();
      // Of several tabs only one asks.
      if (ask && isLeading && unsentCount + failedCount > 0) {
        const answer = async () => {
          // Who has signed in again meanwhile goes on with it.
          if ((await ask({ unsentCount, failedCount })) === 'drop' && session === left) await clear();
        };
        answer().catch((error: unknown) =>
          logger({ level: 'error', event: 'unsent_kept', detail: { reason: String(error) } }),
        );
      }
      cancelTimer();
      machine = createMachine();
      replica.reset();
      publish();
      const error = new ConfabError({ code: 'closed', message: 'unable to send; the client was closed' });
      outcomes.finishAll({ ok: false, error });
    },
    async enqueue(mutation) {
      if (!isOpen) throw new ConfabError({ code: 'closed', message: 'unable to send; nobody is signed in' });
      const settled = outcomes.of(mutation.id);
      await adopt(mutation, machine.enqueue(mutation, clock.now(), isLeading));
      return settled;
    },
    async retry(id) {
      assertRefused(id, 'retry');
      const entry = machine.retry(id);
      const settled = outcomes.of(id);
      publish();
      if (entry) await save(entry);
      return settled;
    },
    async discard(id) {
      assertRefused(id, 'discard');
      const gone = machine.discard(id);
      publish();
      for (const one of gone) end(one, discarded());
      await store.write(id);
    },
    dropUnreadable: (key) => store.drop(key),
    progress(id) {
      const at = machine.attemptAt(id);
      return { attempts: machine.find(id)?.attempt ?? 0, nextAt: at && time.byClock(at) };
    },
    resume() {
      machine.resume();
      void drain(true);
    },
    hasten() {
      if (machine.hasten()) void drain();
    },
    release(isShown) {
      const shown = [...machine.confirmed().values()].filter(isShown);
      for (const { id } of shown) machine.remove(id);
      if (shown.length > 0) publish();
      return shown;
    },
    setLeading(next) {
      const wasLeading = isLeading;
      isLeading = next;
      if (!isOpen) return;
      if (!next) {
        cancelTimer();
        replica.hello();
      } else {
        // What the one before has sent, or a tab that died has stored and told nobody.
        if (!wasLeading) machine.doubt();
        readAgain(!wasLeading);
      }
    },
    onEvent: (listener) => replica.onEvent(listener),
    applyRemote(event) {
      if (!isOpen) return;
      if (!replica.apply(event)) logger({ level: 'warn', event: 'unreadable_tab_message' });
      publish();
      void drain();
    },
  };
}
