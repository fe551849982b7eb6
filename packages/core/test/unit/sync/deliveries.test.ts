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
  return {
    ...fakes,
    outbox,
    deliveries,
    /** With two members, as far as is known. */
    show(...items: ConversationRecord[]) {
      for (const { id: conversationId } of items)
        fakes.cache.mergeMembers([member(ALICE, { conversationId }), member(BOB, { conversationId })]);
      fakes.queryClient.setQueryData(keys.conversations, {
        items,
        next: null,
        listedFrom: null,
        unreadElsewhere: 0,
      });
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
