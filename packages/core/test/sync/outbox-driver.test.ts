import { describe, expect, it } from 'vitest';
import type { Mutation } from '../../src/model/mutation';
import type { ConfabError } from '../../src/errors/confab-error';
import { createOutboxDriver } from '../../src/sync/outbox-driver';
import { createFakes, type Fakes } from '../../src/testing/fakes';
import { failure } from '../../src/testing/fake-transport';
import { createFaultyStorage } from '../../src/testing/faulty-storage';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';

const LANE = uuid(10);
const OTHER_LANE = uuid(11);
const STORE = `confab-outbox-${ALICE}`;

function send(n: number, lane = LANE): Mutation {
  return {
    type: 'send_message',
    id: uuid(1_000 + n),
    conversation_id: lane,
    args: { content: `${n}`, kind: 'text', data: {} },
  };
}

function read(n: number, seq: number): Mutation {
  return { type: 'mark_read', id: uuid(2_000 + n), conversation_id: LANE, args: { seq } };
}

type Pushed = readonly Mutation[];
const pushedBy = (fakes: Fakes): Pushed[] =>
  fakes.transport.calls.map(({ args }) => args['mutations'] as Pushed);
const idsPushedBy = (fakes: Fakes) => pushedBy(fakes).map((batch) => batch.map(({ id }) => id));
const allOk = ({ mutations }: Readonly<Record<string, unknown>>) => ({
  results: (mutations as Pushed).map(({ id }) => ({ id, ok: true, result: { done: id } })),
});
const refused = (id: string, code: string, retryAfter: number | null = null) => ({
  id,
  ok: false,
  error: { code, message: `unable to; ${code}`, retry_after: retryAfter },
});

/** A driver alone, without the engine around it. */
function createDriver(given: Parameters<typeof createFakes>[0] = {}) {
  const fakes = createFakes(given);
  const user = { id: ALICE };
  const confirmed: string[] = [];
  const pushes: (ConfabError | null)[] = [];
  fakes.transport.on('push', allOk);
  const driver = createOutboxDriver(fakes, (fn, args) => fakes.transport.call(fn, args, user.id), {
    onConfirmed: ({ id }) => void confirmed.push(id),
    onPush: (error) => void pushes.push(error),
  });
  return { ...fakes, fakes, driver, confirmed, pushes, user };
}

const statuses = ({ driver }: ReturnType<typeof createDriver>) =>
  driver.state.get().entries.map(({ status }) => status);

