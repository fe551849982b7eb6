import { describe, expect, it } from 'vitest';
import type { Mutation } from '../../../src/model/mutation';
import { decodeEntry, encodeEntry } from '../../../src/outbox/entry';
import { createOutboxMachine, type OutboxMachine } from '../../../src/outbox/machine';
import { fullJitter } from '../../../src/outbox/retry-policy';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { error } from '../support/mutations';
import { uuid } from '../support/rows';
import { createTinyServer } from '../support/tiny-server';

const LANES = [uuid(0xa001), uuid(0xa002), uuid(0xa003)];
const EMOJI = ['👍', '🎉'];

/** What a user does, at random; and all of it, in order. */
function createUser(random: ReturnType<typeof createSeededRandom>) {
  const old = LANES.map((lane, i) => [lane, uuid(0xb000 + i)] as const);
  /** Messages nobody has deleted, by lane. */
  const alive = new Map(old.map(([lane, id]) => [lane, [id]]));
  const all: Mutation[] = [];
  let next = 1;

  const write = (): Mutation => {
    const id = uuid(next++);
    const lane = random.pick(LANES);
    const mine = alive.get(lane) ?? [];
    const at = { id, conversation_id: lane };
    const target = mine.length > 0 ? random.pick(mine) : null;
    const text = `t${next}`;
    const seq = 1 + random.int(9);
    const ofMessage =
      target === null
        ? []
        : [
            (): Mutation => ({
              ...at,
              type: 'edit_message',
              args: {
                message_id: target,
                content: text,
                ...(random.chance(0.3) ? { data: { n: next } } : {}),
                ...(random.chance(0.3) ? { mentioned_user_ids: [uuid(next)] } : {}),
              },
            }),
            (): Mutation => {
              alive.set(
                lane,
                mine.filter((other) => other !== target),
              );
              return { ...at, type: 'delete_message', args: { message_id: target } };
            },
            (): Mutation => ({
              ...at,
              type: random.pick(['pin_message', 'unpin_message'] as const),
              args: { message_id: target },
            }),
            (): Mutation => ({
              ...at,
              type: random.pick(['add_reaction', 'remove_reaction'] as const),
              args: { message_id: target, emoji: random.pick(EMOJI) },
            }),
            (): Mutation => ({
              ...at,
              type: 'follow_thread',
              args: { thread_root_id: target, is_following: random.chance(0.5) },
            }),
            (): Mutation => ({ ...at, type: 'mark_thread_read', args: { thread_root_id: target, seq } }),
          ];
    const made = (mutation: Mutation): Mutation => {
      alive.set(lane, [...mine, id]);
      return mutation;
    };
    const plain = { content: text, kind: 'text', data: {} };
    return random.pick([
      (): Mutation => made({ ...at, type: 'send_message', args: plain }),
      (): Mutation => made({ ...at, type: 'send_message', args: plain }),
      (): Mutation =>
        made({
          ...at,
          type: 'send_message',
          args: { ...plain, [random.pick(['reply_to_id', 'thread_root_id'])]: target },
        }),
      // Of the same lane: lanes run in parallel, so what is done to a message elsewhere may come before or after.
      (): Mutation =>
        made(
          target === null
            ? { ...at, type: 'send_message', args: plain }
            : { ...at, type: 'forward_message', args: { message_id: target } },
        ),
      (): Mutation => ({ ...at, type: 'mark_read', args: { seq } }),
      (): Mutation => ({ ...at, type: 'mark_unread', args: { seq } }),
      (): Mutation => ({ ...at, type: 'mark_delivered', args: { seq } }),
      (): Mutation => ({ ...at, type: 'save_draft', args: { content: text, saved_at: text } }),
      (): Mutation => ({
        ...at,
        type: 'set_membership',
        args: { changes: { [random.pick(['is_pinned', 'is_hidden', 'is_archived'])]: random.chance(0.5) } },
      }),
      ...ofMessage,
      ...ofMessage,
    ])();
  };
  return {
    old,
    all,
    act(): Mutation {
      const mutation = write();
      all.push(mutation);
      return mutation;
    },
  };
}

