import { describe, expect, it } from 'vitest';
import type { Mutation } from '../../../src/model/mutation';
import { create, edit, markDelivered, markRead, markUnread, remove, send } from '../support/mutations';
import { createQueueUnderTest, NOW, numberOf } from '../support/outbox';
import { CONVERSATION, OTHER_CONVERSATION as OTHER, uuid } from '../support/rows';

type Mark = 'pin_message' | 'unpin_message' | 'hide_message' | 'unhide_message';
const pin = (n: number, id: number, type: Mark = 'pin_message'): Mutation => ({
  ...remove(n, uuid(id)),
  type,
});
const react = (n: number, type: 'add_reaction' | 'remove_reaction', emoji = '👍'): Mutation => ({
  type,
  id: uuid(n),
  conversation_id: CONVERSATION,
  args: { message_id: uuid(50), emoji },
});
const setting = (n: number, changes: Record<string, unknown>): Mutation => ({
  type: 'set_membership',
  id: uuid(n),
  conversation_id: CONVERSATION,
  args: { changes },
});
const draft = (n: number, content: string, root?: string): Mutation => ({
  type: 'save_draft',
  id: uuid(n),
  conversation_id: CONVERSATION,
  args: { content, saved_at: String(n), ...(root ? { thread_root_id: root } : {}) },
});
const forward = (n: number, source: number, to = OTHER): Mutation => ({
  type: 'forward_message',
  id: uuid(n),
  conversation_id: to,
  args: { message_id: uuid(source) },
});

type Edit = ReturnType<typeof edit>;
type Place = { readonly user_id: string; readonly start: number; readonly length: number };
const withPlaces = (change: Edit, mentions: Place[]) =>
  ({ ...change, args: { ...change.args, mentions } }) satisfies Mutation;

/** What is left of these, lane by lane. */
function left(...mutations: readonly Mutation[]) {
  const { queue, mutations: all } = createQueueUnderTest();
  queue(...mutations);
  return all();
}
const idsOf = (mutations: readonly Mutation[]) => mutations.map(({ id }) => numberOf(id));

