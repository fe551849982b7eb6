import type { ConfabError } from '../errors/confab-error';
import type { Mutation, MutationType } from '../model/mutation';
import type { OutboxView } from '../model/pending';
import type { OutboxEntry } from './entry';
import { fold } from './fold';
import { createQueue, targetsOf, type Lane, type Slot } from './queue';
import type { RetryPolicy } from './retry-policy';
import { createSchedule } from './schedule';

/** As much as one push takes. */
export const MAX_BATCH = 100;
const MAX_BATCH_BYTES = 256 * 1024;

/** What the server said of one mutation. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly error: ConfabError };

/** What became of a new mutation. */
export interface Enqueued {
  /** To be stored and then marked `stored`; null when it has cancelled what waited. */
  readonly entry: OutboxEntry | null;
  /** Has become part of `entry`, and ends as it does. */
  readonly absorbed: string | null;
  /** Gone for good, other than the new one. */
  readonly cancelled: readonly string[];
}

/**
 * The queue. It does no I/O and knows neither time nor chance: the driver tells it what happened and when, and asks what
 * is next. What an operation costs does not grow with what is queued.
 */
export interface OutboxMachine {
  /** The same object until something shown changes. */
  view(): OutboxView;
  find(id: string): OutboxEntry | undefined;
  entries(): Iterable<OutboxEntry>;
  confirmed(): ReadonlyMap<string, Mutation>;
  /** When it may be tried next, as far as is known; null when nobody can tell. */
  attemptAt(id: string): number | null;
  /** Queues a mutation, folded into what waits if `canFold` (rule E3). */
  enqueue(mutation: Mutation, now: number, canFold: boolean): Enqueued;
  /** Takes over an entry as it is, from another tab; not one that is on its way here. Says whether it was taken. */
  accept(entry: OutboxEntry, canFold: boolean): Enqueued | null;
  /** Takes over what an earlier run or another tab left in storage. `isFirst`: before what is queued already. */
  restore(entries: readonly OutboxEntry[], isFirst: boolean): void;
  /** The tab that led has folded into what is stored more than it could tell. */
  inherit(entries: readonly OutboxEntry[]): void;
  /** Another tab may have sent whatever waits. */
  doubt(): void;
  /** It may be sent, unless it was changed after this was stored. */
  stored(entry: OutboxEntry): void;
  /** Takes the next push: the heads of all lanes that are free, each lane strictly in order (rule E3). */
  take(now: number, limit: number): readonly Mutation[];
  /** Records what became of one mutation of a push, by the class of its error (rule E4). */
  settle(id: string, verdict: Verdict, now: number, random: number): void;
  /** A push failed as a whole: all of it goes back, and everything waits, because the failure says nothing of a lane. */
  fail(ids: readonly string[], error: ConfabError, now: number, random: number): void;
  /** The server has confirmed it to another tab. */
  confirm(id: string): void;
  /** When something may be sent again; null when nothing waits for time to pass. */
  nextAttemptAt(): number | null;
  /** The network or the session is back: everything may go at once, but for what the server wants to see later. */
  resume(): void;
  /** What rests only because more of its kind may come may go at once; says whether there is any. */
  hasten(): boolean;
  /** The user wants what was refused to be tried again under its id. */
  retry(id: string): OutboxEntry | null;
  /** Removes an entry and all that is about what it would have created; returns their ids. */
  discard(id: string): readonly string[];
  remove(id: string): void;
}