describe('storing', () => {
  it('E1 pushes nothing before it is stored', async () => {
    const one = createDriver();
    void one.driver.open(ALICE);
    await settled();
    one.storage.hang('set');
    let isStored = false;
    void one.driver.enqueue(send(1)).then(() => (isStored = true));
    await settled();
    expect(statuses(one)).toEqual(['storing']);
    expect(isStored).toBe(false);
    expect(one.transport.calls).toEqual([]);
    one.storage.release('set');
    await settled();
    expect(isStored).toBe(true);
    expect(idsPushedBy(one)).toEqual([[send(1).id]]);
  });

  it('E1 says so and goes on when the storage does not answer, and takes over late what it held', async () => {
    const first = createDriver();
    first.transport.hold('push');
    await first.driver.open(ALICE);
    await first.driver.enqueue(send(1));
    const second = createDriver({ storage: first.storage });
    second.storage.hang('entries');
    second.storage.hang('set');
    void second.driver.open(ALICE);
    void second.driver.enqueue(send(2));
    await second.clock.advance(10_000);
    expect(second.driver.isDurable.get()).toBe(false);
    expect(idsPushedBy(second)).toEqual([[send(2).id]]);
    second.storage.release('entries');
    await settled();
    expect(idsPushedBy(second)).toEqual([[send(2).id], [send(1).id]]);
    expect(second.clock.pending()).toBe(0);
  });

  it('E1 deletes from storage only what was confirmed', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.hold('push');
    await one.driver.enqueue(send(1));
    await settled();
    expect(await one.storage.rows(STORE)).toHaveLength(1);
    one.transport.nextHeld('push').release();
    await settled();
    expect(await one.storage.rows(STORE)).toEqual([]);
    expect(one.confirmed).toEqual([send(1).id]);
  });

  it.each(['entries', 'set', 'delete'] as const)(
    'E1 says so and goes on when the storage fails at %s',
    async (operation) => {
      const one = createDriver();
      one.storage.fail(operation);
      await one.driver.open(ALICE);
      const { outcome } = await one.driver.enqueue(send(1));
      expect(await outcome).toEqual({ ok: true, result: { done: send(1).id } });
      await settled();
      expect(one.driver.isDurable.get()).toBe(false);
      expect(one.log.some(({ event }) => event === 'storage_failed')).toBe(true);
    },
  );

  it('E1 says from the start that memory does not survive a reload', async () => {
    const one = createDriver({ storage: createFaultyStorage('memory') });
    await one.driver.open(ALICE);
    expect(one.driver.isDurable.get()).toBe(false);
  });

  it('E2 sends what an earlier run left before what is new, in its order', async () => {
    const first = createDriver();
    await first.driver.open(ALICE);
    first.transport.on('push', () => {
      throw failure('offline');
    });
    await first.driver.enqueue(send(1));
    await first.driver.enqueue(send(2));
    first.driver.close();

    const second = createDriver({ storage: first.storage });
    first.storage.hang('entries');
    void second.driver.open(ALICE);
    void second.driver.enqueue(send(3));
    await settled();
    expect(second.transport.calls).toEqual([]);
    first.storage.release('entries');
    await settled();
    expect(idsPushedBy(second).flat()).toEqual([1, 2, 3].map((n) => send(n).id));
  });

  it('E4 keeps and counts stored entries it cannot read', async () => {
    const one = createDriver();
    const row = { v: 99, mutation: { type: 'dance' } };
    await one.storage.open(STORE).set('odd', row);
    await one.driver.open(ALICE);
    await one.driver.enqueue(send(1));
    await settled();
    expect(one.driver.unreadable.get()).toBe(1);
    expect(await one.storage.rows(STORE)).toEqual([['odd', row]]);
  });

  it('E4 shows a refused write as refused after a reload too', async () => {
    const first = createDriver();
    await first.driver.open(ALICE);
    first.transport.on('push', () => ({ results: [refused(send(1).id, 'not_member')] }));
    await first.driver.enqueue(send(1));
    await settled();
    first.driver.close();
    const second = createDriver({ storage: first.storage });
    await second.driver.open(ALICE);
    await settled();
    expect(second.driver.state.get().entries).toMatchObject([
      { status: 'failed', error: { code: 'not_member' } },
    ]);
    expect(second.transport.calls).toEqual([]);
  });

  it('D6 does not store delivery cursors, which are found again from the rows', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    await one.driver.enqueue({
      type: 'mark_delivered',
      id: uuid(5),
      conversation_id: LANE,
      args: { seq: 1 },
    });
    expect(one.storage.calls.filter(({ operation }) => operation === 'set')).toEqual([]);
  });
});

