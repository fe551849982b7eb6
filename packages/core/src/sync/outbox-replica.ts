import type { Mutation } from '../model/mutation';
import { defined } from '../lib/defined';
import { decodeEntry, decodeError, encodeEntry, type OutboxEntry } from '../outbox/entry';
import type { Enqueued, OutboxMachine } from '../outbox/machine';
import { decodeEvent, type OutboxEvent } from './outbox-events';
import type { Outcomes } from './outcomes';

/** What tabs tell each other of their queues (rule E10). */
export interface Replica {
  onEvent(listener: (event: OutboxEvent) => void): () => void;
  /** Takes in what another tab told; answers whether it could be read. */
  apply(event: unknown): boolean;
  /** Tells of an entry, stored or changed, which has taken in `absorbs`. */
  put(entry: OutboxEntry, absorbs?: string): void;
  end(event: End): void;
  /** Asks the leader for all there is. */
  hello(): void;
  /** Tells all there is. */
  snapshot(): void;
  /** Whether it has ended; then whoever does not know hears of it from the leader, and it leaves storage. */
  hasEnded(id: string): boolean;
  /** Another user: what was is forgotten. */
  reset(): void;
}

export interface ReplicaParts {
  /** The queue of whoever is signed in now. */
  readonly machine: () => OutboxMachine;
  readonly outcomes: Outcomes;
  readonly isLeading: () => boolean;
  /** While it reads, the leader does not know all yet; then it tells by itself. */
  readonly isRestoring: () => boolean;
  /** Whether what is stored has been read: else the queue may lack some of it. */
  readonly hasRead: () => boolean;
  /** Another tab's mutation was folded, or has cancelled something. */
  readonly onFolded: (entry: OutboxEntry, became: Enqueued) => void;
  readonly onConfirmed: (entry: OutboxEntry, result: unknown) => void;
  /** A tab has told of something that this one has not heard of: storage knows. */
  readonly onGap: () => void;
  /** Brings what is stored under an id to what the queue holds. */
  readonly write: (id: string) => unknown;
}

/** How a mutation ended. */
type End = Extract<OutboxEvent, { readonly type: 'confirmed' | 'ended' }>;

/** Of so many mutations it is known how they ended, for tabs that have missed it. */
const REMEMBERED = 200;