describe('folding', () => {
  it('E3.4 an edit becomes part of the message that has not left, with its data and mentions', () => {
    const before = { data: { a: 1 }, mentioned_user_ids: [uuid(70)], mentions_everyone: true };
    const plain = { ...before, content: 'e2', mentions: [] };
    expect(left(send(1, CONVERSATION, before), edit(2, uuid(1)))).toEqual([send(1, CONVERSATION, plain)]);
    const mentions = { mentioned_user_ids: [], mentions_everyone: false, mentions: [] };
    const rich = edit(2, uuid(1), 'new', { b: 2 });
    expect(left(send(1, CONVERSATION, before), { ...rich, args: { ...rich.args, ...mentions } })).toEqual([
      send(1, CONVERSATION, { content: 'new', data: { b: 2 }, ...mentions }),
    ]);
  });

  it('E3.4 an edit of a refused message becomes part of it, and it is sent again in its place', () => {
    const { queue, take, refuse, entry } = createQueueUnderTest();
    queue(send(1), send(2));
    take();
    refuse(1, 'content_too_long');
    queue(edit(3, uuid(1), 'short'));
    expect(entry(1)).toMatchObject({
      status: 'queued',
      error: null,
      mutation: { args: { content: 'short' } },
    });
    expect(entry(3)).toBeUndefined();
  });

  it('E3.5 a deletion takes back a message that has not left, with all that was done to it', () => {
    const { queue, add, mutations } = createQueueUnderTest();
    queue(send(1), edit(2, uuid(1)), pin(3, 1), send(4));
    expect(add(remove(5, uuid(1)))).toMatchObject({ entry: null, cancelled: [uuid(1), uuid(3)] });
    expect(idsOf(mutations())).toEqual([4]);
  });

  it('E3.5 a message that others answer, hang under or are made of is sent and then deleted', () => {
    for (const other of [
      send(2, CONVERSATION, { reply_to_id: uuid(1) }),
      send(2, CONVERSATION, { thread_root_id: uuid(1) }),
      forward(2, 1),
    ])
      expect(idsOf(left(send(1), other, remove(3, uuid(1)))).sort()).toEqual([1, 2, 3]);
  });

  it('E3.5 a deletion takes back a message that was refused', () => {
    const { queue, take, refuse, mutations } = createQueueUnderTest();
    queue(send(1));
    take();
    refuse(1, 'forbidden');
    queue(remove(2, uuid(1)));
    expect(mutations()).toEqual([]);
  });

  it('E3.6 edits of one message become one, and leave what only the first has said', () => {
    const first = edit(1, uuid(50), 'a', { kept: true });
    expect(left(first, send(2), edit(3, uuid(50), 'b'), edit(4, uuid(51)))).toEqual([
      withPlaces(edit(1, uuid(50), 'b', { kept: true }), []),
      send(2),
      edit(4, uuid(51)),
    ]);
  });

  it('E3.11 mentions stay at their places where the text stays, go where it changes, and are the last that were named', () => {
    const place = { user_id: uuid(70), start: 0, length: 1 };
    const other = { ...place, start: 1 };
    const [one, two] = [
      withPlaces(edit(1, uuid(50), 'a'), [place]),
      withPlaces(edit(2, uuid(50), 'b'), [other]),
    ];
    expect(left(one, edit(2, uuid(50), 'a', { b: 1 }))).toEqual([
      withPlaces(edit(1, uuid(50), 'a', { b: 1 }), [place]),
    ]);
    expect(left(one, edit(2, uuid(50), 'b'))).toEqual([withPlaces(edit(1, uuid(50), 'b'), [])]);
    expect(left(one, two)).toEqual([withPlaces(edit(1, uuid(50), 'b'), [other])]);
    const sent = send(1, CONVERSATION, { content: 'a', mentions: [place] });
    expect(left(sent, edit(2, uuid(1), 'a', { b: 1 }))).toEqual([
      send(1, CONVERSATION, { content: 'a', data: { b: 1 }, mentions: [place] }),
    ]);
    expect(left(sent, edit(2, uuid(1), 'b'))).toEqual([
      send(1, CONVERSATION, { content: 'b', mentions: [] }),
    ]);
  });

  it('E3.6 a message that was forwarded in between is not changed before that', () => {
    expect(idsOf(left(send(1), forward(2, 1), edit(3, uuid(1)))).sort()).toEqual([1, 2, 3]);
  });

  it('E3.7 only the highest cursor counts, in the place of the first', () => {
    expect(left(markRead(1, 5), send(4), markRead(2, 9), markRead(3, 7))).toEqual([markRead(1, 9), send(4)]);
    expect(left(markRead(1, 5), markDelivered(2, 9), markRead(3, 7, OTHER))).toHaveLength(3);
    const thread = (n: number, seq: number): Mutation => ({
      type: 'mark_thread_read',
      id: uuid(n),
      conversation_id: CONVERSATION,
      args: { thread_root_id: uuid(50), seq },
    });
    expect(left(thread(1, 5), thread(2, 4), thread(3, 8))).toEqual([thread(1, 8)]);
  });

  it('E3.7 a cursor is not raised past what was marked unread after it', () => {
    const all = left(markRead(1, 5), markUnread(2, 3), markRead(3, 9), markRead(4, 12));
    expect(all).toEqual([markRead(1, 5), markUnread(2, 3), markRead(3, 12)]);
  });

  it('E3.8 of reactions, pins, followed threads and drafts only the last word is sent', () => {
    expect(left(react(1, 'add_reaction'), react(2, 'remove_reaction'))).toEqual([
      react(2, 'remove_reaction'),
    ]);
    expect(left(react(1, 'add_reaction'), react(2, 'remove_reaction', '🎉'))).toHaveLength(2);
    expect(
      left(pin(1, 50, 'hide_message'), pin(2, 51, 'hide_message'), pin(3, 50, 'unhide_message')),
    ).toEqual([pin(2, 51, 'hide_message'), pin(3, 50, 'unhide_message')]);
    expect(
      left(pin(1, 50, 'unhide_message'), pin(2, 50, 'hide_message'), pin(3, 50, 'hide_message')),
    ).toEqual([pin(2, 50, 'hide_message')]);
    expect(left(pin(1, 50), pin(2, 51), pin(3, 50, 'unpin_message'))).toEqual([
      pin(2, 51),
      pin(3, 50, 'unpin_message'),
    ]);
    expect(left(draft(1, 'a'), draft(2, 'b', uuid(50)), draft(3, 'c'))).toEqual([
      draft(2, 'b', uuid(50)),
      draft(3, 'c'),
    ]);
  });

  it('E3.9 settings are merged by what they set, though not across a message, which undoes some', () => {
    expect(left(setting(1, { is_pinned: true, is_hidden: true }), setting(2, { is_pinned: false }))).toEqual([
      setting(1, { is_pinned: false, is_hidden: true }),
    ]);
    expect(left(setting(1, { is_hidden: true }), send(2), setting(3, { is_hidden: true }))).toHaveLength(3);
  });

  it('E3.10 nothing is folded into what is on its way', () => {
    const { queue, take, mutations } = createQueueUnderTest();
    queue(send(1), markRead(2, 5));
    take();
    queue(edit(3, uuid(1)), markRead(4, 9), remove(5, uuid(1)));
    expect(idsOf(mutations())).toEqual([1, 2, 3, 4, 5]);
  });

  it('E3.10 nothing is folded into what may have arrived: its answer was lost, or the tab died over it', () => {
    const lost = createQueueUnderTest();
    lost.queue(send(1));
    lost.take();
    lost.fail([1], 'timeout');
    lost.queue(edit(2, uuid(1)));
    expect(idsOf(lost.mutations())).toEqual([1, 2]);
    const reloaded = createQueueUnderTest();
    reloaded.machine.restore(
      [...lost.machine.entries()].map((one) => ({ ...one, isTried: false })),
      true,
    );
    reloaded.queue(remove(3, uuid(1)));
    expect(idsOf(reloaded.mutations())).toEqual([1, 2, 3]);
  });

  it('E3.10 what was refused for a while has surely not arrived', () => {
    const { queue, take, refuse, mutations } = createQueueUnderTest();
    queue(send(1));
    take();
    refuse(1, 'rate_limited');
    queue(edit(2, uuid(1), 'b'));
    expect(mutations()).toMatchObject([{ id: uuid(1), args: { content: 'b' } }]);
  });
});

