import { describe, expect, it } from 'vitest';
import { keys } from '../../../src/cache/cache';
import type { ConversationRecord } from '../../../src/model/records';
import { createDeliveries } from '../../../src/sync/deliveries';
import { createOutboxDriver } from '../../../src/sync/outbox-driver';
import { createFakes } from '../../../src/testing/fakes';
import { queuedIn } from '../support/mutations';
import {
  ALICE,
  BOB,
  conversation,
  CONVERSATION,
  member,
  message,
  ownMember,
  OTHER_CONVERSATION,
  uuid,
} from '../support/rows';

const at = (seq: number, over: Partial<ConversationRecord> = {}) =>
  conversation({ lastSeq: seq, version: seq, lastMessage: message(seq), ...over });

async function start() {
  const fakes = createFakes();
  fakes.transport.hold('push');
  const outbox = createOutboxDriver(fakes, (fn, args) => fakes.transport.call(fn, args, ALICE), {
    onConfirmed: () => undefined,
    onPush: () => undefined,
    isOnline: () => true,
  });
  await outbox.open(ALICE);
  const deliveries = createDeliveries(fakes, outbox);
  const show = (...items: ConversationRecord[]) => {
    for (const { id: conversationId } of items)
      fakes.cache.mergeMembers([member(ALICE, { conversationId }), member(BOB, { conversationId })]);
    const list = { items, next: null, listedFrom: null, unreadElsewhere: 0 };
    fakes.queryClient.setQueryData(keys.conversations, list);
  };
  return {
    ...fakes,
    outbox,
    deliveries,
    /** With two members, as far as is known. */
    show,
    /** A group in which so many members are known. */
    group(memberCount: number, seq: number) {
      for (let n = 0; n < memberCount; n++)
        fakes.cache.mergeMembers([member(n === 0 ? ALICE : n === 1 ? BOB : uuid(100 + n))]);
      show(at(seq, { memberCount }));
    },
    /** The cursors queued so far, by conversation. */
    reported: () =>
      queuedIn(outbox).map(({ mutation }) => [
        mutation.conversation_id,
        mutation.type === 'mark_delivered' && mutation.args.seq,
      ]),
  };
}

