import { describe, expect, it, vi } from 'vitest';
import { ConfabError } from '../../../src/errors/confab-error';
import type { ErrorCode } from '../../../src/errors/codes';
import type { Mutation } from '../../../src/model/mutation';
import { encodeEntry } from '../../../src/outbox/entry';
import { createOutboxDriver, type OutboxDriver } from '../../../src/sync/outbox-driver';
import type { MutationOutcome } from '../../../src/sync/outcomes';
import { failure, type CallHandler } from '../../../src/testing/fake-transport';
import { createFakes, type Fakes } from '../../../src/testing/fakes';
import { settled } from '../../../src/testing/settled';
import { edit, entry, error, markDelivered, markRead, queuedIn, send } from '../support/mutations';
import { ALICE, BOB, OTHER_CONVERSATION as OTHER, uuid } from '../support/rows';

interface Sent {
  readonly id: string;
}

/** The server's part: every mutation is applied once per id, and refused for as long as `refusals` says. */
function createServer(fakes: Fakes) {
  const applied: { readonly id: string; readonly by: string }[] = [];
  const refusals = new Map<string, ErrorCode>();
  const answer: CallHandler = (args, userId) => {
    const mutations = args['mutations'] as readonly Sent[];
    return {
      results: mutations.map(({ id }) => {
        const code = refusals.get(id);
        const refused = { code, message: 'unable to apply; told to refuse', retry_after: null };
        if (code) return { id, ok: false, error: refused };
        if (!applied.some((other) => other.id === id)) applied.push({ id, by: userId });
        return { id, ok: true, result: { of: id } };
      }),
    };
  };
  fakes.transport.on('push', answer);
  return { applied, refusals, answer };
}

function start(fakes: Fakes = createFakes()) {
  const server = createServer(fakes);
  let user = ALICE;
  const pushes: (ConfabError | null)[] = [];
  const confirmed: Mutation[] = [];
  const driver = createOutboxDriver(fakes, (fn, args) => fakes.transport.call(fn, args, user), {
    onConfirmed: (some) => void confirmed.push(...some.map(({ mutation }) => mutation)),
    onPush: (failed) => void pushes.push(failed),
    isOnline: () => true,
  });
  return {
    ...fakes,
    server,
    driver,
    pushes,
    confirmed,
    async signIn(userId: string) {
      user = userId;
      await driver.open(userId);
    },
    /** Ids of the mutations of each push so far, as small numbers. */
    sent: () =>
      fakes.transport.calls
        .filter(({ fn }) => fn === 'push')
        .map(({ args }) => (args['mutations'] as readonly Sent[]).map(({ id }) => numberOf(id))),
    stored: async (userId = ALICE) =>
      (await fakes.storage.rows(`confab-outbox-${userId}`)).map(([key]) => numberOf(key)),
    statuses: () => queuedIn(driver).map(({ status }) => status),
  };
}

async function opened(fakes?: Fakes) {
  const all = start(fakes);
  await all.signIn(ALICE);
  return all;
}

const numberOf = (id: string) => Number.parseInt(id.slice(-12), 16);

/** Notes how promises end, without waiting for them. */
function track(outcome: Promise<MutationOutcome>): () => MutationOutcome | 'waiting' {
  let ended: MutationOutcome | 'waiting' = 'waiting';
  void outcome.then((value) => {
    ended = value;
  });
  return () => ended;
}

const enqueue = async (driver: OutboxDriver, mutation: Mutation) =>
  track((await driver.enqueue(mutation)).outcome);

