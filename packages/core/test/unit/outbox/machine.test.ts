import { describe, expect, it } from 'vitest';
import type { Mutation } from '../../../src/model/mutation';
import { MAX_BATCH } from '../../../src/outbox/machine';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { create, edit, entry, error, markDelivered, markRead, markUnread, send } from '../support/mutations';
import { createQueueUnderTest, NOW, numberOf } from '../support/outbox';
import { CONVERSATION, OTHER_CONVERSATION as OTHER, uuid } from '../support/rows';

function started(...mutations: readonly Mutation[]) {
  const queue = createQueueUnderTest();
  queue.queue(...mutations);
  return queue;
}

function sending(...mutations: readonly Mutation[]) {
  const queue = started(...mutations);
  queue.take();
  return queue;
}

describe('queueing', () => {
  it('E1.1 nothing is sent before it is stored, nor what follows it in its lane', () => {
    const { machine, queue, take } = started();
    const first = machine.enqueue(send(1), NOW, true).entry;
    queue(send(2));
    expect(take()).toEqual([]);
    if (first) machine.stored(first);
    expect(take()).toEqual([1, 2]);
  });

  it('E1.1 what was changed while it was being stored waits until that is stored too', () => {
    const { machine, take } = started();
    const before = machine.enqueue(send(1), NOW, true).entry;
    const after = machine.enqueue(edit(2, uuid(1)), NOW, true).entry;
    if (before) machine.stored(before);
    expect(take()).toEqual([]);
    if (after) machine.stored(after);
    expect(take()).toEqual([1]);
  });

  it('E3.2 other lanes do not wait for what is being stored', () => {
    const { machine, queue, take } = started();
    machine.enqueue(send(1), NOW, true);
    queue(send(2, OTHER));
    expect(take()).toEqual([2]);
  });

  it('E3.1 a lane is sent in the order it was filled, and one push carries several lanes', () => {
    const batch = started(send(1), send(2, OTHER), send(3), send(4, OTHER)).take();
    expect(batch.filter((n) => n % 2 === 1)).toEqual([1, 3]);
    expect(batch.filter((n) => n % 2 === 0)).toEqual([2, 4]);
  });

  it('E3.1 what is being sent is not sent twice, and holds its lane', () => {
    const { queue, take, accept } = sending(send(1));
    queue(send(2), send(3, OTHER));
    expect(take()).toEqual([3]);
    accept(1);
    expect(take()).toEqual([2]);
  });

  it('E3.3 a push takes as many as asked, at most a hundred, and keeps each lane in order', () => {
    const numbers = Array.from({ length: MAX_BATCH + 5 }, (_, i) => i + 1);
    expect(started(...numbers.map((n) => send(n))).take()).toEqual(numbers.slice(0, MAX_BATCH));
    expect(started(...numbers.map((n) => send(n))).take(NOW, 1)).toEqual([1]);
  });

  it('E3.3 a push carries at most 256 kB, and what is larger goes alone', () => {
    const large = 'x'.repeat(100 * 1024);
    const cjk = '\u4f60'.repeat(100 * 1024);
    const { take, accept } = started(
      ...[1, 2, 3].map((n) => send(n, CONVERSATION, { content: large })),
      send(4, CONVERSATION, { content: cjk }),
      send(5),
    );
    expect(take()).toEqual([1, 2]);
    accept(1, 2);
    expect(take()).toEqual([3]);
    accept(3);
    expect(take()).toEqual([4]);
    accept(4);
    expect(take()).toEqual([5]);
  });

  it('E3.2 a long lane does not keep the others waiting for more than one push', () => {
    const long = Array.from({ length: 3 * MAX_BATCH }, (_, i) => send(i + 1_000));
    const { take, accept } = started(...long, send(1, OTHER));
    accept(...take());
    expect(take()).toContain(1);
  });

  it('E2.3 the order grows with every entry, also when the clock stands still or steps back', () => {
    const { machine, add } = started();
    add(send(1), 500);
    add(send(2), 500);
    add(send(3), 100);
    const orders = [...machine.entries()].map(({ order }) => order);
    expect(orders).toEqual([...orders].sort((a, b) => a - b));
    expect(new Set(orders).size).toBe(3);
  });
});