describe('deliveries', () => {
  it('D6 what arrived is reported a moment later, a burst once', async () => {
    const { deliveries, clock, show, reported } = await start();
    for (let seq = 1; seq <= 5; seq++) {
      show(at(seq));
      deliveries.check();
      await clock.advance(50);
    }
    expect(reported()).toEqual([]);
    await clock.advance(500);
    expect(reported()).toEqual([[CONVERSATION, 5]]);
  });

  it('D6 is not reported twice while the answer is on its way; what follows is', async () => {
    const { deliveries, clock, show, reported } = await start();
    show(at(3));
    deliveries.check();
    await clock.advance(1_000);
    deliveries.check();
    await clock.advance(1_000);
    expect(reported()).toEqual([[CONVERSATION, 3]]);
    show(at(4));
    deliveries.check();
    await clock.advance(1_000);
    expect(reported().at(-1)).toEqual([CONVERSATION, 4]);
  });

  it.each([
    ['everything has been reported', at(3, { me: ownMember(ALICE, { lastDeliveredSeq: 3 }) })],
    ['there is no message', at(0, { lastMessage: null })],
    ['it is too large for receipts', at(3, { memberCount: 3 })],
    ['its kind has no receipts', at(3, { hasReceipts: false })],
  ])('D6 nothing is reported where %s', async (_where, row) => {
    const { deliveries, clock, show, reported } = await start();
    show(row);
    deliveries.check();
    expect(clock.pending()).toBe(0);
    await clock.advance(1_000);
    expect(reported()).toEqual([]);
  });

  it('D6 what came before a message of my own is reported too', async () => {
    const { deliveries, clock, show, reported } = await start();
    show(at(3, { lastMessage: message(3, { senderId: ALICE }) }));
    deliveries.check();
    await clock.advance(1_000);
    expect(reported()).toEqual([[CONVERSATION, 3]]);
  });

  it('D6 what came by a feed is reported too where its members are told of cursors', async () => {
    const { deliveries, clock, show, reported } = await start();
    show(at(3, { feed: 'feed:1:2' }));
    deliveries.check();
    await clock.advance(1_000);
    expect(reported()).toEqual([[CONVERSATION, 3]]);
  });

  it.each([
    [3, 1_500],
    [10, 5_000],
    [50, 15_000],
  ])(
    'E3.18 in a group of %i the first report comes after a second, others %i ms apart',
    async (size, apart) => {
      const all = await start();
      const times: number[] = [];
      const begin = all.clock.now();
      for (let seq = 1; all.clock.now() < begin + 61_000; seq++) {
        all.group(size, seq);
        all.deliveries.check();
        const before = all.reported().at(-1)?.[1];
        await all.clock.advance(500);
        if (all.reported().at(-1)?.[1] !== before) times.push(all.clock.now() - begin);
      }
      const expected = Array.from({ length: Math.floor(60_000 / apart) + 1 }, (_, n) => 1_000 + n * apart);
      expect(times).toEqual(expected.filter((at) => at <= 61_000));
    },
  );

  it('E3.18 what comes while a group rests is reported when it is over, and in time between two people', async () => {
    const { deliveries, clock, show, group, reported } = await start();
    group(50, 1);
    deliveries.check();
    await clock.advance(1_000);
    group(50, 2);
    const resting = at(2, { memberCount: 50 });
    deliveries.check();
    await clock.advance(1_000);
    show(resting, at(7, { id: OTHER_CONVERSATION, lastMessage: message(7, { senderId: BOB }) }));
    deliveries.check(OTHER_CONVERSATION);
    await clock.advance(500);
    expect(reported().slice(1)).toEqual([[OTHER_CONVERSATION, 7]]);
    expect(reported()[0]).toEqual([CONVERSATION, 1]);
    await clock.advance(13_500);
    expect(reported().map(([, seq]) => seq)).toEqual([1, 2, 7]);
  });

  it('E3.18 nothing waits any longer when the app is hidden', async () => {
    const { deliveries, clock, environment, group, reported } = await start();
    group(50, 1);
    deliveries.check();
    await clock.advance(1_000);
    group(50, 2);
    deliveries.check();
    environment.touch();
    expect(reported()).toEqual([[CONVERSATION, 1]]);
    environment.setVisible(false);
    expect(reported().at(-1)).toEqual([CONVERSATION, 2]);
    expect([clock.pending(), environment.listeners()]).toEqual([0, 0]);
  });

  it('E3.18 a clock that is put back makes nothing wait longer', async () => {
    const { deliveries, clock, group, reported } = await start();
    group(50, 1);
    deliveries.check();
    await clock.advance(1_000);
    clock.jump(-3_600_000);
    group(50, 2);
    deliveries.check();
    await clock.advance(1_000);
    expect(reported().at(-1)).toEqual([CONVERSATION, 2]);
  });

  it('D6 several conversations are reported together', async () => {
    const { deliveries, clock, show, reported } = await start();
    show(at(3), at(7, { id: OTHER_CONVERSATION, lastMessage: message(7, { senderId: BOB }) }));
    deliveries.check();
    await clock.advance(500);
    expect(reported()).toEqual([
      [CONVERSATION, 3],
      [OTHER_CONVERSATION, 7],
    ]);
  });

  it('D6 after a reset nothing counts as reported, and no timer is left', async () => {
    const { deliveries, clock, show, reported } = await start();
    show(at(3));
    deliveries.check();
    await clock.advance(500);
    show(at(4));
    deliveries.check();
    deliveries.reset();
    expect(clock.pending()).toBe(0);
    show(at(2));
    deliveries.check();
    await clock.advance(500);
    expect(reported().map(([, seq]) => seq)).toEqual([3, 2]);
  });

  it('E4.11 nobody being signed in any more is no error', async () => {
    const { deliveries, outbox, clock, show } = await start();
    show(at(3));
    deliveries.check();
    outbox.close();
    await clock.advance(500);
    expect(queuedIn(outbox)).toEqual([]);
  });
});
