import { describe, expect, it } from 'vitest';
import type { Mutation } from '../../../src/model/mutation';
import { createOutboxDriver } from '../../../src/sync/outbox-driver';
import { createFakes } from '../../../src/testing/fakes';
import { settled } from '../../../src/testing/settled';
import { edit, markRead, queuedIn, remove, send } from '../support/mutations';
import { numberOf } from '../support/outbox';
import { ALICE, uuid } from '../support/rows';

/** Tabs of one user, over one storage and one server; the first one leads. */
async function opened(count: number) {
  const shared = createFakes();
  const refused = new Set<string>();
  const pushes: number[][] = [];
  shared.transport.on('push', ({ mutations }) => {
    const batch = mutations as readonly Mutation[];
    pushes.push(batch.map(({ id }) => numberOf(id)));
    return {
      results: batch.map(({ id }) =>
        refused.has(id)
          ? { id, ok: false, error: { code: 'forbidden', message: 'no', retry_after: null } }
          : { id, ok: true, result: { of: id } },
      ),
    };
  });
  const tabs: ReturnType<typeof start>[] = [];
  const start = (isLeading: boolean) => {
    const confirmed: string[] = [];
    let isAlive = true;
    const driver = createOutboxDriver(
      { ...shared, clock: shared.clock },
      (fn, args) => shared.transport.call(fn, args, ALICE),
      {
        onConfirmed: (some) => void (isAlive && confirmed.push(...some.map(({ mutation }) => mutation.id))),
        onPush: () => undefined,
        isOnline: () => true,
      },
    );
    driver.setLeading(isLeading);
    driver.onEvent((event) => {
      for (const tab of tabs) if (isAlive && tab.driver !== driver) tab.hear(structuredClone(event));
    });
    return {
      driver,
      confirmed,
      hear: (event: unknown) => void (isAlive && driver.applyRemote(event)),
      die: () => void (isAlive = false),
      numbers: () => queuedIn(driver).map(({ mutation }) => numberOf(mutation.id)),
    };
  };
  for (let i = 0; i < count; i++) {
    tabs.push(start(i === 0));
    await tabs[i]?.driver.open(ALICE);
  }
  const [leader, follower] = tabs;
  if (!leader || !follower) throw new Error('two tabs are needed');
  return { ...shared, tabs, leader, follower, refused, pushes, start };
}