/** One history; `canFold` false is the naive queue, which sends everything as it was written. */
function run(seed: number) {
  const random = createSeededRandom(seed);
  const user = createUser(random);
  const refused = new Set<string>();
  const server = createTinyServer(refused, user.old);
  /** What is to become of each mutation: itself, or the one it has become part of. */
  const part = new Map<string, string>();
  const ended = new Map<string, 'confirmed' | 'cancelled' | 'refused'>();
  let machine: OutboxMachine = createOutboxMachine(fullJitter);
  let now = 1_000;

  /** Only the message itself goes with its deletion, and what was done to it. */
  const assertTakenBack = (deletion: Mutation, cancelled: readonly string[]) => {
    const types = cancelled.map((id) => user.all.find((mutation) => mutation.id === id)?.type);
    const [own, ...others] = types;
    expect(deletion).toMatchObject({ type: 'delete_message', args: { message_id: cancelled[0] } });
    expect(['send_message', 'forward_message']).toContain(own);
    expect(others.filter((type) => type === 'send_message' || type === 'forward_message')).toEqual([]);
  };
  const settle = (batch: readonly Mutation[], isCalm: boolean) => {
    let blocked = new Set<string>();
    const isLost = !isCalm && random.chance(0.15);
    const isCut = !isCalm && random.chance(0.15);
    for (const mutation of batch) {
      const { id, conversation_id: lane } = mutation;
      if (isCut) continue;
      const isBusy = !isCalm && random.chance(0.1);
      if (blocked.has(lane) || isBusy) {
        blocked = new Set([...blocked, lane]);
        const code = isBusy ? 'internal' : 'blocked_by_previous';
        if (!isLost) machine.settle(id, { ok: false, error: error(code) }, now, random.next());
        continue;
      }
      const ok = server.apply(mutation);
      if (isLost) continue;
      machine.settle(id, ok ? { ok } : { ok, error: error('not_found') }, now, random.next());
      const after = machine.find(id)?.status;
      if (ok) {
        expect(after, `seed ${seed}: a verdict counts`).toBe('confirmed');
        ended.set(id, 'confirmed');
        machine.remove(id);
      } else if (after === undefined) ended.set(id, 'refused');
    }
    const cut = batch.map(({ id }) => id);
    if (isLost || isCut) machine.fail(cut, error('timeout'), now, random.next());
  };
  const send = (isCalm: boolean): boolean => {
    const batch = machine.take(now, 1 + random.int(8));
    const places = new Map<string, number>();
    for (const { id, conversation_id: lane } of batch) {
      const order = machine.find(id)?.order ?? 0;
      expect(order, `seed ${seed}: lanes are in order`).toBeGreaterThan(places.get(lane) ?? 0);
      places.set(lane, order);
    }
    settle(batch, isCalm);
    return batch.length > 0;
  };
  const discardAll = () => {
    for (const { mutation, status } of [...machine.entries()]) {
      if (status !== 'failed') continue;
      for (const id of machine.discard(mutation.id)) ended.set(id, 'refused');
    }
  };

  for (let step = 0; step < 60; step++) {
    now += random.int(3_000);
    if (random.chance(0.7)) {
      const mutation = user.act();
      if (mutation.type === 'send_message' && random.chance(0.08)) refused.add(mutation.id);
      const { entry, absorbed, cancelled } = machine.enqueue(mutation, now, true);
      if (absorbed && entry) part.set(absorbed, entry.mutation.id);
      for (const id of entry ? [] : [...cancelled, mutation.id]) ended.set(id, 'cancelled');
      if (!entry) assertTakenBack(mutation, cancelled);
      if (entry) machine.stored(entry);
    } else if (random.chance(0.8)) send(false);
    else if (random.chance(0.5)) {
      // The tab dies, perhaps while something is on its way; storage has all of it.
      const batch = machine.take(now, 1 + random.int(8));
      if (random.chance(0.5)) for (const mutation of batch) server.apply(mutation);
      const stored = [...machine.entries()].map((entry) => decodeEntry(structuredClone(encodeEntry(entry))));
      machine = createOutboxMachine(fullJitter);
      machine.restore(
        stored.flatMap((entry) => entry ?? []),
        true,
      );
    } else machine.resume();
  }
  for (let calm = 0; calm < 200; calm++) {
    now += 60_000;
    if (!send(true)) break;
  }
  discardAll();
  const naive = createTinyServer(refused, user.old);
  // What was taken back before it left was never said.
  for (const mutation of user.all) if (ended.get(mutation.id) !== 'cancelled') naive.apply(mutation);
  const endOf = (id: string): string | undefined => {
    const whole = part.get(id);
    return whole === undefined ? ended.get(id) : endOf(whole);
  };
  return { machine, server, naive, lost: user.all.filter(({ id }) => endOf(id) === undefined) };
}

describe('any history', () => {
  it('E3.11 ends on the server as if everything had been sent as it was written, and nothing is lost', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const { machine, server, naive, lost } = run(seed);
      expect([...machine.entries()], `seed ${seed}: something is left`).toEqual([]);
      expect(lost, `seed ${seed}: something has not ended`).toEqual([]);
      expect(server.state(), `seed ${seed}`).toEqual(naive.state());
      expect(machine.view()).toMatchObject({ unsentCount: 0, failedCount: 0 });
    }
  });
});
