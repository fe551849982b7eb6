import { describe, expect, it } from 'vitest';
import type { Mutation } from '../../../src/model/mutation';
import { createOutboxDriver } from '../../../src/sync/outbox-driver';
import { createFakes } from '../../../src/testing/fakes';
import { failure } from '../../../src/testing/fake-transport';
import { settled } from '../../../src/testing/settled';
import { edit, markRead, queuedIn, remove, send } from '../support/mutations';
import { numberOf } from '../support/outbox';
import { ALICE, BOB, uuid } from '../support/rows';

async function opened() {
  const fakes = createFakes();
  let isOnline = true;
  const asked: number[] = [];
  const storage = { ...fakes.storage, persist: () => Promise.resolve(asked.push(1) > 0) };
  fakes.transport.on('push', ({ mutations }) => ({
    results: (mutations as readonly Mutation[]).map(({ id }) => ({ id, ok: true, result: { seq: 7 } })),
  }));
  const driver = createOutboxDriver(
    { ...fakes, storage },
    (fn, args) => fakes.transport.call(fn, args, ALICE),
    { onConfirmed: () => undefined, onPush: () => undefined, isOnline: () => isOnline },
  );
  await driver.open(ALICE);
  return {
    ...fakes,
    driver,
    asked,
    setOnline: (next: boolean) => void (isOnline = next),
    stored: async () =>
      (await fakes.storage.rows(`confab-outbox-${ALICE}`)).map(([key]) => numberOf(key)).sort(),
    sent: () =>
      fakes.transport.calls.map(({ args }) =>
        (args['mutations'] as readonly Mutation[]).map(({ id }) => numberOf(id)),
      ),
    line: (n: number) =>
      fakes.log
        .filter(({ event, detail }) => event === 'mutation' && detail?.['id'] === uuid(n))
        .map(({ detail }) => detail?.['became']),
  };
}

describe('a storage that fails for a while', () => {
  it('E1.6 is durable again with the next write that works, and everything that was missing is stored', async () => {
    const { driver, storage, transport, stored } = await opened();
    transport.hold('push');
    storage.fail('set', 2);
    await driver.enqueue(send(1));
    await driver.enqueue(send(2));
    expect(driver.isDurable.get()).toBe(false);
    expect(await stored()).toEqual([]);
    await driver.enqueue(send(3));
    expect(driver.isDurable.get()).toBe(true);
    expect(await stored()).toEqual([1, 2, 3]);
  });

  it('E1.6 is tried again by itself, and what was confirmed meanwhile is removed', async () => {
    const { driver, storage, transport, clock, stored } = await opened();
    transport.hold('push');
    await driver.enqueue(send(1));
    await settled();
    storage.fail('set');
    storage.fail('delete');
    await driver.enqueue(send(2));
    transport.nextHeld('push').release();
    await settled();
    expect(driver.isDurable.get()).toBe(false);
    expect(await stored()).toEqual([1]);
    await clock.advance(30_000);
    expect(driver.isDurable.get()).toBe(false);
    storage.heal();
    await clock.advance(30_000);
    expect(driver.isDurable.get()).toBe(true);
    expect(await stored()).toEqual([2]);
    expect(clock.pending()).toBe(0);
  });

  it('E1.6 reads what it could not read before', async () => {
    const first = await opened();
    first.transport.hold('push');
    await first.driver.enqueue(send(1));
    const fakes = createFakes({ storage: first.storage });
    fakes.storage.fail('entries', 1);
    fakes.transport.hold('push');
    const driver = createOutboxDriver(fakes, (fn, args) => fakes.transport.call(fn, args, ALICE), {
      onConfirmed: () => undefined,
      onPush: () => undefined,
      isOnline: () => true,
    });
    await driver.open(ALICE);
    expect(driver.isDurable.get()).toBe(false);
    await fakes.clock.advance(30_000);
    expect(driver.isDurable.get()).toBe(true);
    expect(queuedIn(driver)).toMatchObject([{ mutation: send(1) }]);
  });

  it('E1.11 what could not be stored before one signed out is stored and sent first by who is back', async () => {
    const { driver, storage, clock, sent, stored } = await opened();
    storage.hang('set');
    void driver.enqueue(send(1));
    await settled();
    driver.close();
    await driver.open(BOB);
    expect(driver.view.get().unsentCount).toBe(0);
    driver.close();
    void driver.open(ALICE);
    void driver.enqueue(send(2));
    await settled();
    expect(driver.isDurable.get()).toBe(false);
    expect(sent()).toEqual([]);
    storage.release('set');
    await clock.advance(5_000);
    expect(sent()).toEqual([[1, 2]]);
    expect(driver.isDurable.get()).toBe(true);
    expect(await stored()).toEqual([]);
  });

  it('E1.11 E4.12 what could not be stored is dropped with the rest when the app says so', async () => {
    const { driver, storage, transport, clock } = await opened();
    transport.hold('push');
    storage.fail('set');
    await driver.enqueue(send(1));
    driver.close(() => 'drop');
    await settled();
    storage.heal();
    await driver.open(ALICE);
    await clock.advance(30_000);
    expect(driver.view.get().unsentCount).toBe(0);
    expect(driver.isDurable.get()).toBe(true);
  });

  it('E1.7 the platform is asked once to keep what is stored, after the first thing the user wrote', async () => {
    const { driver, asked } = await opened();
    await driver.enqueue(markRead(1, 5));
    expect(asked).toEqual([]);
    await driver.enqueue(send(2));
    await driver.enqueue(send(3));
    expect(asked).toEqual([1]);
  });
});