export function createReplica(parts: ReplicaParts): Replica {
  const { outcomes, isLeading } = parts;
  const listeners = new Set<(event: OutboxEvent) => void>();
  /** What has ended. It is not taken up again because a tab, or a row of storage, is late. */
  const ends = new Map<string, End>();

  /** What this tab has told of each lane last. */
  const toldOf = new Map<string, string>();

  const emit = (event: OutboxEvent) => {
    for (const listener of listeners) listener(event);
  };
  const remember = (event: End) => {
    ends.delete(event.id);
    ends.set(event.id, event);
    const [oldest] = ends.keys();
    if (ends.size > REMEMBERED && oldest !== undefined) ends.delete(oldest);
  };
  const absorb = (id: string) => remember({ type: 'ended', id, error: null });
  const put = (entry: OutboxEntry, absorbs?: string) => {
    if (listeners.size > 0) {
      const { id, conversation_id: lane } = entry.mutation;
      const before = toldOf.get(lane);
      const after = before === id ? undefined : before;
      toldOf.set(lane, id);
      emit({ type: 'put', entry: encodeEntry(entry), ...defined({ absorbs, after }) });
    }
    if (absorbs) absorb(absorbs);
  };
  const snapshot = () => {
    if (listeners.size === 0) return;
    const alive = [...parts.machine().entries()].filter(
      (entry) => entry.status !== 'confirmed' && !isOfLeader(entry),
    );
    const entries = alive.map(encodeEntry);
    emit({ type: 'snapshot', entries, ...(parts.hasRead() ? {} : { isPartial: true }) });
  };
  const hasEnded = (id: string): boolean => {
    const event = ends.get(id);
    if (event && isLeading()) {
      emit(event);
      parts.write(id);
    }
    return event !== undefined;
  };

  const takeIn = (heard: OutboxEntry, absorbs?: string) => {
    const machine = parts.machine();
    const { id } = heard.mutation;
    const known = machine.find(id);
    // Others change what was refused and nothing else; the leader may have folded something into what they tell of.
    // Of what is confirmed and still shown from here, they have missed how it ended.
    if (isLeading() && known && known.status !== 'failed') return void hasEnded(id);
    // The same as before keeps its reference, so that no view changes.
    const entry = {
      ...heard,
      mutation: known && isSame(known.mutation, heard.mutation) ? known.mutation : heard.mutation,
      error: known?.error && known.error.code === heard.error?.code ? known.error : heard.error,
    };
    if (absorbs) {
      absorb(absorbs);
      machine.remove(absorbs);
      outcomes.join(absorbs, id);
    }
    if (hasEnded(id)) return;
    const became = machine.accept(entry, isLeading());
    if (entry.error) outcomes.finish(id, { ok: false, error: entry.error });
    if (became && (became.absorbed || !became.entry)) parts.onFolded(entry, became);
  };

  /** What one tab knows, all know: what the leader does not have it is told, what it has is taken in. */
  const reconcile = (entries: readonly OutboxEntry[], isPartial: boolean) => {
    const machine = parts.machine();
    const told = new Set(entries.map(({ mutation }) => mutation.id));
    for (const entry of [...machine.entries()].sort((a, b) => a.order - b.order)) {
      const { id } = entry.mutation;
      if (told.has(id)) continue;
      if (isOfLeader(entry)) {
        machine.remove(id);
        continue;
      }
      // What comes after it may not go before it.
      if (entry.status === 'storing') break;
      // It has ended, or the leader has not heard of it: sending it again tells, and does no harm.
      if (entry.status === 'queued') put(entry);
      // Only a user ends what was refused; a leader that could not read the storage does not know of it.
      else if (entry.status === 'failed' && !isPartial) machine.remove(id);
    }
    for (const entry of entries) takeIn(entry);
  };

  const take = (event: OutboxEvent): void => {
    const machine = parts.machine();
    switch (event.type) {
      case 'put': {
        const entry = decodeEntry(event.entry);
        if (entry) takeIn(entry, event.absorbs);
        // Sent now it would go before what was lost on the way.
        const { after } = event;
        if (isLeading() && after && !machine.find(after) && !ends.has(after)) parts.onGap();
        return;
      }
      case 'confirmed': {
        const { id, result } = event;
        remember(event);
        const entry = machine.find(id);
        if (entry && entry.status !== 'confirmed') {
          machine.confirm(id);
          parts.onConfirmed(entry, result);
        }
        return outcomes.finish(id, { ok: true, result });
      }
      case 'ended': {
        const { id, error } = event;
        // What is on its way here is settled by its answer.
        if (machine.find(id)?.status === 'sending') return;
        remember(event);
        machine.remove(id);
        const outcome = error
          ? { ok: false as const, error: decodeError(error) }
          : { ok: true as const, result: null };
        return outcomes.finish(id, outcome);
      }
      case 'hello':
        if (isLeading() && !parts.isRestoring()) snapshot();
        return;
      case 'snapshot':
        if (isLeading()) return;
        return reconcile(
          event.entries.flatMap((entry) => decodeEntry(entry) ?? []),
          event.isPartial === true,
        );
    }
  };

  return {
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    apply(value) {
      const event = decodeEvent(value);
      if (event) take(event);
      return event !== null;
    },
    put,
    end(event) {
      remember(event);
      emit(event);
    },
    hello: () => emit({ type: 'hello' }),
    snapshot,
    hasEnded,
    reset() {
      ends.clear();
      toldOf.clear();
    },
  };
}

/** Only the leader reports what was delivered: a tab that leads no more leaves it to the next one (rule E10.12). */
const isOfLeader = ({ mutation }: OutboxEntry): boolean => mutation.type === 'mark_delivered';

function isSame(a: Mutation, b: Mutation): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
