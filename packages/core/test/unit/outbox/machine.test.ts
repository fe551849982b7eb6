import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/errors/codes';
import type { Mutation } from '../../../src/model/mutation';
import {
  emptyOutbox,
  enqueue,
  find,
  MAX_BATCH,
  nextAttemptAt,
  remove as drop,
  restore,
  resume,
  retry,
  settle,
  stored,
  take,
  type OutboxState,
} from '../../../src/outbox/machine';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { edit, entry, error, markDelivered, markRead, markUnread, send } from '../support/mutations';
import { CONVERSATION, OTHER_CONVERSATION as OTHER, uuid } from '../support/rows';

const NOW = 1_000_000;

/** Queues and stores, as the driver does when storage works. */
function queued(mutations: readonly Mutation[], state: OutboxState = emptyOutbox, now = NOW): OutboxState {
  return mutations.reduce((before, mutation) => {
    const added = enqueue(before, mutation, now);
    return stored(added.state, added.entry.mutation.id);
  }, state);
}

const ids = (mutations: readonly Mutation[]) => mutations.map(({ id }) => Number.parseInt(id.slice(-12), 16));
const taken = (state: OutboxState, now = NOW, limit = MAX_BATCH) => ids(take(state, now, limit).batch);
const refuse = (state: OutboxState, n: number, code: ErrorCode, random = 1, retryAfterMs?: number) =>
  settle(state, uuid(n), { ok: false, error: error(code, retryAfterMs) }, NOW, random);
const accept = (state: OutboxState, n: number) => settle(state, uuid(n), { ok: true }, NOW, 0);
const statusOf = (state: OutboxState, n: number) => find(state, uuid(n))?.status;

describe('queueing', () => {
  it('E1 nothing is sent before it is stored, nor what follows it in its lane', () => {
    const first = enqueue(emptyOutbox, send(1), NOW).state;
    const both = queued([send(2)], first);
    expect(taken(both)).toEqual([]);
    expect(taken(stored(both, uuid(1)))).toEqual([1, 2]);
  });

  it('E3 other lanes do not wait for what is being stored', () => {
    const first = enqueue(emptyOutbox, send(1), NOW).state;
    expect(taken(queued([send(2, OTHER)], first))).toEqual([2]);
  });

  it('E3 a lane is sent in the order it was filled, and one push carries several lanes', () => {
    const state = queued([send(1), send(2, OTHER), send(3), send(4, OTHER)]);
    const batch = taken(state);
    expect(batch.filter((n) => n % 2 === 1)).toEqual([1, 3]);
    expect(batch.filter((n) => n % 2 === 0)).toEqual([2, 4]);
  });

  it('E3 what is being sent is not sent twice, and holds its lane', () => {
    const sending = take(queued([send(1)]), NOW, MAX_BATCH).state;
    const more = queued([send(2), send(3, OTHER)], sending);
    expect(taken(more)).toEqual([3]);
    expect(taken(accept(more, 1))).toEqual([2, 3]);
  });

  it('E3 a batch is as large as asked and keeps each lane in order', () => {
    const state = queued(Array.from({ length: MAX_BATCH + 5 }, (_, i) => send(i + 1)));
    expect(taken(state)).toEqual(Array.from({ length: MAX_BATCH }, (_, i) => i + 1));
    expect(taken(state, NOW, 1)).toEqual([1]);
    const first = take(state, NOW, MAX_BATCH).state;
    expect(taken(first)).toEqual([]);
  });

  it('E3 only the highest read cursor of a lane counts', () => {
    const state = queued([markRead(1, 5), markRead(2, 9), markRead(3, 7)]);
    expect(state.entries).toHaveLength(1);
    expect(state.entries[0]?.mutation).toEqual(markRead(1, 9));
  });

  it('E3 cursors of other lanes and of the other kind are kept apart', () => {
    const state = queued([markRead(1, 5), markDelivered(2, 9), markRead(3, 7, OTHER)]);
    expect(ids(state.entries.map(({ mutation }) => mutation))).toEqual([1, 2, 3]);
  });

  it('E3 a cursor that has left is not changed; a later one follows it', () => {
    const sending = take(queued([markRead(1, 5)]), NOW, MAX_BATCH).state;
    const state = queued([markRead(2, 9)], sending);
    expect(state.entries.map(({ mutation }) => mutation)).toEqual([markRead(1, 5), markRead(2, 9)]);
    expect(taken(state)).toEqual([]);
    expect(taken(accept(state, 1))).toEqual([2]);
  });

  it('E3 a raised cursor keeps its place and its delay', () => {
    const waiting = refuse(take(queued([markRead(1, 5)]), NOW, MAX_BATCH).state, 1, 'unavailable');
    const state = queued([send(2), markRead(3, 9)], waiting);
    expect(state.entries[0]).toMatchObject({ mutation: markRead(1, 9), attempt: 1, notBefore: NOW + 1_000 });
    expect(taken(state)).toEqual([]);
  });

  it('E3 a cursor is not raised past what was marked unread after it', () => {
    const state = queued([markRead(1, 5), markUnread(2, 3), markRead(3, 9), markRead(4, 12)]);
    expect(state.entries.map(({ mutation }) => mutation)).toEqual([
      markRead(1, 5),
      markUnread(2, 3),
      markRead(3, 12),
    ]);
  });

  it('E2 the order grows with every entry, also when the clock stands still or steps back', () => {
    const state = queued([send(3)], queued([send(2)], queued([send(1)], emptyOutbox, 500), 500), 100);
    const orders = state.entries.map(({ order }) => order);
    expect(orders).toEqual([...orders].sort((a, b) => a - b));
    expect(new Set(orders).size).toBe(3);
  });
});