describe('answers', () => {
  it('E5.11 what is confirmed stays until the cache shows it, and blocks nobody', () => {
    const { queue, machine, accept, take, entry: at } = sending(send(1));
    accept(1);
    queue(send(2));
    expect(at(1)?.status).toBe('confirmed');
    expect([...machine.confirmed().keys()]).toEqual([uuid(1)]);
    expect(take()).toEqual([2]);
    machine.remove(uuid(1));
    expect(at(1)).toBeUndefined();
    expect(machine.confirmed().size).toBe(0);
  });

  it.each(['offline', 'timeout', 'unavailable', 'internal', 'rate_limited'] as const)(
    'E4.1 after %s it is tried again later, and what follows in its lane waits for it',
    (code) => {
      const { queue, refuse, entry: at, take, machine } = sending(send(1));
      queue(send(2), send(3, OTHER));
      refuse(1, code);
      expect(at(1)).toMatchObject({ status: 'queued', attempt: 1 });
      expect(machine.attemptAt(uuid(1))).toBe(NOW + 1_000);
      expect(take()).toEqual([3]);
      expect(take(NOW + 999)).toEqual([]);
      expect(take(NOW + 1_000)).toEqual([1, 2]);
    },
  );

  it('E4.1 attempts back off exponentially with full jitter', () => {
    const { queue, machine, refuse } = started();
    queue(send(1));
    const delays = [1, 1, 1, 0.5, 0].map((random) => {
      machine.take(NOW * 2, MAX_BATCH);
      refuse(1, 'unavailable', random);
      return (machine.attemptAt(uuid(1)) ?? 0) - NOW;
    });
    expect(delays).toEqual([1_000, 2_000, 4_000, 4_000, 0]);
  });

  it('E4.2 waits as long as the server asks for, also when everything else may go at once', () => {
    const { machine, refuse, take } = sending(send(1));
    refuse(1, 'rate_limited', 0, 60_000);
    machine.resume();
    expect(take(NOW + 59_999)).toEqual([]);
    expect(machine.nextAttemptAt()).toBe(NOW + 60_000);
    expect(take(NOW + 60_000)).toEqual([1]);
  });

  it('E4.2 waits with everything when the server asks for it for a whole push', () => {
    const { machine, queue, fail, take } = sending(send(1));
    fail([1], 'rate_limited', 0, 60_000);
    queue(send(2, OTHER));
    machine.resume();
    expect(take(NOW + 59_999)).toEqual([]);
    expect(take(NOW + 60_000).sort()).toEqual([1, 2]);
  });

  it('E4.3 when a push fails as a whole everything waits, and goes together', () => {
    const { queue, fail, take, machine } = sending(send(1), send(2, OTHER));
    fail([1, 2], 'unavailable');
    queue(send(3, uuid(77)));
    expect(take(NOW + 999)).toEqual([]);
    expect(machine.nextAttemptAt()).toBe(NOW + 1_000);
    expect(take(NOW + 1_000).sort()).toEqual([1, 2, 3]);
    fail([1, 2, 3], 'unavailable');
    expect(machine.nextAttemptAt()).toBe(NOW + 2_000);
  });

  it('E4.3 what made a push fail does not keep other lanes from the next one', () => {
    const poison = Array.from({ length: MAX_BATCH }, (_, i) => i + 10);
    const { fail, take } = started(...poison.map((n) => send(n)), send(1, OTHER));
    fail(take(), 'timeout');
    expect(take(NOW + 1_000)).toContain(1);
  });

  it('E4.1 what was blocked by the one before it counts no attempt and goes with it', () => {
    const { refuse, entry: at, take } = sending(send(1), send(2));
    refuse(1, 'internal');
    refuse(2, 'blocked_by_previous');
    expect(at(2)).toMatchObject({ status: 'queued', attempt: 0 });
    expect(take()).toEqual([]);
    expect(take(NOW + 1_000)).toEqual([1, 2]);
  });

  it.each([
    'forbidden',
    'not_member',
    'invalid',
    'not_found',
    'conflict',
    'id_taken',
    'content_too_long',
  ] as const)('E4.5 after %s it fails, stays with its reason, and the lane goes on', (code) => {
    const { queue, refuse, entry: at, take } = sending(send(1));
    queue(send(2));
    refuse(1, code);
    expect(at(1)).toMatchObject({ status: 'failed', mutation: send(1), error: { code } });
    expect(take()).toEqual([2]);
    expect(take(NOW * 10)).toEqual([]);
  });

  it('E4.6 a refused mark about oneself goes without a trace', () => {
    const { refuse, mutations } = sending(markRead(1, 5), markDelivered(2, 5), markUnread(3, 2));
    for (const n of [1, 2, 3]) refuse(n, 'not_member');
    expect(mutations()).toEqual([]);
  });

  it('E4.4 without a session everything is parked until it is resumed, and no attempt is counted', () => {
    const { machine, fail, entry: at, take } = sending(send(1), send(2, OTHER));
    fail([1, 2], 'unauthenticated');
    expect(at(1)).toMatchObject({ status: 'queued', attempt: 0, isTried: false });
    expect(take()).toEqual([]);
    expect(machine.nextAttemptAt()).toBeNull();
    machine.resume();
    expect(take().sort()).toEqual([1, 2]);
  });

  it('E4.3 resuming lets everything go at once, in order', () => {
    const { machine, queue, fail, take } = sending(send(1));
    queue(send(2));
    fail([1], 'offline');
    machine.resume();
    expect(take()).toEqual([1, 2]);
  });

  it('E2.2 an answer for what is not on its way changes nothing: late, doubled or unknown', () => {
    const { machine, accept, refuse } = sending(send(1));
    refuse(1, 'forbidden');
    const before = machine.view();
    accept(1, 99);
    refuse(1, 'internal');
    expect(machine.view()).toBe(before);
    expect(before.find(uuid(1))?.status).toBe('failed');
  });

  it('E4.7 a refused mutation is tried again under its id, before what came after it', () => {
    const { machine, queue, refuse, entry: at, take } = sending(send(1));
    queue(send(2));
    refuse(1, 'forbidden');
    const again = machine.retry(uuid(1));
    expect(take()).toEqual([]);
    if (again) machine.stored(again);
    expect(at(1)).toMatchObject({ status: 'queued', attempt: 0, error: null });
    expect(take()).toEqual([1, 2]);
    expect(machine.retry(uuid(2))).toBeNull();
    expect(machine.retry(uuid(99))).toBeNull();
  });
});

