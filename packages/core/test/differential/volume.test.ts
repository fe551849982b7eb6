import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FakeServer } from '../../src/testing/fake-server/fake-server';
import { createComparison, type Comparison } from './support/compare';
import { addUsers, createTwin, useSettings } from './support/setup';
import { openRealServer, type RealServer } from './support/stack';

const LIMITS = { rate_limit_burst: 0 };
const START = Date.now() % 1e6;
const id = (n: number) => `00000000-0000-7000-9000-${String(n + START * 1e5).padStart(12, '0')}`;
const [ALICE, BOB] = [id(1), id(2)];
const rooms = [id(10), id(11), id(12), id(13), id(14)];

type Args = Readonly<Record<string, unknown>>;
let real: RealServer;
let fake: FakeServer;
let comparison: Comparison;
let cursors: { readonly fake: unknown; readonly real: unknown };
let minted = 1_000;

/** Asks both and compares; gives the answer of the fake server. */
async function ask(
  fn: string,
  args: Args,
  userId: string,
  realArgs: Args = args,
): Promise<Record<string, unknown>> {
  const answer = fake.call(fn, args, userId) as Record<string, unknown>;
  const outcome = await real.call(fn, realArgs, userId);
  if (!outcome.ok) throw new Error(`${fn} was refused: ${outcome.code}`);
  expect(comparison.differ(answer, outcome.value, fn)).toBeNull();
  cursors =
    fn === 'pull' ? { fake: answer['cursor'], real: Object(outcome.value).cursor as unknown } : cursors;
  return answer;
}
const pull = (from: typeof cursors | null, windows: Args) =>
  ask('pull', { windows, ...(from && { cursor: from.fake }) }, BOB, {
    windows,
    ...(from && { cursor: from.real }),
  });

/** Many writes, a hundred a push. */
async function pushMany(count: number, make: (n: number) => Args, userId = ALICE): Promise<string[]> {
  const ids = Array.from({ length: count }, () => id(++minted));
  for (let from = 0; from < count; from += 100) {
    const mutations = ids.slice(from, from + 100).map((one, i) => ({ id: one, ...make(from + i) }));
    const { results } = await ask('push', { mutations }, userId);
    expect((results as { ok: boolean }[]).every(({ ok }) => ok)).toBe(true);
  }
  return ids;
}
const sendMany = (room: string, count: number) =>
  pushMany(count, (n) => ({ type: 'send_message', conversation_id: room, args: { content: `${n}` } }));
const size = (rows: unknown): number => (Array.isArray(rows) ? rows.length : -1);

beforeAll(async () => {
  real = await openRealServer();
  const users = [
    { id: ALICE, name: 'Alice' },
    { id: BOB, name: 'Bob' },
  ];
  await useSettings(real, LIMITS);
  for (const user of users) await addUsers(real, [user]);
  fake = createTwin(users, LIMITS);
  comparison = createComparison(() => true, new Set([Date.UTC(2026, 0, 1) * 1000]));
  for (const room of rooms)
    await ask('create_conversation', { id: room, kind: 'group', title: 'Room', member_ids: [BOB] }, ALICE);
  await pull(null, {});
});
afterAll(async () => {
  await useSettings(real, {});
  await real.stop();
});

describe('pulls of very much', () => {
  const [one = '', ...others] = rooms;
  let sent: string[];

  it('E12.7 bring 500 changes of a conversation and are truncated at 501, by what changed since', async () => {
    sent = await sendMany(one, 500);
    const start = cursors;
    expect(size((await pull(start, { [one]: 0 }))['messages'])).toBe(500);
    await sendMany(one, 1);
    expect(await pull(start, { [one]: 0 })).toMatchObject({ messages: [], truncated: [one] });
    expect(size((await pull(start, { [one]: 1 }))['messages'])).toBe(500);
    // One message that changes often is one row.
    await pushMany(200, (n) => ({
      type: 'edit_message',
      conversation_id: one,
      args: { message_id: sent[0], content: `edit ${n}` },
    }));
    expect(await pull(start, { [one]: 100 })).toMatchObject({ truncated: [] });
  }, 60_000);

  it('E12.7 say that there is more when all windows together have more than 2,000 changes', async () => {
    for (const room of others) await sendMany(room, 420);
    const windows = Object.fromEntries(others.map((room) => [room, 0]));
    const answer = await pull(cursors, { [one]: 100, ...windows });
    expect(answer).toMatchObject({ has_more: true });
    expect(size(answer['messages'])).toBeGreaterThan(1000);
    expect(size(answer['messages'])).toBeLessThanOrEqual(2000);
    expect(await pull(cursors, windows)).toMatchObject({ has_more: false });
  }, 60_000);

  it('E12.7 cut between two transactions when there are more than 1,000 rows', async () => {
    const start = cursors;
    const draft = { type: 'save_draft', conversation_id: one };
    const args = { content: 'draft', saved_at: '2026-01-01T00:00:00Z' };
    await pushMany(500, (n) => ({ ...draft, args: { ...args, thread_root_id: sent[n] } }), BOB);
    const follow = { type: 'follow_thread', conversation_id: one };
    await pushMany(500, (n) => ({ ...follow, args: { thread_root_id: sent[n], is_following: true } }), BOB);
    await pushMany(
      250,
      (n) => ({ type: 'hide_message', conversation_id: one, args: { message_id: sent[n] } }),
      BOB,
    );
    const first = await pull(start, {});
    expect(first).toMatchObject({ has_more: true });
    expect(size(first['drafts']) + size(first['threads']) + size(first['hidden'])).toBeLessThanOrEqual(1100);
    const second = await pull(cursors, {});
    expect(second).toMatchObject({ has_more: false });
    expect(size(first['hidden']) + size(second['hidden'])).toBe(250);
  }, 60_000);
});