describe('answers', () => {
  const sending = (mutations: readonly Mutation[]) => take(queued(mutations), NOW, MAX_BATCH).state;

  it('E5.11 what is confirmed stays until the cache shows it, and blocks nobody', () => {
    const state = queued([send(2)], accept(sending([send(1)]), 1));
    expect(statusOf(state, 1)).toBe('confirmed');
    expect(taken(state)).toEqual([2]);
    expect(find(drop(state, uuid(1)), uuid(1))).toBeUndefined();
  });

  it('E4 what no view shows goes when it is refused: whoever asked for it was told', () => {
    expect(find(refuse(sending([markUnread(1, 2)]), 1, 'not_member'), uuid(1))).toBeUndefined();
  });

  it.each(['offline', 'timeout', 'unavailable', 'internal', 'rate_limited'] as const)(
    'E4 after %s it is tried again later, and what follows in its lane waits for it',
    (code) => {
      const state = refuse(queued([send(2), send(3, OTHER)], sending([send(1)])), 1, code);
      expect(find(state, uuid(1))).toMatchObject({ status: 'queued', attempt: 1, notBefore: NOW + 1_000 });
      expect(taken(state)).toEqual([3]);
      expect(taken(state, NOW + 999)).toEqual([3]);
      expect(taken(state, NOW + 1_000)).toEqual([1, 2, 3]);
    },
  );

  it('E4 attempts back off exponentially with full jitter, and honour what the server asks for', () => {
    let state = queued([send(1)]);
    const delays: number[] = [];
    for (const random of [1, 1, 1, 0.5, 0]) {
      state = refuse(take(state, NOW * 2, MAX_BATCH).state, 1, 'unavailable', random);
      delays.push((find(state, uuid(1))?.notBefore ?? 0) - NOW);
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 4_000, 0]);
    state = refuse(take(state, NOW * 2, MAX_BATCH).state, 1, 'rate_limited', 0, 60_000);
    expect(find(state, uuid(1))?.notBefore).toBe(NOW + 60_000);
  });

  it('E4 what was blocked by the one before it counts no attempt and goes with it', () => {
    const both = refuse(refuse(sending([send(1), send(2)]), 1, 'internal'), 2, 'blocked_by_previous');
    expect(find(both, uuid(2))).toMatchObject({ status: 'queued', attempt: 0, notBefore: 0 });
    expect(taken(both)).toEqual([]);
    expect(taken(both, NOW + 1_000)).toEqual([1, 2]);
  });

  it('E4 being blocked keeps the attempts and the delay of tries of its own', () => {
    const offline = refuse(refuse(sending([send(1), send(2)]), 1, 'offline'), 2, 'offline', 0.5);
    const again = take(offline, NOW + 1_000, MAX_BATCH).state;
    const blocked = refuse(refuse(again, 1, 'internal'), 2, 'blocked_by_previous');
    expect(find(blocked, uuid(1))).toMatchObject({ status: 'queued', attempt: 2, notBefore: NOW + 2_000 });
    expect(find(blocked, uuid(2))).toMatchObject({ status: 'queued', attempt: 1, notBefore: NOW + 500 });
  });

  it.each([
    'forbidden',
    'not_member',
    'invalid',
    'not_found',
    'conflict',
    'id_taken',
    'content_too_long',
  ] as const)('E4 after %s it fails, stays with its reason, and the lane goes on', (code) => {
    const state = refuse(queued([send(2)], sending([send(1)])), 1, code);
    expect(find(state, uuid(1))).toMatchObject({ status: 'failed', mutation: send(1), error: { code } });
    expect(taken(state)).toEqual([2]);
    expect(taken(state, NOW * 10)).toEqual([2]);
  });

  it('E4 a refused cursor goes without a trace', () => {
    const state = sending([markRead(1, 5), markDelivered(2, 5)]);
    expect(refuse(refuse(state, 1, 'not_member'), 2, 'not_member').entries).toEqual([]);
  });

  it('E4 without a session everything is parked until it is resumed, and no attempt is counted', () => {
    const parked = refuse(sending([send(1), send(2, OTHER)]), 1, 'unauthenticated');
    expect(parked.isParked).toBe(true);
    expect(find(parked, uuid(1))).toMatchObject({ status: 'queued', attempt: 0 });
    expect(taken(parked)).toEqual([]);
    expect(nextAttemptAt(parked)).toBeNull();
    expect(taken(resume(parked))).toEqual([1]);
  });

  it('E4 resuming lets everything go at once, in order', () => {
    const state = resume(refuse(queued([send(2)], sending([send(1)])), 1, 'offline'));
    expect(taken(state)).toEqual([1, 2]);
  });

  it('E2 an answer for what is not on its way changes nothing: late, doubled or unknown', () => {
    const state = refuse(sending([send(1)]), 1, 'forbidden');
    expect(accept(state, 1)).toBe(state);
    expect(refuse(state, 1, 'internal')).toBe(state);
    expect(accept(state, 99)).toBe(state);
  });

  it('E4 a refused mutation is tried again under its id, before what came after it', () => {
    const failed = refuse(queued([send(2)], sending([send(1)])), 1, 'forbidden');
    const again = retry(failed, uuid(1));
    expect(find(again, uuid(1))).toMatchObject({ status: 'queued', attempt: 0, error: null });
    expect(taken(again)).toEqual([1, 2]);
    expect(retry(again, uuid(2))).toEqual(again);
    expect(retry(again, uuid(99))).toBe(again);
  });
});