describe('the next attempt', () => {
  it('E4.1 is not asked for when nothing waits for time to pass', () => {
    expect(started().machine.nextAttemptAt()).toBeNull();
    const { machine, queue, accept } = sending(send(1));
    queue(send(2));
    machine.take(NOW, MAX_BATCH);
    expect(machine.nextAttemptAt()).toBeNull();
    accept(1);
    machine.take(NOW, 1);
    accept(2);
    machine.take(NOW, 1);
    expect(machine.nextAttemptAt()).toBeNull();
    const refused = sending(send(1));
    refused.refuse(1, 'forbidden');
    refused.take();
    expect(refused.machine.nextAttemptAt()).toBeNull();
  });

  it('E4.1 whenever something is queued and nothing can be taken, waiting until then lets something go', () => {
    const codes = ['unavailable', 'rate_limited', 'blocked_by_previous', 'forbidden', 'offline'] as const;
    for (let seed = 1; seed <= 200; seed++) {
      const random = createSeededRandom(seed);
      let now = NOW;
      const { machine, queue } = started();
      queue(...Array.from({ length: 12 }, (_, i) => send(i + 1, random.pick([CONVERSATION, OTHER]))));
      for (let step = 0; step < 40; step++) {
        const batch = machine.take(now, 1 + random.int(6));
        if (random.chance(0.2)) {
          machine.fail(
            batch.map(({ id }) => id),
            error('timeout'),
            now,
            random.next(),
          );
        }
        const codeOf = () => random.pick(codes);
        let isBlocked = false;
        for (const { id } of batch) {
          const ok: boolean = !isBlocked && random.chance(0.3);
          const code: ReturnType<typeof codeOf> = isBlocked ? 'blocked_by_previous' : codeOf();
          isBlocked ||= !ok && code !== 'forbidden';
          machine.settle(id, ok ? { ok } : { ok, error: error(code) }, now, random.next());
        }
        const isWaiting = [...machine.entries()].some(({ status }) => status === 'queued');
        const at = machine.nextAttemptAt();
        expect(at !== null || !isWaiting, `seed ${seed}: something is queued`).toBe(true);
        if (at === null) break;
        now = Math.max(now, at);
      }
      machine.resume();
      let left = 0;
      for (;;) {
        const batch = machine.take(now * 2, MAX_BATCH);
        if (batch.length === 0) break;
        left += batch.length;
        for (const { id } of batch) machine.settle(id, { ok: true }, now, 0);
      }
      const isDone = [...machine.entries()].every(
        ({ status }) => status === 'confirmed' || status === 'failed',
      );
      expect(isDone, `seed ${seed}: ${left} were left`).toBe(true);
    }
  });
});