describe('storing', () => {
  it('E1.1 a mutation is stored before the network sees it', async () => {
    const { driver, storage, transport, sent, stored } = await opened();
    storage.hang('set');
    const queued = driver.enqueue(send(1));
    await settled();
    expect(queuedIn(driver)).toMatchObject([{ status: 'pending', mutation: { id: uuid(1) } }]);
    expect(sent()).toEqual([]);
    transport.hold('push');
    storage.release('set');
    await queued;
    expect(await stored()).toEqual([1]);
    await settled();
    expect(sent()).toEqual([[1]]);
  });

  it('E1.2 a deletion that takes back what was never sent resolves once it is gone from storage', async () => {
    const { driver, storage, transport, stored } = await opened();
    transport.hold('push');
    await driver.enqueue(send(9));
    await driver.enqueue(send(1));
    storage.hang('delete');
    const args = { message_id: uuid(1) };
    const { conversation_id } = send(1);
    const deleting = driver.enqueue({ type: 'delete_message', id: uuid(2), conversation_id, args });
    let isAcknowledged = false;
    void deleting.then(() => (isAcknowledged = true));
    await settled();
    expect(isAcknowledged).toBe(false);
    storage.release('delete');
    await deleting;
    expect(await stored()).toEqual([9]);
  });

  it('E1.2 resolves once stored, though the network hangs', async () => {
    const { driver, transport } = await opened();
    transport.hold('push');
    const { outcome } = await driver.enqueue(send(1));
    const ended = track(outcome);
    await settled();
    expect(ended()).toBe('waiting');
    transport.nextHeld('push').release();
    expect(await outcome).toEqual({ ok: true, result: { of: uuid(1) } });
  });

  it('E1.3 what is confirmed is stored no more', async () => {
    const { driver, stored } = await opened();
    await driver.enqueue(send(1));
    await settled();
    expect(await stored()).toEqual([]);
  });

  it('E1.5 when storage refuses, says so, keeps working in memory and still sends', async () => {
    const { driver, storage, server, log } = await opened();
    expect(driver.isDurable.get()).toBe(true);
    storage.fail('set');
    const ended = await enqueue(driver, send(1));
    expect(driver.isDurable.get()).toBe(false);
    expect(log).toContainEqual(expect.objectContaining({ level: 'error', event: 'storage_failed' }));
    await settled();
    expect(ended()).toMatchObject({ ok: true });
    expect(server.applied).toHaveLength(1);
  });

  it('E1.5 when storage cannot be read, says so and still sends', async () => {
    const fakes = createFakes();
    fakes.storage.fail('entries');
    const { driver, sent } = await opened(fakes);
    expect(driver.isDurable.get()).toBe(false);
    await driver.enqueue(send(1));
    await settled();
    expect(sent()).toEqual([[1]]);
  });

  it('E1.5 when storage does not answer, says so and goes on, and takes over late what it held', async () => {
    const first = await opened();
    first.transport.hold('push');
    await first.driver.enqueue(send(1));
    const second = start(createFakes({ storage: first.storage }));
    second.storage.hang('entries');
    second.storage.hang('set');
    void second.signIn(ALICE);
    void second.driver.enqueue(send(2));
    await second.clock.advance(10_000);
    expect(second.driver.isDurable.get()).toBe(false);
    expect(second.sent()).toEqual([[2]]);
    second.storage.release('entries');
    await settled();
    expect(second.sent()).toEqual([[2], [1]]);
    expect(second.clock.pending()).toBe(0);
  });

  it('E1.5 when storage cannot delete, the mutation is confirmed all the same, and repeating it later does no harm', async () => {
    const fakes = createFakes();
    const { driver, storage, server } = await opened(fakes);
    storage.fail('delete');
    const ended = await enqueue(driver, send(1));
    await settled();
    expect(ended()).toMatchObject({ ok: true });
    expect(driver.isDurable.get()).toBe(false);
    driver.close();
    storage.heal();
    const again = await opened(fakes);
    await settled();
    expect(again.sent().at(-1)).toEqual([1]);
    expect(server.applied).toHaveLength(1);
    expect(await again.stored()).toEqual([]);
  });

  it('E1.5 memory is not durable', async () => {
    const { createMemoryStorage } = await import('../../../src/adapters/memory-storage');
    const fakes = createFakes();
    const driver = createOutboxDriver(
      { ...fakes, storage: createMemoryStorage() },
      (fn, args) => fakes.transport.call(fn, args, ALICE),
      { onConfirmed: () => undefined, onPush: () => undefined, isOnline: () => true },
    );
    expect(driver.isDurable.get()).toBe(false);
    await driver.open(ALICE);
    expect(driver.isDurable.get()).toBe(false);
  });

  it('E1.8 a delivery cursor is not worth a write', async () => {
    const { driver, storage, sent } = await opened();
    await driver.enqueue(markDelivered(1, 5));
    await settled();
    expect(sent()).toEqual([[1]]);
    expect(storage.calls.some(({ operation }) => operation === 'set')).toBe(false);
  });
});