describe('the next attempt', () => {
  it('E4 is the time of the head of a lane, though what follows may go earlier', () => {
    let state = take(queued([send(1), send(2)]), NOW, MAX_BATCH).state;
    state = refuse(refuse(state, 1, 'unavailable', 1), 2, 'unavailable', 0.1);
    expect(nextAttemptAt(state)).toBe(NOW + 1_000);
    expect(taken(state, NOW + 100)).toEqual([]);
  });

  it('E4 is the time of the head when what follows was blocked by it', () => {
    let state = take(queued([send(1), send(2)]), NOW, MAX_BATCH).state;
    state = refuse(refuse(state, 1, 'rate_limited', 0, 5_000), 2, 'blocked_by_previous');
    expect(nextAttemptAt(state)).toBe(NOW + 5_000);
  });

  it('E4 is the earliest of all lanes', () => {
    let state = take(queued([send(1), send(2, OTHER)]), NOW, MAX_BATCH).state;
    state = refuse(refuse(state, 1, 'unavailable', 1), 2, 'unavailable', 0.5);
    expect(nextAttemptAt(state)).toBe(NOW + 500);
  });

  it('E4 there is none while the head is being stored or sent, and none for what has ended', () => {
    expect(nextAttemptAt(emptyOutbox)).toBeNull();
    expect(nextAttemptAt(queued([send(2)], enqueue(emptyOutbox, send(1), NOW).state))).toBeNull();
    const sending = take(queued([send(1)]), NOW, MAX_BATCH).state;
    expect(nextAttemptAt(queued([send(2)], sending))).toBeNull();
    expect(nextAttemptAt(accept(sending, 1))).toBeNull();
    expect(nextAttemptAt(refuse(sending, 1, 'forbidden'))).toBeNull();
  });

  it('E4 whenever something is queued and nothing can be taken, waiting until then lets something go', () => {
    const codes = ['unavailable', 'rate_limited', 'blocked_by_previous', 'forbidden', 'offline'] as const;
    for (let seed = 1; seed <= 200; seed++) {
      const random = createSeededRandom(seed);
      let now = NOW;
      let state = queued(
        Array.from({ length: 12 }, (_, i) => send(i + 1, random.pick([CONVERSATION, OTHER]))),
      );
      for (let step = 0; step < 40; step++) {
        const { state: next, batch } = take(state, now, 1 + random.int(6));
        state = batch.reduce(
          (before, { id }) =>
            settle(
              before,
              id,
              random.chance(0.3) ? { ok: true } : { ok: false, error: error(random.pick(codes)) },
              now,
              random.next(),
            ),
          next,
        );
        const at = nextAttemptAt(state);
        const isWaiting = state.entries.some(({ status }) => status === 'queued');
        expect(at !== null, `seed ${seed}: something is queued`).toBe(isWaiting);
        if (at === null) break;
        now = Math.max(now, at);
        expect(
          take(state, now, MAX_BATCH).batch.length,
          `seed ${seed}: it may go at its time`,
        ).toBeGreaterThan(0);
      }
    }
  });
});