describe('after a reload', () => {
  it('E1.4 stored entries come back in their order, before what is queued already', () => {
    const { machine, take } = started(send(9));
    machine.restore(
      [entry(send(2), { order: 20 }), entry(send(3), { order: 30 }), entry(send(1), { order: 10 })],
      true,
    );
    expect(take()).toEqual([1, 2, 3, 9]);
  });

  it('E2.3 entries of two tabs with the same place are put in order by id', () => {
    const { machine, take } = started();
    machine.restore([entry(send(2), { order: 5 }), entry(send(1), { order: 5 })], true);
    expect(take()).toEqual([1, 2]);
  });

  it('E2.3 what is known already is not taken over twice', () => {
    const { machine, take } = started(send(1));
    machine.restore([entry(send(1)), entry(send(2), { order: 2 * NOW })], false);
    expect(take()).toEqual([1, 2]);
  });

  it('E1.4 what is queued before the stored entries were read comes after them, also after the next reload', () => {
    const first = started();
    const early = first.machine.enqueue(send(9), NOW, true).entry;
    const all = [entry(send(1), { order: NOW - 20 }), entry(send(2), { order: NOW - 10 })];
    first.machine.restore(all, true);
    if (!early) throw new Error('nothing was queued');
    first.machine.stored(early);
    expect(first.take()).toEqual([1, 2, 9]);
    const second = started();
    second.machine.restore([{ ...early, status: 'queued' }, ...all], true);
    expect(second.take()).toEqual([1, 2, 9]);
  });

  it('E1.4 what follows in the queue always has a higher place', () => {
    const { machine, add } = started();
    add(send(9), 1);
    machine.restore([entry(send(1), { order: 50 })], true);
    add(edit(8, uuid(7)), 2);
    const orders = machine
      .view()
      .lane(CONVERSATION)
      .map(({ mutation: { id } }) => [numberOf(id), machine.find(id)?.order]);
    expect(orders).toEqual([
      [1, 50],
      [9, 51],
      [8, 52],
    ]);
  });
});

describe('the view', () => {
  it('E3.15 a lane is the same array until something in it changes', () => {
    const { machine, queue, take } = started(send(1));
    const before = machine.view();
    const lane = before.lane(CONVERSATION);
    queue(send(2, OTHER));
    take();
    expect(machine.view()).not.toBe(before);
    expect(machine.view().lane(CONVERSATION)).toBe(lane);
    queue(send(3));
    expect(machine.view().lane(CONVERSATION)).not.toBe(lane);
    expect(machine.view().lane(CONVERSATION)[0]).toBe(lane[0]);
  });

  it('E3.14 counts what is unsent and what failed, without delivery cursors', () => {
    const { machine, refuse, accept, queue } = sending(send(1), send(2), markDelivered(3, 4), send(4));
    refuse(1, 'forbidden');
    accept(2);
    expect(machine.view()).toMatchObject({ unsentCount: 1, failedCount: 1 });
    queue(create(5));
    expect(machine.view()).toMatchObject({ unsentCount: 2, failedCount: 1 });
    expect(machine.view().creations()).toMatchObject([{ mutation: { id: uuid(5) } }]);
    machine.discard(uuid(1));
    for (const n of [2, 3, 4, 5]) machine.remove(uuid(n));
    expect(machine.view()).toMatchObject({ unsentCount: 0, failedCount: 0 });
    expect([...machine.view().lanes()]).toEqual([]);
    expect(machine.view().creations()).toEqual([]);
  });
});