describe('folding, stored', () => {
  it('E3.4 an edit is stored with its message, and both end the same way', async () => {
    const { driver, setOnline, stored, sent } = await opened();
    setOnline(false);
    const { outcome } = await driver.enqueue(send(1));
    const edited = await driver.enqueue(edit(2, uuid(1), 'better'));
    expect(await stored()).toEqual([1]);
    expect(queuedIn(driver)).toMatchObject([{ mutation: { id: uuid(1), args: { content: 'better' } } }]);
    driver.resume();
    expect(await edited.outcome).toEqual(await outcome);
    expect(sent()).toEqual([[1]]);
  });

  it('E3.5 a message deleted before it left is never sent; its sending ends discarded, its deletion well', async () => {
    const { driver, setOnline, stored, transport } = await opened();
    setOnline(false);
    const sending = await driver.enqueue(send(1));
    const { outcome } = await driver.enqueue(remove(2, uuid(1)));
    expect(await sending.outcome).toMatchObject({ ok: false, error: { code: 'discarded' } });
    expect(await outcome).toEqual({ ok: true, result: null });
    expect(await stored()).toEqual([]);
    driver.resume();
    await settled();
    expect(transport.count('push')).toBe(0);
  });

  it('E3.8 what is replaced is stored no more, and ends like what took its place', async () => {
    const { driver, setOnline, stored, sent } = await opened();
    setOnline(false);
    const pin = (n: number, type: 'pin_message' | 'unpin_message') =>
      driver.enqueue({ ...remove(n, uuid(9)), type });
    const first = await pin(1, 'pin_message');
    const second = await pin(2, 'unpin_message');
    await settled();
    expect(await stored()).toEqual([2]);
    driver.resume();
    expect(await first.outcome).toEqual(await second.outcome);
    expect(sent()).toEqual([[2]]);
  });
});

describe('a life line', () => {
  it('E14.1 tells of every mutation what became of it, to the seq it got', async () => {
    const { driver, transport, clock, line, log } = await opened();
    transport.once('push', () => {
      throw failure('unavailable');
    });
    await driver.enqueue(send(1));
    await clock.advance(1_000);
    expect(line(1)).toEqual(['queued', 'attempt', 'parked', 'attempt', 'confirmed']);
    expect(log.at(-1)).toMatchObject({ cause: 'push-ack', detail: { seq: 7 } });
    transport.once('push', () => ({
      results: [{ id: uuid(2), ok: false, error: { code: 'forbidden', message: 'no', retry_after: null } }],
    }));
    await driver.enqueue(send(2));
    await settled();
    expect(line(2)).toEqual(['queued', 'attempt', 'failed']);
  });
});

describe('without a network', () => {
  it('E4.14 nothing is tried while the device says that it has none, and everything goes when it is back', async () => {
    const { driver, setOnline, transport, sent } = await opened();
    setOnline(false);
    await driver.enqueue(send(1));
    await driver.enqueue(send(2));
    await settled();
    expect(transport.count('push')).toBe(0);
    driver.resume();
    await settled();
    expect(sent()).toEqual([[1, 2]]);
  });
});

describe('signing out', () => {
  it('E4.12 the app is asked what becomes of what is unsent, and it is kept or dropped', async () => {
    const { driver, setOnline, stored } = await opened();
    setOnline(false);
    const asked: unknown[] = [];
    const ask = (answer: 'keep' | 'drop') => (unsent: unknown) => {
      asked.push(unsent);
      return answer;
    };
    driver.close(ask('drop'));
    expect(asked).toEqual([]);
    await driver.open(ALICE);
    await driver.enqueue(send(1));
    driver.close(ask('keep'));
    await settled();
    expect(asked).toEqual([{ unsentCount: 1, failedCount: 0 }]);
    expect(await stored()).toEqual([1]);
    await driver.open(ALICE);
    driver.close(ask('drop'));
    await settled();
    expect(await stored()).toEqual([]);
  });

  it('E4.12 keeps it when the app fails to answer, or the user is back before it does', async () => {
    const { driver, setOnline, stored, log } = await opened();
    setOnline(false);
    await driver.enqueue(send(1));
    driver.close(() => {
      throw new Error('of the app');
    });
    await settled();
    expect(log.at(-1)).toMatchObject({ event: 'unsent_kept' });
    await driver.open(ALICE);
    let answer: (choice: 'drop') => void = () => undefined;
    driver.close(() => new Promise((resolve) => (answer = resolve)));
    await driver.open(ALICE);
    answer('drop');
    await settled();
    expect(await stored()).toEqual([1]);
    expect(queuedIn(driver)).toHaveLength(1);
    driver.close();
    await driver.open(BOB);
    expect(queuedIn(driver)).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it('E4.10 is given to the app as it is, and removed when the app says so', async () => {
    const { driver, storage, stored } = await opened();
    driver.close();
    await storage.open(`confab-outbox-${ALICE}`).set(uuid(9), { v: 99 });
    await driver.open(ALICE);
    expect(driver.unreadable.get()).toEqual([{ key: uuid(9), value: { v: 99 } }]);
    await driver.dropUnreadable(uuid(9));
    expect(driver.unreadable.get()).toEqual([]);
    expect(await stored()).toEqual([]);
  });
});