/** @param isGathered whether several of its kind that come in a moment should become one */
export function createOutboxMachine(
  policy: RetryPolicy,
  isGathered: (mutation: Mutation) => boolean = () => false,
): OutboxMachine {
  const queue = createQueue();
  const schedule = createSchedule((lane) => (queue.lane(lane)?.sending ?? 0) > 0);
  const { wake, wakeCrossed } = schedule;
  /** Lanes that have something held. */
  const holding = new Set<string>();
  let isParked = false;
  let lastOrder = 0;

  /** Something new is in a lane. */
  const rouse = (mutation: Mutation) => {
    const lane = mutation.conversation_id;
    if (!isGathered(mutation)) return schedule.hasten(lane);
    schedule.gather(lane);
    wake(lane);
  };
  const change = (slot: Slot, next: Partial<OutboxEntry>) => queue.put({ ...slot.entry, ...next });
  /** What was refused is no longer: those that waited with it are looked at again, in their places. */
  const release = (laneId: string) => {
    for (const id of holding.add(laneId)) {
      const lane = queue.lane(id);
      if (lane) lane.line = null;
      wake(id);
    }
    holding.clear();
  };

  /** Whether it can go, must wait for a message of another lane, or is left out with what was refused. */
  const standing = ({ mutation }: OutboxEntry): 'free' | 'waits' | 'held' => {
    let isFree = true;
    for (const target of [mutation.conversation_id, ...targetsOf(mutation)]) {
      const made = target === mutation.id ? undefined : queue.slot(target);
      if (!made || made.entry.status === 'confirmed') continue;
      if (made.isHeld || made.entry.status === 'failed') return 'held';
      if (made.entry.mutation.conversation_id !== mutation.conversation_id) isFree = false;
    }
    return isFree ? 'free' : 'waits';
  };
  const lineOf = (lane: Lane): Slot[] => {
    if (lane.line) return lane.line;
    lane.head = 0;
    lane.line = [...lane.slots.values()];
    for (const slot of lane.line) slot.isHeld = false;
    return lane.line;
  };

  /** Takes what can go of one lane; what is done or left out at its beginning is passed for good. */
  const takeFrom = (lane: Lane, batch: Mutation[], room: { count: number; bytes: number }): void => {
    const line = lineOf(lane);
    let at = lane.head;
    for (; room.count > 0; at++) {
      const slot = line[at];
      if (!slot) break;
      const { mutation, status } = slot.entry;
      if (status === 'queued' && queue.slot(mutation.id) === slot) {
        const how = standing(slot.entry);
        if (how === 'waits') {
          schedule.cross(lane.id);
          break;
        }
        if (how === 'free') {
          const bytes = bytesOf(mutation);
          if (batch.length > 0 && bytes > room.bytes) {
            room.count = 0;
            break;
          }
          room.bytes -= bytes;
          room.count--;
          lane.sending++;
          change(slot, { status: 'sending' });
          batch.push(mutation);
          continue;
        }
        slot.isHeld = true;
        holding.add(lane.id);
      } else if (queue.slot(mutation.id) === slot && (status === 'storing' || status === 'sending')) break;
      if (at === lane.head) lane.head++;
    }
    if (lane.head > MAX_BATCH) {
      line.splice(0, lane.head);
      lane.head = 0;
    }
    // What is stored, answered or added next brings it back.
    if (room.count > 0 || lane.sending > 0) schedule.rest(lane.id);
  };

  /** It is no longer on its way. */
  const landed = (slot: Slot, next: Partial<OutboxEntry>) => {
    const lane = queue.lane(slot.entry.mutation.conversation_id);
    change(slot, next);
    if (lane && --lane.sending === 0) wake(lane.id);
  };

  const remove = (id: string) => {
    const slot = queue.slot(id);
    if (!slot) return;
    if (slot.entry.status === 'sending') landed(slot, { status: 'queued' });
    queue.remove(id);
    wakeCrossed();
  };
  const discard = (id: string): string[] => {
    const gone = new Set([id]);
    // Grows while it is walked through.
    for (const made of gone) for (const { entry } of queue.dependents(made)) gone.add(entry.mutation.id);
    const lane = queue.slot(id)?.entry.mutation.conversation_id;
    for (const one of gone) remove(one);
    if (lane !== undefined) release(lane);
    return [...gone];
  };

  const add = (entry: OutboxEntry, canFold: boolean): Enqueued => {
    const { mutation } = entry;
    const folding = canFold ? fold(queue, mutation) : null;
    switch (folding?.type) {
      case 'merge': {
        const { into } = folding;
        const next = { ...into, mutation: folding.mutation, status: 'storing', error: null } as const;
        queue.put(next);
        if (into.status === 'failed') release(mutation.conversation_id);
        return { entry: next, absorbed: mutation.id, cancelled: [] };
      }
      case 'cancel':
        return { entry: null, absorbed: null, cancelled: discard(folding.old.mutation.id) };
      case 'replace':
        remove(folding.old.mutation.id);
        break;
      case undefined:
    }
    lastOrder = Math.max(lastOrder, entry.order);
    queue.put(entry);
    rouse(mutation);
    return { entry, absorbed: folding?.old.mutation.id ?? null, cancelled: [] };
  };

  return {
    view: () => queue.view(),
    find: (id) => queue.slot(id)?.entry,
    *entries() {
      for (const { entry } of queue.slots.values()) yield entry;
    },
    confirmed: () => queue.confirmed,
    attemptAt(id) {
      const entry = queue.slot(id)?.entry;
      if (!entry || isParked || standing(entry) === 'held' || entry.status === 'failed') return null;
      return schedule.laneAt(entry.mutation.conversation_id);
    },
    enqueue(mutation, now, canFold) {
      // Grows with time too, so that what is queued before the stored entries were read sorts after them in storage.
      const order = Math.max(now, lastOrder + 1);
      const fresh = { mutation, order, createdAt: now, attempt: 0, isTried: false, error: null };
      return add({ ...fresh, status: 'storing' }, canFold);
    },
    accept(entry, canFold) {
      const { id, conversation_id } = entry.mutation;
      const known = queue.slot(id);
      if (!known) {
        // Tabs write at once and hear of each other in any order; all show it in one.
        const isLate = entry.order <= lastOrder;
        const became = add(entry, canFold);
        if (isLate) queue.sort(conversation_id);
        return became;
      }
      if (known.entry.status === 'sending' || known.entry.status === 'confirmed') return null;
      queue.put({ ...entry, isTried: entry.error === null && known.entry.isTried });
      release(conversation_id);
      return { entry, absorbed: null, cancelled: [] };
    },
    restore(entries, isFirst) {
      const unknown = entries.filter(({ mutation }) => !queue.slot(mutation.id));
      const last = unknown.reduce((max, { order }) => Math.max(max, order), 0);
      if (isFirst) {
        lastOrder = last;
        for (const slot of queue.slots.values()) {
          lastOrder = Math.max(slot.entry.order, lastOrder + 1);
          change(slot, { order: lastOrder });
        }
      }
      lastOrder = Math.max(lastOrder, last);
      for (const entry of unknown) {
        // It may have been on its way when that run ended.
        queue.put({ ...entry, isTried: entry.isTried || entry.status === 'queued' });
        wake(entry.mutation.conversation_id);
      }
      queue.sort();
    },
    inherit(entries) {
      for (const { mutation } of entries) {
        const slot = queue.slot(mutation.id);
        if (slot?.entry.status === 'queued') change(slot, { mutation });
      }
    },
    doubt() {
      for (const slot of queue.slots.values())
        if (slot.entry.status === 'queued') change(slot, { isTried: true });
    },
    stored(entry) {
      const slot = queue.slot(entry.mutation.id);
      if (slot?.entry.status !== 'storing' || slot.entry.mutation !== entry.mutation) return;
      change(slot, { status: 'queued' });
      rouse(entry.mutation);
    },
    take(now, limit) {
      const batch: Mutation[] = [];
      if (isParked || !schedule.begin(now)) return batch;
      const room = { count: limit, bytes: MAX_BATCH_BYTES };
      for (const id of schedule.ready) {
        if (room.count === 0) break;
        const lane = queue.lane(id);
        if (lane && lane.sending === 0) takeFrom(lane, batch, room);
        else schedule.rest(id);
      }
      return batch;
    },
    settle(id, verdict, now, random) {
      const slot = queue.slot(id);
      if (slot?.entry.status !== 'sending') return;
      // The server answers: whatever made it fail before is over.
      schedule.answered();
      const { entry } = slot;
      const lane = entry.mutation.conversation_id;
      if (verdict.ok) {
        landed(slot, { status: 'confirmed', error: null });
        wakeCrossed();
        return;
      }
      const { error } = verdict;
      switch (error.class) {
        case 'retryable': {
          // Behind a failing head the entry itself was not tried: it only waits for the head.
          if (error.code === 'blocked_by_previous') return landed(slot, { status: 'queued' });
          const attempt = entry.attempt + 1;
          const asked = error.retryAfterMs ?? 0;
          schedule.delay(lane, now + policy.delayMs(attempt, random, asked), asked && now + asked);
          return landed(slot, { status: 'queued', attempt });
        }
        case 'auth':
          isParked = true;
          return landed(slot, { status: 'queued' });
        case 'permanent': {
          // Refused only because what it is about was: it waits with that.
          if (standing(entry) === 'held') return landed(slot, { status: 'queued' });
          const attempt = entry.attempt + 1;
          landed(slot, { status: 'failed', attempt, isTried: false, error });
          if (!isKept(entry.mutation.type)) remove(id);
          else wakeCrossed();
        }
      }
    },
    fail(ids, error, now, random) {
      const isAuth = error.class === 'auth';
      if (isAuth) isParked = true;
      else if (error.code !== 'invalid') {
        const asked = error.retryAfterMs ?? 0;
        const until = now + policy.delayMs(schedule.failures + 1, random, asked);
        schedule.pause(until, asked && now + asked);
      }
      // Read and refused as a whole, nothing of it was applied; else it may have been.
      const isTried = !isAuth && error.code !== 'invalid';
      for (const id of ids) {
        const slot = queue.slot(id);
        if (slot?.entry.status !== 'sending') continue;
        const { attempt } = slot.entry;
        landed(slot, {
          status: 'queued',
          attempt: isTried ? attempt + 1 : attempt,
          isTried: isTried || slot.entry.isTried,
        });
      }
    },
    confirm(id) {
      const slot = queue.slot(id);
      if (!slot) return;
      if (slot.entry.status === 'sending') landed(slot, { status: 'confirmed', error: null });
      else change(slot, { status: 'confirmed', error: null });
      release(slot.entry.mutation.conversation_id);
      wakeCrossed();
    },
    nextAttemptAt: () => (isParked ? null : schedule.nextAt()),
    resume() {
      isParked = false;
      schedule.resume();
    },
    hasten: schedule.hastenAll,
    retry(id) {
      const slot = queue.slot(id);
      if (slot?.entry.status !== 'failed') return null;
      const { entry } = change(slot, { status: 'storing', attempt: 0, error: null });
      release(entry.mutation.conversation_id);
      return entry;
    },
    discard,
    remove,
  };
}

/** Kept when it is refused: all but what somebody says of themselves, which says the same again next time. */
export function isKept(type: MutationType): boolean {
  return !personal.has(type);
}

const personal = new Set<MutationType>([
  'mark_read',
  'mark_delivered',
  'mark_unread',
  'mark_all_read',
  'mark_thread_read',
  'follow_thread',
  'set_membership',
  'hide_message',
  'unhide_message',
  'pin_message',
  'unpin_message',
  'add_reaction',
  'remove_reaction',
]);

/** What it weighs as JSON, at most. */
function bytesOf(mutation: Mutation): number {
  const json = JSON.stringify(mutation);
  let bytes = json.length;
  for (let i = 0; i < json.length; i++) if (json.charCodeAt(i) > 127) bytes += 2;
  return bytes;
}