describe('sending', () => {
  it('E2 sends again under the same id when the answer was lost', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.hold('push');
    const { outcome } = await one.driver.enqueue(send(1));
    await settled();
    one.transport.nextHeld('push').fail(failure('timeout'));
    one.transport.unhold('push');
    await one.clock.advance(2_000);
    expect((await outcome).ok).toBe(true);
    expect(idsPushedBy(one)).toEqual([[send(1).id], [send(1).id]]);
  });

  it('E3 keeps the order inside a lane and lets the others pass', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.once('push', () => ({
      results: [
        refused(send(1).id, 'internal'),
        refused(send(2).id, 'blocked_by_previous'),
        { id: send(3).id, ok: true, result: null },
      ],
    }));
    one.transport.hold('push');
    // Something on its way, so that the rest gathers into one push.
    await one.driver.enqueue(send(0, OTHER_LANE));
    await one.driver.enqueue(send(1));
    await one.driver.enqueue(send(2));
    await one.driver.enqueue(send(3, OTHER_LANE));
    await settled();
    const head = one.transport.nextHeld('push');
    one.transport.unhold('push');
    head.fail(failure('unavailable'));
    await one.clock.advance(5_000);
    const sent = idsPushedBy(one);
    const lane = sent.flat().filter((id) => id === send(1).id || id === send(2).id);
    expect(lane.at(-1)).toBe(send(2).id);
    expect(one.confirmed.indexOf(send(1).id)).toBeLessThan(one.confirmed.indexOf(send(2).id));
    expect(one.confirmed.indexOf(send(0).id)).toBeLessThan(one.confirmed.indexOf(send(3).id));
    expect(new Set(one.confirmed).size).toBe(4);
  });

  it('E3 does not send what was queued while its lane is on its way', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.hold('push');
    await one.driver.enqueue(send(1));
    await settled();
    await one.driver.enqueue(send(2));
    await settled();
    expect(idsPushedBy(one)).toEqual([[send(1).id]]);
    one.transport.unhold('push');
    one.transport.nextHeld('push').release();
    await settled();
    expect(idsPushedBy(one)).toEqual([[send(1).id], [send(2).id]]);
  });

  it('E3 sends no more than a push takes at a time', async () => {
    const one = createDriver();
    one.storage.hang('entries');
    void one.driver.open(ALICE);
    for (let n = 0; n < 250; n++) void one.driver.enqueue(send(n));
    await settled();
    one.storage.release('entries');
    await settled();
    expect(pushedBy(one).map((batch) => batch.length)).toEqual([100, 100, 50]);
  });

  it('E3 raises a waiting cursor and settles both who asked', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.hold('push');
    await one.driver.enqueue(send(1));
    const low = await one.driver.enqueue(read(1, 3));
    const high = await one.driver.enqueue(read(2, 5));
    const lower = await one.driver.enqueue(read(3, 4));
    await settled();
    one.transport.unhold('push');
    one.transport.nextHeld('push').release();
    expect((await Promise.all([low, high, lower].map(({ outcome }) => outcome))).map(({ ok }) => ok)).toEqual(
      [true, true, true],
    );
    expect(pushedBy(one)[1]).toEqual([{ ...read(1, 3), args: { seq: 5 } }]);
  });

  it('E4 waits as long as the server asks', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.once('push', () => ({ results: [refused(send(1).id, 'rate_limited', 20)] }));
    const { outcome } = await one.driver.enqueue(send(1));
    await one.clock.advance(19_000);
    expect(one.transport.calls).toHaveLength(1);
    await one.clock.advance(3_000);
    expect((await outcome).ok).toBe(true);
    expect(one.transport.calls).toHaveLength(2);
  });

  it('E4 waits longer from attempt to attempt', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    const at: number[] = [];
    one.transport.on('push', () => {
      at.push(one.clock.now());
      throw failure('unavailable');
    });
    await one.driver.enqueue(send(1));
    await one.clock.advance(120_000);
    const gaps = at.slice(1).map((time, i) => time - (at[i] ?? 0));
    expect(gaps.slice(0, 5)).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
  });

  it('E4 goes on after the clock was put back', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.once('push', () => {
      throw failure('unavailable');
    });
    const { outcome } = await one.driver.enqueue(send(1));
    await settled();
    one.clock.jump(-3_600_000);
    await one.clock.advance(2_000);
    expect((await outcome).ok).toBe(true);
  });

  it('E4 parks for a missing session and resumes with one', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.once('push', () => {
      throw failure('unauthenticated');
    });
    const { outcome } = await one.driver.enqueue(send(1));
    await one.driver.enqueue(send(2, OTHER_LANE));
    await one.clock.advance(600_000);
    expect(one.transport.calls).toHaveLength(1);
    expect(one.pushes).toMatchObject([{ code: 'unauthenticated' }]);
    one.driver.resume();
    expect((await outcome).ok).toBe(true);
    await settled();
    expect(one.confirmed).toHaveLength(2);
  });

  it('E4 finds the one that makes a push unreadable, and only that fails', async () => {
    const one = createDriver();
    one.storage.hang('entries');
    void one.driver.open(ALICE);
    const outcomes = [1, 2, 3, 4].map((n) => one.driver.enqueue(send(n, uuid(20 + n))));
    await settled();
    one.transport.on('push', (args) => {
      const mutations = args['mutations'] as Pushed;
      if (mutations.some(({ id }) => id === send(3).id)) throw failure('invalid');
      return allOk(args);
    });
    one.storage.release('entries');
    await one.clock.advance(10_000);
    const answers = await Promise.all(outcomes.map(async (queued) => (await queued).outcome));
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, false, true]);
    expect(statuses(one).filter((status) => status === 'failed')).toHaveLength(1);
    expect(await one.storage.rows(STORE)).toMatchObject([[send(3).id, { error: { code: 'invalid' } }]]);
    // Back to whole batches.
    one.transport.on('push', allOk);
    await Promise.all([one.driver.enqueue(send(7, uuid(27))), one.driver.enqueue(send(8, uuid(28)))]);
    await settled();
    expect(one.confirmed).toHaveLength(5);
  });

  it.each(['forbidden', 'not_installed', 'unexpected_response'] as const)(
    'E4 drops nothing when a push as a whole is answered %s',
    async (code) => {
      const one = createDriver();
      await one.driver.open(ALICE);
      one.transport.once('push', () => {
        throw failure(code);
      });
      const { outcome } = await one.driver.enqueue(send(1));
      await one.clock.advance(60_000);
      expect((await outcome).ok).toBe(true);
    },
  );

  it('E4 sends again what a push did not answer for', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.once('push', () => ({ results: [] }));
    const { outcome } = await one.driver.enqueue(send(1));
    await one.clock.advance(60_000);
    expect((await outcome).ok).toBe(true);
  });

  it('E4 sends again when an answer cannot be read', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.once('push', () => '<html>');
    const { outcome } = await one.driver.enqueue(send(1));
    await one.clock.advance(60_000);
    expect((await outcome).ok).toBe(true);
  });

  it('E4 lets the lane go on after a permanent refusal, which can be retried or discarded', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.on('push', ({ mutations }) => ({
      results: (mutations as Pushed).map(({ id }) =>
        id === send(1).id ? refused(id, 'content_too_long') : { id, ok: true, result: null },
      ),
    }));
    const first = await one.driver.enqueue(send(1));
    const second = await one.driver.enqueue(send(2));
    expect(await first.outcome).toMatchObject({ ok: false, error: { code: 'content_too_long' } });
    expect((await second.outcome).ok).toBe(true);
    const again = await one.driver.retry(send(1).id);
    expect((await again.outcome).ok).toBe(false);
    await one.driver.discard(send(1).id);
    expect(await one.storage.rows(STORE)).toEqual([]);
    await expect(one.driver.discard(send(1).id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(one.driver.retry(send(2).id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('D6 forgets a refused cursor and settles it', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.on('push', () => ({ results: [refused(read(1, 3).id, 'not_member')] }));
    const { outcome } = await one.driver.enqueue(read(1, 3));
    expect((await outcome).ok).toBe(false);
    await settled();
    expect(one.driver.state.get().entries).toEqual([]);
    expect(await one.storage.rows(STORE)).toEqual([]);
  });
});

describe('users', () => {
  it('E4 never sends what one user left as the next', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.on('push', () => {
      throw failure('offline');
    });
    await one.driver.enqueue(send(1));
    await settled();
    one.driver.close();
    one.user.id = BOB;
    one.transport.on('push', allOk);
    await one.driver.open(BOB);
    await one.clock.advance(600_000);
    expect(one.transport.calls.filter(({ userId }) => userId === BOB)).toEqual([]);
    one.driver.close();
    one.user.id = ALICE;
    await one.driver.open(ALICE);
    await settled();
    expect(one.confirmed).toEqual([send(1).id]);
  });

  it('E4 does not let a push of the user before touch or hold up the next', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.hold('push');
    const before = await one.driver.enqueue(send(1));
    await settled();
    one.driver.close();
    expect(await before.outcome).toMatchObject({ ok: false, error: { code: 'closed' } });
    one.transport.unhold('push');
    one.user.id = BOB;
    await one.driver.open(BOB);
    const { outcome } = await one.driver.enqueue(send(2));
    expect((await outcome).ok).toBe(true);
    one.transport.nextHeld('push').release();
    await settled();
    expect(one.confirmed).toEqual([send(2).id]);
    expect(await one.storage.rows(STORE)).toHaveLength(1);
  });

  it('E4 does not read one user’s entries into the queue of the next', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.hold('push');
    await one.driver.enqueue(send(1));
    one.driver.close();
    one.transport.unhold('push');
    one.storage.hang('entries');
    void one.driver.open(ALICE);
    one.driver.close();
    void one.driver.open(BOB);
    one.storage.release('entries');
    await settled();
    expect(one.driver.state.get().entries).toEqual([]);
  });

  it('E1 settles every outcome when it is closed, also of what is being stored', async () => {
    const one = createDriver();
    await one.driver.open(ALICE);
    one.transport.hold('push');
    const sent = await one.driver.enqueue(send(1));
    one.storage.hang('set');
    const storing = one.driver.enqueue(send(2));
    one.driver.close();
    one.storage.release('set');
    expect(await sent.outcome).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(await (await storing).outcome).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(await one.storage.rows(STORE)).toHaveLength(2);
    await expect(one.driver.enqueue(send(3))).rejects.toMatchObject({ code: 'closed' });
    expect(one.clock.pending()).toBe(0);
  });
});
