import type { ConfabError } from '../errors/confab-error';
import { backoffMs, type BackoffBounds } from '../lib/backoff';
import type { Mutation } from '../model/mutation';
import type { OutboxEntry } from './entry';

/** The queue as a value. Every function here returns the next one; the driver does the I/O. */
export interface OutboxState {
  /** In order. */
  readonly entries: readonly OutboxEntry[];
  /** Nothing is sent until there is a valid session (rule E4). */
  readonly isParked: boolean;
}

export const emptyOutbox: OutboxState = { entries: [], isParked: false };

/** As many mutations as one push takes. */
export const MAX_BATCH = 100;
const BACKOFF: BackoffBounds = { baseMs: 1_000, maxMs: 30_000 };

/** What the server said of one mutation. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly error: ConfabError };

export function find(state: OutboxState, id: string): OutboxEntry | undefined {
  return state.entries.find((entry) => entry.mutation.id === id);
}

/** Whether the server does not know yet, or refused, what this mutation creates. */
export function isUnsent(state: OutboxState, id: string): boolean {
  const entry = find(state, id);
  return entry !== undefined && entry.status !== 'confirmed';
}

/**
 * Queues a mutation, to be marked `stored` next. A cursor that has not left yet is raised in place: only the highest
 * counts (rule E3).
 */
export function enqueue(
  state: OutboxState,
  mutation: Mutation,
  now: number,
): { state: OutboxState; entry: OutboxEntry } {
  const isCursor = mutation.type === 'mark_read' || mutation.type === 'mark_delivered';
  // Not past what was marked unread meanwhile: that would come last then.
  const last = state.entries.findLast(
    ({ mutation: { type, conversation_id } }) =>
      conversation_id === mutation.conversation_id && (type === mutation.type || type === 'mark_unread'),
  );
  const waiting =
    isCursor && last?.status === 'queued' && last.mutation.type === mutation.type ? last : undefined;
  if (waiting) {
    const entry: OutboxEntry = { ...waiting, mutation: raise(waiting.mutation, mutation) };
    return { state: put(state, entry), entry };
  }
  // Grows with time too, so that what is queued before the stored entries were read sorts after them in storage.
  const order = Math.max(now, (state.entries.at(-1)?.order ?? 0) + 1);
  const entry: OutboxEntry = {
    mutation,
    order,
    createdAt: now,
    status: 'storing',
    attempt: 0,
    notBefore: 0,
    error: null,
  };
  return { state: { ...state, entries: [...state.entries, entry] }, entry };
}

/** Takes over what an earlier run left in storage, in its order and before what is queued already. */
export function restore(state: OutboxState, entries: readonly OutboxEntry[]): OutboxState {
  const known = new Set(state.entries.map((entry) => entry.mutation.id));
  const restored = entries
    .filter((entry) => !known.has(entry.mutation.id))
    .sort((a, b) => a.order - b.order || (a.mutation.id < b.mutation.id ? -1 : 1));
  const last = restored.at(-1)?.order ?? 0;
  const later = state.entries.map((entry, i) => ({ ...entry, order: Math.max(entry.order, last + 1 + i) }));
  return { ...state, entries: [...restored, ...later] };
}

export function stored(state: OutboxState, id: string): OutboxState {
  return change(state, id, (entry) => (entry.status === 'storing' ? { ...entry, status: 'queued' } : entry));
}

/** Takes the next push: the heads of all lanes that are free, each lane strictly in order (rule E3). */
export function take(
  state: OutboxState,
  now: number,
  limit: number,
): { state: OutboxState; batch: readonly Mutation[] } {
  if (state.isParked) return { state, batch: [] };
  const blocked = new Set<string>();
  const ids = new Set<string>();
  const batch: Mutation[] = [];
  for (const { mutation, status, notBefore } of state.entries) {
    if (batch.length >= limit) break;
    if (status === 'failed' || status === 'confirmed' || blocked.has(mutation.conversation_id)) continue;
    if (status === 'queued' && notBefore <= now) {
      ids.add(mutation.id);
      batch.push(mutation);
    } else {
      blocked.add(mutation.conversation_id);
    }
  }
  if (batch.length === 0) return { state, batch };
  return {
    batch,
    state: {
      ...state,
      entries: state.entries.map((entry) =>
        ids.has(entry.mutation.id) ? { ...entry, status: 'sending' as const } : entry,
      ),
    },
  };
}