describe('sending', () => {
  it('E3.1 what is queued during a push goes with the next one, in order', async () => {
    const { driver, transport, sent } = await opened();
    transport.hold('push');
    await driver.enqueue(send(1));
    for (const n of [2, 3, 4]) await driver.enqueue(send(n));
    await settled();
    transport.unhold('push');
    transport.nextHeld('push').release();
    await settled();
    expect(sent()).toEqual([[1], [2, 3, 4]]);
  });

  it('E3.3 a hundred at once, the rest right after', async () => {
    const { driver, transport, sent } = await opened();
    transport.hold('push');
    await driver.enqueue(send(1));
    for (let n = 2; n <= 251; n++) await driver.enqueue(send(n));
    transport.unhold('push');
    transport.nextHeld('push').release();
    await settled();
    expect(sent().map((push) => push.length)).toEqual([1, 100, 100, 50]);
    expect(sent().flat()).toEqual(Array.from({ length: 251 }, (_, i) => i + 1));
  });

  it('E2.1 an answer that is lost is asked for again under the same id, and nothing happens twice', async () => {
    const { driver, transport, server, clock, sent, pushes } = await opened();
    transport.hold('push');
    const ended = await enqueue(driver, send(1));
    await settled();
    const lost = transport.nextHeld('push');
    lost.perform();
    lost.fail(failure('timeout'));
    await settled();
    expect(server.applied).toHaveLength(1);
    expect(ended()).toBe('waiting');
    transport.unhold('push');
    await clock.advance(1_000);
    expect(sent()).toEqual([[1], [1]]);
    expect(server.applied).toHaveLength(1);
    expect(ended()).toEqual({ ok: true, result: { of: uuid(1) } });
    expect(pushes).toMatchObject([{ code: 'timeout' }, null]);
  });

  it.each([
    'offline',
    'timeout',
    'unavailable',
    'unexpected_response',
    'not_installed',
    'forbidden',
  ] as const)(
    'E4.3 when a whole push fails with %s nothing is dropped, and it is tried again by itself',
    async (code) => {
      const { driver, transport, clock, sent, statuses } = await opened();
      transport.once('push', () => {
        throw failure(code);
      });
      const ended = [await enqueue(driver, send(1)), await enqueue(driver, send(2))];
      await settled();
      expect(statuses()).not.toContain('failed');
      await clock.advance(60_000);
      expect(
        sent()
          .flat()
          .filter((n) => n === 1).length,
      ).toBeGreaterThan(1);
      expect(ended.map((end) => end())).toMatchObject([{ ok: true }, { ok: true }]);
    },
  );

  it('E4.1 keeps trying, ever more rarely', async () => {
    const { driver, transport, clock, sent } = await opened();
    transport.on('push', () => {
      throw failure('unavailable');
    });
    await driver.enqueue(send(1));
    await clock.advance(60 * 60_000);
    const tries = sent().length;
    expect(tries).toBeGreaterThan(100);
    expect(tries).toBeLessThan(300);
  });

  it('E4.15 is not held up by a clock that is put back', async () => {
    const { driver, transport, clock, sent } = await opened();
    transport.once('push', () => {
      throw failure('unavailable');
    });
    await driver.enqueue(send(1));
    await settled();
    clock.jump(-60 * 60_000);
    await clock.advance(2_000);
    expect(sent()).toEqual([[1], [1]]);
  });

  it('E4.3 waits no longer than the server asked for, though the clock is put back and the network comes back', async () => {
    const { driver, transport, clock, sent } = await opened();
    transport.once('push', () => {
      throw new ConfabError({ code: 'rate_limited', message: 'unable to send; wait', retryAfterMs: 5_000 });
    });
    await driver.enqueue(send(1));
    await settled();
    clock.jump(-60 * 60_000);
    driver.resume();
    await clock.advance(4_000);
    expect(sent()).toEqual([[1]]);
    await clock.advance(2_000);
    expect(sent()).toEqual([[1], [1]]);
  });

  it('E4.3 sends at once when told that everything may go', async () => {
    const { driver, transport, clock, sent } = await opened();
    transport.once('push', () => {
      throw failure('offline');
    });
    await driver.enqueue(send(1));
    await settled();
    driver.resume();
    await settled();
    expect(sent()).toEqual([[1], [1]]);
    await clock.advance(60_000);
    expect(sent()).toHaveLength(2);
  });

  it('E4.4 without a session nothing is sent and nothing fails until it is resumed', async () => {
    const { driver, transport, clock, sent, pushes } = await opened();
    transport.once('push', () => {
      throw failure('unauthenticated');
    });
    const ended = await enqueue(driver, send(1));
    await clock.advance(60 * 60_000);
    expect(sent()).toHaveLength(1);
    expect(pushes).toMatchObject([{ class: 'auth' }]);
    expect(ended()).toBe('waiting');
    driver.resume();
    await settled();
    expect(ended()).toMatchObject({ ok: true });
  });

  it('E4.3 what the server does not answer for is asked again', async () => {
    const { driver, transport, clock, sent } = await opened();
    transport.once('push', () => ({ results: [] }));
    const ended = await enqueue(driver, send(1));
    await settled();
    expect(ended()).toBe('waiting');
    await clock.advance(1_000);
    expect(sent()).toEqual([[1], [1]]);
    expect(ended()).toMatchObject({ ok: true });
  });

  it('E4.13 what cannot be read by the server is found one by one, and fails alone', async () => {
    const { driver, transport, server, clock, statuses, stored } = await opened();
    transport.hold('push');
    const first = await enqueue(driver, send(9, OTHER));
    const ended = [];
    for (const n of [1, 2, 3]) ended.push(await enqueue(driver, send(n)));
    await settled();
    transport.unhold('push');
    transport.on('push', (args, userId) => {
      if (JSON.stringify(args).includes(uuid(2))) throw failure('invalid');
      return server.answer(args, userId);
    });
    transport.nextHeld('push').release();
    await clock.advance(10_000);
    expect(first()).toMatchObject({ ok: true });
    expect(ended.map((end) => end())).toMatchObject([
      { ok: true },
      { ok: false, error: { code: 'invalid' } },
      { ok: true },
    ]);
    expect(statuses().filter((status) => status === 'failed')).toHaveLength(1);
    expect(await stored()).toEqual([2]);
    await driver.enqueue(send(4));
    await driver.enqueue(send(5));
    await settled();
    expect(server.applied.map(({ id }) => numberOf(id))).toEqual([9, 1, 3, 4, 5]);
  });

  it('E4.5 a listener that throws stops no answer from being taken', async () => {
    vi.stubGlobal('queueMicrotask', () => undefined);
    try {
      const { driver } = await opened();
      driver.view.subscribe(() => {
        throw new Error('of the app');
      });
      const ended = await enqueue(driver, send(1));
      await settled();
      expect(ended()).toMatchObject({ ok: true });
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('refusals', () => {
  it('E4.5 a refused mutation is told, stays with its reason, also after a reload, and is not sent again', async () => {
    const fakes = createFakes();
    const { driver, server, clock, stored } = await opened(fakes);
    server.refusals.set(uuid(1), 'not_member');
    const ended = await enqueue(driver, send(1));
    await clock.advance(60_000);
    expect(ended()).toMatchObject({ ok: false, error: { code: 'not_member' } });
    expect(queuedIn(driver)).toMatchObject([{ status: 'failed', error: { code: 'not_member' } }]);
    expect(await stored()).toEqual([1]);
    driver.close();
    const before = fakes.transport.count('push');
    const again = await opened(fakes);
    await clock.advance(60_000);
    expect(queuedIn(again.driver)).toMatchObject([{ status: 'failed', mutation: send(1) }]);
    expect(fakes.transport.count('push')).toBe(before);
  });

  it('E4.5 one that is refused does not stop those after it', async () => {
    const { driver, server } = await opened();
    server.refusals.set(uuid(1), 'content_too_long');
    const ended = [await enqueue(driver, send(1)), await enqueue(driver, send(2))];
    await settled();
    expect(ended.map((end) => end())).toMatchObject([{ ok: false }, { ok: true }]);
  });

  it('E4.7 is tried again when the user wants, under its id, and its promise tells how it ends', async () => {
    const { driver, server, sent, stored } = await opened();
    server.refusals.set(uuid(1), 'forbidden');
    await driver.enqueue(send(1));
    await settled();
    server.refusals.clear();
    const { outcome } = await driver.retry(uuid(1));
    expect(await outcome).toEqual({ ok: true, result: { of: uuid(1) } });
    await settled();
    expect(sent()).toEqual([[1], [1]]);
    expect(await stored()).toEqual([]);
  });

  it('E4.8 is forgotten when the user discards it', async () => {
    const { driver, server, stored } = await opened();
    server.refusals.set(uuid(1), 'forbidden');
    await driver.enqueue(send(1));
    await settled();
    await driver.discard(uuid(1));
    expect(queuedIn(driver)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('E4.8 what is not refused can be neither retried nor discarded', async () => {
    const { driver, transport } = await opened();
    transport.hold('push');
    await driver.enqueue(send(1));
    await driver.enqueue(send(2));
    for (const id of [uuid(1), uuid(2), uuid(3)]) {
      await expect(driver.retry(id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(driver.discard(id)).rejects.toMatchObject({ code: 'not_found' });
    }
    transport.unhold('push');
    transport.nextHeld('push').release();
    await settled();
    await expect(driver.retry(uuid(1))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('E4.6 a refused cursor is told and forgotten', async () => {
    const { driver, server, stored } = await opened();
    server.refusals.set(uuid(1), 'not_member');
    const ended = await enqueue(driver, markRead(1, 5));
    await settled();
    expect(ended()).toMatchObject({ ok: false });
    expect(queuedIn(driver)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('E3.7 those who raised a cursor together learn of its end together', async () => {
    const { driver, transport, sent } = await opened();
    transport.hold('push');
    await driver.enqueue(send(9, OTHER));
    const ended = [await enqueue(driver, markRead(1, 5)), await enqueue(driver, markRead(2, 7))];
    transport.unhold('push');
    transport.nextHeld('push').release();
    await settled();
    expect(sent()).toEqual([[9], [1]]);
    expect(ended.map((end) => end())).toMatchObject([{ ok: true }, { ok: true }]);
  });
});

describe('a reload', () => {
  it('E1.4 sends what an earlier run has stored, in its order and before anything new', async () => {
    const fakes = createFakes();
    fakes.transport.on('push', () => {
      throw failure('offline');
    });
    const first = start({ ...fakes, transport: createFakes().transport });
    first.transport.on('push', () => {
      throw failure('offline');
    });
    await first.signIn(ALICE);
    for (const n of [1, 2, 3]) await first.driver.enqueue(send(n));
    first.driver.close();

    fakes.storage.hang('entries');
    const second = start(fakes);
    const opening = second.signIn(ALICE);
    await second.driver.enqueue(send(4));
    await second.driver.enqueue(markDelivered(5, 1));
    await settled();
    expect(second.sent()).toEqual([]);
    fakes.storage.release('entries');
    await opening;
    await settled();
    expect(second.sent().flat()).toEqual([1, 2, 3, 4, 5]);
  });

  it('E4.10 an entry that cannot be read is counted, kept and keeps nothing else back', async () => {
    const fakes = createFakes();
    const store = fakes.storage.open(`confab-outbox-${ALICE}`);
    const poison = { v: 99, mutation: 'of tomorrow' };
    await store.set('poison', poison);
    await store.set(uuid(1), encodeEntry(entry(send(1))));
    const { driver, sent } = await opened(fakes);
    await settled();
    expect(driver.unreadable.get()).toEqual([{ key: 'poison', value: poison }]);
    expect(sent()).toEqual([[1]]);
    expect(await fakes.storage.rows(`confab-outbox-${ALICE}`)).toEqual([['poison', poison]]);
  });

  it('E4.5 what was refused in an earlier run can be tried again', async () => {
    const fakes = createFakes();
    const refused = encodeEntry(entry(send(1), { status: 'failed', error: error('forbidden') }));
    await fakes.storage.open(`confab-outbox-${ALICE}`).set(uuid(1), refused);
    const { driver, sent } = await opened(fakes);
    await settled();
    expect(sent()).toEqual([]);
    const { outcome } = await driver.retry(uuid(1));
    expect(await outcome).toMatchObject({ ok: true });
  });
});

describe('another user', () => {
  it("E4.11 never sends the first one's queue, and gives it back to the first", async () => {
    const { driver, transport, signIn, sent, stored, server } = await opened();
    transport.on('push', () => {
      throw failure('offline');
    });
    const ended = await enqueue(driver, send(1));
    await settled();
    driver.close();
    await settled();
    expect(ended()).toMatchObject({ ok: false, error: { code: 'closed' } });
    transport.on('push', server.answer);
    await signIn(BOB);
    await driver.enqueue(send(2));
    await settled();
    expect(sent().at(-1)).toEqual([2]);
    expect(await stored()).toEqual([1]);
    driver.close();
    await signIn(ALICE);
    await settled();
    expect(server.applied).toEqual([
      { id: uuid(2), by: BOB },
      { id: uuid(1), by: ALICE },
    ]);
  });

  it('E4.11 an answer that comes after the user has gone touches nobody, and the next one is served', async () => {
    const { driver, transport, signIn, sent, stored, confirmed, pushes } = await opened();
    transport.hold('push');
    await driver.enqueue(send(1));
    await settled();
    const late = transport.nextHeld('push');
    driver.close();
    transport.unhold('push');
    await signIn(BOB);
    await driver.enqueue(send(2));
    late.release();
    await settled();
    expect(sent()).toEqual([[1], [2]]);
    expect(confirmed.map(({ id }) => id)).toEqual([uuid(2)]);
    expect(pushes).toEqual([null]);
    expect(await stored()).toEqual([1]);
  });

  it('E4.11 what is being read for one user does not go to the next', async () => {
    const fakes = createFakes();
    await fakes.storage.open(`confab-outbox-${ALICE}`).set(uuid(1), encodeEntry(entry(send(1))));
    fakes.storage.hang('entries');
    const { driver, signIn, sent } = start(fakes);
    void signIn(ALICE);
    await settled();
    driver.close();
    fakes.storage.hang('entries');
    const second = signIn(BOB);
    fakes.storage.release('entries');
    await second;
    await settled();
    expect(queuedIn(driver)).toEqual([]);
    expect(sent()).toEqual([]);
  });

  it('E4.11 what is being stored while the user goes is there when they come back', async () => {
    const { driver, storage, signIn, sent } = await opened();
    storage.hang('set');
    const queued = driver.enqueue(send(1));
    await settled();
    driver.close();
    storage.release('set');
    const { outcome } = await queued;
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(queuedIn(driver)).toEqual([]);
    await signIn(ALICE);
    await settled();
    expect(sent()).toEqual([[1]]);
  });

  it('E4.11 nothing can be queued for nobody', async () => {
    const { driver } = await opened();
    driver.close();
    await expect(driver.enqueue(send(1))).rejects.toMatchObject({ code: 'closed' });
    expect(queuedIn(driver)).toEqual([]);
  });

  it('E4.11 leaves no timer behind', async () => {
    const { driver, transport, clock } = await opened();
    transport.on('push', () => {
      throw failure('unavailable');
    });
    await driver.enqueue(send(1));
    await settled();
    expect(clock.pending()).toBe(1);
    driver.close();
    expect(clock.pending()).toBe(0);
  });
});

describe('releasing', () => {
  it('E5.11 what the cache shows is let go, nothing else', async () => {
    const { driver, transport } = await opened();
    await driver.enqueue(send(1));
    await driver.enqueue(edit(2, uuid(1)));
    await settled();
    transport.hold('push');
    await driver.enqueue(send(3));
    await settled();
    expect(driver.release(({ id }) => id === uuid(1) || id === uuid(3))).toEqual([send(1)]);
    expect(queuedIn(driver).map(({ mutation }) => mutation.id)).toEqual([uuid(2), uuid(3)]);
    const before = driver.view.get();
    expect(driver.release(() => false)).toEqual([]);
    expect(driver.view.get()).toBe(before);
  });
});