describe('several tabs', () => {
  it('E2.4 what a follower writes is stored and shown by all, sent by the leader once, and told to the follower', async () => {
    const { leader, follower, transport, pushes } = await opened(2);
    transport.hold('push');
    const { outcome } = await follower.driver.enqueue(send(1));
    expect(leader.numbers()).toEqual([1]);
    expect(follower.numbers()).toEqual([1]);
    await settled();
    transport.nextHeld('push').release();
    expect(await outcome).toEqual({ ok: true, result: { of: uuid(1) } });
    await settled();
    expect(pushes).toEqual([[1]]);
    expect([leader.confirmed, follower.confirmed]).toEqual([[uuid(1)], [uuid(1)]]);
  });

  it('E2.4 a follower learns of a refusal, and its user may retry or discard it', async () => {
    const { leader, follower, refused } = await opened(2);
    refused.add(uuid(1)).add(uuid(2));
    const first = await follower.driver.enqueue(send(1));
    const second = await follower.driver.enqueue(send(2));
    expect(await first.outcome).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await second.outcome).toMatchObject({ ok: false });
    expect(follower.driver.view.get().failedCount).toBe(2);
    refused.clear();
    expect(await (await follower.driver.retry(uuid(1))).outcome).toMatchObject({ ok: true });
    await follower.driver.discard(uuid(2));
    await settled();
    expect(leader.driver.view.get()).toMatchObject({ unsentCount: 0, failedCount: 0 });
    expect(follower.driver.view.get()).toMatchObject({ unsentCount: 0, failedCount: 0 });
  });

  it('E3.16 only the leader folds, and followers hear of it', async () => {
    const { leader, follower, transport, pushes, storage } = await opened(2);
    transport.hold('push');
    await leader.driver.enqueue(send(9));
    await leader.driver.enqueue(send(1));
    const edited = await follower.driver.enqueue(edit(2, uuid(1), 'better'));
    await settled();
    for (const tab of [leader, follower]) {
      expect(tab.numbers()).toEqual([9, 1]);
      expect(queuedIn(tab.driver)[1]?.mutation).toMatchObject({ args: { content: 'better' } });
    }
    expect((await storage.rows(`confab-outbox-${ALICE}`)).map(([key]) => numberOf(key)).sort()).toEqual([
      1, 9,
    ]);
    transport.unhold('push');
    transport.nextHeld('push').release();
    expect(await edited.outcome).toEqual({ ok: true, result: { of: uuid(1) } });
    expect(pushes).toEqual([[9], [1]]);
  });

  it('E3.16 a follower takes back what the leader has not sent', async () => {
    const { leader, follower, transport, pushes, storage } = await opened(2);
    transport.hold('push');
    await leader.driver.enqueue(send(9));
    const sending = await leader.driver.enqueue(send(1));
    const { outcome } = await follower.driver.enqueue(remove(2, uuid(1)));
    expect(await outcome).toEqual({ ok: true, result: null });
    expect(await sending.outcome).toMatchObject({ ok: false, error: { code: 'discarded' } });
    transport.unhold('push');
    transport.nextHeld('push').release();
    await settled();
    expect(pushes).toEqual([[9]]);
    expect([leader.driver.view.get().unsentCount, follower.driver.view.get().unsentCount]).toEqual([0, 0]);
    expect(await storage.rows(`confab-outbox-${ALICE}`)).toEqual([]);
  });

  it('E2.4 when the leader dies during a push, the next one sends it again and nothing is lost', async () => {
    const { leader, follower, transport, pushes } = await opened(3);
    transport.hold('push');
    const { outcome } = await follower.driver.enqueue(send(1));
    await leader.driver.enqueue(send(2));
    await settled();
    transport.nextHeld('push').perform();
    leader.die();
    transport.unhold('push');
    follower.driver.setLeading(true);
    await settled();
    expect(await outcome).toMatchObject({ ok: true });
    expect(pushes).toEqual([[1], [1, 2]]);
    await settled();
    expect(follower.driver.view.get().unsentCount).toBe(0);
  });

  it('E2.4 a new leader finds what a tab that died has stored and told nobody', async () => {
    const { leader, follower, storage, transport, tabs, pushes } = await opened(3);
    transport.hold('push');
    await leader.driver.enqueue(send(1));
    const dead = tabs[2];
    dead?.die();
    await dead?.driver.enqueue(send(3));
    expect(follower.numbers()).toEqual([1]);
    expect((await storage.rows(`confab-outbox-${ALICE}`)).length).toBe(2);
    leader.die();
    transport.unhold('push');
    follower.driver.setLeading(true);
    await settled();
    expect(pushes.flat().sort()).toContain(3);
  });

  it('E2.4 who has missed events asks, and hears how all of it has ended', async () => {
    const { leader, follower, transport, pushes } = await opened(2);
    transport.hold('push');
    await leader.driver.enqueue(send(1));
    const { outcome } = await follower.driver.enqueue(send(2));
    expect(follower.numbers()).toEqual([1, 2]);
    const hear = follower.hear;
    follower.hear = () => undefined;
    transport.unhold('push');
    transport.nextHeld('push').release();
    await settled();
    follower.driver.release(() => true);
    leader.driver.release(() => true);
    expect(follower.numbers()).toEqual([1, 2]);
    follower.hear = hear;
    follower.driver.setLeading(false);
    expect(await outcome).toMatchObject({ ok: true });
    expect(pushes).toEqual([[1], [2]]);
    expect(follower.driver.view.get().unsentCount).toBe(0);
  });

  it('E2.4 what nobody can have told is ignored', async () => {
    const { leader, follower, transport } = await opened(2);
    transport.hold('push');
    await leader.driver.enqueue(send(1));
    await leader.driver.enqueue(markRead(2, 3));
    const before = follower.driver.view.get();
    const junk = [
      null,
      'put',
      { type: 'put' },
      { type: 'put', entry: { v: 3 } },
      { type: 'ended', id: 1 },
      { type: 'vote' },
    ];
    for (const event of junk) follower.driver.applyRemote(event);
    follower.driver.applyRemote({ type: 'confirmed', id: uuid(77), result: null });
    expect(follower.driver.view.get()).toBe(before);
  });

  it('E2.4 what is told after something that was lost on the way does not go before it', async () => {
    const { leader, follower, pushes } = await opened(2);
    const hear = leader.hear;
    await follower.driver.enqueue(send(1));
    await settled();
    leader.hear = () => undefined;
    await follower.driver.enqueue(send(2));
    leader.hear = hear;
    await follower.driver.enqueue(send(3));
    await settled();
    expect(pushes.flat()).toEqual([1, 2, 3]);
  });

  it('E2.4 a new leader sends what the one before had folded and stored, though it was told of less', async () => {
    const { leader, follower, transport, pushes } = await opened(2);
    transport.hold('push');
    await leader.driver.enqueue(send(9));
    await leader.driver.enqueue(send(1));
    follower.hear = () => undefined;
    await leader.driver.enqueue(edit(2, uuid(1), 'better'));
    leader.die();
    transport.unhold('push');
    follower.driver.setLeading(true);
    await settled();
    expect(pushes).toEqual([[9, 1]]);
    const sent = transport.calls.at(-1)?.args['mutations'];
    expect(sent).toMatchObject([{}, { args: { content: 'better' } }]);
  });
});