/** When the next entry may be sent; null when nothing waits for time to pass. */
export function nextAttemptAt(state: OutboxState): number | null {
  if (state.isParked) return null;
  // Only the head of a lane counts: what follows cannot go before it, however early it may.
  const heads = new Map<string, OutboxEntry>();
  for (const entry of state.entries) {
    const lane = entry.mutation.conversation_id;
    if (entry.status !== 'failed' && entry.status !== 'confirmed' && !heads.has(lane)) heads.set(lane, entry);
  }
  let next: number | null = null;
  for (const { status, notBefore } of heads.values()) {
    if (status === 'queued' && (next === null || notBefore < next)) next = notBefore;
  }
  return next;
}

/** Records what became of one mutation of a push, by the class of its error (rule E4). */
export function settle(
  state: OutboxState,
  id: string,
  verdict: Verdict,
  now: number,
  random: number,
): OutboxState {
  const entry = find(state, id);
  if (!entry || entry.status !== 'sending') return state;
  if (verdict.ok) return put(state, { ...entry, status: 'confirmed', error: null });
  const { error } = verdict;
  switch (error.class) {
    case 'retryable': {
      // Behind a failing head the entry itself was not tried: it only waits for the head.
      if (error.code === 'blocked_by_previous') return put(state, { ...entry, status: 'queued' });
      const attempt = entry.attempt + 1;
      const notBefore = now + backoffMs(attempt, random, BACKOFF, error.retryAfterMs);
      return put(state, {
        ...entry,
        status: 'queued',
        attempt,
        notBefore,
        askedUntil: error.retryAfterMs === undefined ? 0 : now + error.retryAfterMs,
      });
    }
    case 'auth':
      return { ...put(state, { ...entry, status: 'queued' }), isParked: true };
    case 'permanent':
      // What no view shows, nobody could retry or discard: whoever asked for it has been told.
      return isKept(entry.mutation) ? put(state, { ...entry, status: 'failed', error }) : remove(state, id);
  }
}

/** Whether it is shown as failed when it is refused, because it carries something the user made. */
function isKept({ type }: Mutation): boolean {
  return ['send_message', 'edit_message', 'delete_message', 'create_conversation'].includes(type);
}

/** The network or the session is back: everything may be sent at once, but for what the server wants to see later. */
export function resume(state: OutboxState): OutboxState {
  const entries = state.entries.map((entry) => ({ ...entry, notBefore: entry.askedUntil ?? 0 }));
  return { isParked: false, entries };
}

/** The user wants a refused mutation to be tried again, with the same id. */
export function retry(state: OutboxState, id: string): OutboxState {
  return change(state, id, (entry) =>
    entry.status === 'failed'
      ? { ...entry, status: 'queued', attempt: 0, notBefore: 0, askedUntil: 0, error: null }
      : entry,
  );
}

export function remove(state: OutboxState, id: string): OutboxState {
  return { ...state, entries: state.entries.filter((entry) => entry.mutation.id !== id) };
}

function change(state: OutboxState, id: string, next: (entry: OutboxEntry) => OutboxEntry): OutboxState {
  const entry = find(state, id);
  return entry ? put(state, next(entry)) : state;
}

function put(state: OutboxState, entry: OutboxEntry): OutboxState {
  return {
    ...state,
    entries: state.entries.map((other) => (other.mutation.id === entry.mutation.id ? entry : other)),
  };
}

function raise(waiting: Mutation, later: Mutation): Mutation {
  if (waiting.type !== later.type || !('seq' in waiting.args) || !('seq' in later.args)) return waiting;
  const args = { seq: Math.max(waiting.args.seq, later.args.seq) };
  return waiting.type === 'mark_read'
    ? { ...waiting, args }
    : waiting.type === 'mark_delivered'
      ? { ...waiting, args }
      : waiting;
}