describe('what is about something that was refused', () => {
  const group = (...rest: readonly Mutation[]) => {
    const queue = createQueueUnderTest();
    queue.queue(create(1), ...rest);
    return queue;
  };

  it('E3.12 waits with it, follows when it is retried, and goes when it is discarded', () => {
    const { machine, take, refuse, entry, accept } = group(send(2, uuid(1)), send(3, uuid(1)));
    expect(take()).toEqual([1, 2, 3]);
    refuse(1, 'forbidden');
    refuse(2, 'not_found');
    refuse(3, 'not_member');
    expect([1, 2, 3].map((n) => entry(n)?.status)).toEqual(['failed', 'queued', 'queued']);
    expect(take(NOW * 2)).toEqual([]);
    expect(machine.nextAttemptAt()).toBeNull();
    expect(machine.attemptAt(uuid(2))).toBeNull();
    const again = machine.retry(uuid(1));
    if (again) machine.stored(again);
    expect(take()).toEqual([1, 2, 3]);
    refuse(1, 'forbidden');
    for (const n of [2, 3]) refuse(n, 'not_found');
    expect(machine.discard(uuid(1)).map(numberOf)).toEqual([1, 2, 3]);
    expect([...machine.entries()]).toEqual([]);
    accept(1);
  });

  it('E3.12 also over several steps, and without holding up the rest of the lane', () => {
    const { queue, take, refuse, accept, machine } = createQueueUnderTest();
    queue(send(1));
    take();
    queue(send(2, CONVERSATION, { thread_root_id: uuid(1) }), pin(3, 2), send(4));
    refuse(1, 'content_too_long');
    expect(take()).toEqual([4]);
    accept(4);
    queue(edit(5, uuid(1), 'short'));
    expect(take()).toEqual([1, 2, 3]);
    expect(machine.view().failedCount).toBe(0);
  });

  it('E3.12 comes back from storage waiting', () => {
    const { machine, take, refuse } = group(send(2, uuid(1)));
    take();
    refuse(1, 'forbidden');
    refuse(2, 'not_found');
    const next = createQueueUnderTest();
    next.machine.restore([...machine.entries()], true);
    expect(next.take()).toEqual([]);
  });

  it('E3.13 a message forwarded before it was sent waits for it, whatever lane it goes to', () => {
    const { queue, take, accept, machine } = createQueueUnderTest();
    queue(send(1), forward(2, 1), send(3, OTHER));
    expect(take()).toEqual([1]);
    accept(1);
    expect(take()).toEqual([2, 3]);
    machine.remove(uuid(1));
  });
});

describe('ten thousand', () => {
  it.each([
    ['one lane', 1],
    ['a thousand lanes', 1_000],
  ])(
    'E3.14 queued in %s go in a hundred pushes, and each is looked at a few times at most',
    (_what, lanes) => {
      const { machine, queue, take, accept } = createQueueUnderTest();
      const laneOf = (n: number) => uuid(100_000 + (n % lanes));
      for (let n = 1; n <= 10_000; n++) queue(send(n, laneOf(n)));
      expect(machine.view().unsentCount).toBe(10_000);
      let pushes = 0;
      let sent = 0;
      for (;;) {
        const batch = take();
        if (batch.length === 0) break;
        pushes++;
        sent += batch.length;
        accept(...batch);
        for (const n of batch) machine.remove(uuid(n));
      }
      expect([pushes, sent]).toEqual([100, 10_000]);
      expect(machine.view().unsentCount).toBe(0);
    },
  );
});