describe('after a reload', () => {
  it('E2 stored entries come back in their order, before what is queued already', () => {
    const state = restore(queued([send(9)]), [
      entry(send(2), { order: 20 }),
      entry(send(3), { order: 30 }),
      entry(send(1), { order: 10 }),
    ]);
    expect(taken(state)).toEqual([1, 2, 3, 9]);
  });

  it('E10 entries of two tabs with the same place are put in order by id', () => {
    const state = restore(emptyOutbox, [entry(send(2), { order: 5 }), entry(send(1), { order: 5 })]);
    expect(taken(state)).toEqual([1, 2]);
  });

  it('E2 what is known already is not taken over twice', () => {
    const state = restore(queued([send(1)]), [entry(send(1)), entry(send(2), { order: 2 })]);
    expect(state.entries).toHaveLength(2);
  });

  it('E3 what is queued before the stored entries were read comes after them, also after the next reload', () => {
    const early = enqueue(emptyOutbox, send(9), NOW);
    const kept = { ...early.entry, status: 'queued' as const };
    const all = [entry(send(1), { order: NOW - 20 }), entry(send(2), { order: NOW - 10 })];
    const first = restore(early.state, all);
    const second = restore(emptyOutbox, [kept, ...all]);
    expect(ids(first.entries.map(({ mutation }) => mutation))).toEqual([1, 2, 9]);
    expect(taken(second)).toEqual([1, 2, 9]);
  });

  it('E3 what follows in the queue always has a higher place', () => {
    const state = queued(
      [edit(8, uuid(9))],
      restore(queued([send(9)], emptyOutbox, 1), [entry(send(1), { order: 50 })]),
      2,
    );
    const orders = state.entries.map(({ order }) => order);
    expect(orders).toEqual([50, 51, 52]);
  });
});
