import { randomUUID } from 'node:crypto';

import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { beginAs, connect, isWaiting, one, query } from './support/database.js';
import { eventually } from './support/eventually.js';
import { ids, newKind, standing } from './support/membership.js';
import { randomOf } from './support/random.js';
import { newGroup, newUsers, type User } from './support/users.js';

type Args = Record<string, unknown>;
type Three = [User, User, User];

let connections: pg.Client[] = [];
beforeAll(async () => {
  connections = await Promise.all(Array.from({ length: 8 }, connect));
});
afterAll(() => Promise.all(connections.map((db) => db.end())));

/** Calls a function in the transaction that is open; `ok`, or the code it refused with. */
async function call(db: pg.Client, fn: string, args: Args): Promise<string> {
  const names = Object.keys(args);
  try {
    await db.query(
      `select confab.${fn}(${names.map((name, index) => `${name} => $${index + 1}`).join(', ')})`,
      Object.values(args),
    );
    return 'ok';
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('PT') && 'detail' in error)
      return String(error.detail);
    throw error;
  }
}

/** A whole transaction of a user on a connection of its own. */
async function act(db: pg.Client, user: User, fn: string, args: Args): Promise<string> {
  await beginAs(db, user);
  const outcome = await call(db, fn, args);
  await db.query(outcome === 'ok' ? 'commit' : 'rollback');
  return outcome;
}

/** What has to hold of a conversation at any time. */
async function check(conversationId: string): Promise<void> {
  const row = await one<Record<string, number>>(
    `select c.member_count,
            (count(*) filter (where m.state = 'joined'))::integer as joined,
            (count(*) filter (where m.state = 'joined' and m.role = 'owner'))::integer as owners,
            (count(*) filter (where m.state = 'invited'))::integer as invited,
            (count(*) filter (where m.state <> 'joined' and m.role <> 'member'))::integer as leftovers,
            (count(*) filter (where m.visible_from_seq > c.last_start_seq and m.state = 'joined'))::integer as unknown_starts,
            (select count(*)::integer from confab.messages x where x.conversation_id = c.id) as messages,
            c.last_seq::integer, c.version::integer
     from confab.conversations c join confab.members m on m.conversation_id = c.id
     where c.id = $1 group by c.id`,
    [conversationId],
  );
  expect(row.member_count).toBe(row.joined);
  if (row.joined === 0) expect(row.invited).toBe(0);
  else expect(row.owners).toBeGreaterThan(0);
  expect(row).toMatchObject({
    leftovers: 0,
    unknown_starts: 0,
    last_seq: row.messages,
    version: row.messages,
  });
}

/** Runs the second call while the transaction of the first is open; answers both outcomes. */
async function overlap(first: [User, string, Args], second: [User, string, Args]): Promise<[string, string]> {
  const [one, two] = connections as [pg.Client, pg.Client];
  await beginAs(one, first[0]);
  const before = await call(one, first[1], first[2]);
  const waiting = act(two, ...second);
  await eventually('the second waits for the first', () => isWaiting(two));
  await one.query('commit');
  return [before, await waiting];
}

describe('at the same time', () => {
  let alice: User;
  let bob: User;
  let carol: User;
  beforeAll(async () => {
    [alice, bob, carol] = (await newUsers('Alice', 'Bob', 'Carol')) as Three;
  });

  const owned = async (): Promise<string> => {
    const { id } = await newGroup(alice, bob, carol);
    await alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'owner' });
    return id;
  };

  it('D9 two owners cannot both go and leave a member without one', async () => {
    const id = await owned();
    const leave = { conversation_id: id };
    expect(await overlap([alice, 'leave_conversation', leave], [bob, 'leave_conversation', leave])).toEqual([
      'ok',
      'last_owner',
    ]);
    await check(id);
  });

  it('D9 two owners cannot demote or remove each other', async () => {
    const demoted = await owned();
    const role = { conversation_id: demoted, role: 'member' };
    expect(
      await overlap(
        [alice, 'set_role', { ...role, user_id: bob.id }],
        [bob, 'set_role', { ...role, user_id: alice.id }],
      ),
    ).toEqual(['ok', 'forbidden']);
    await check(demoted);
    const removed = await owned();
    expect(
      await overlap(
        [alice, 'remove_member', { conversation_id: removed, user_id: bob.id }],
        [bob, 'remove_member', { conversation_id: removed, user_id: alice.id }],
      ),
    ).toEqual(['ok', 'not_member']);
    await check(removed);
    const stepping = await owned();
    const step = { conversation_id: stepping, role: 'member' };
    expect(
      await overlap(
        [alice, 'set_role', { ...step, user_id: alice.id }],
        [bob, 'set_role', { ...step, user_id: bob.id }],
      ),
    ).toEqual(['ok', 'last_owner']);
    await check(stepping);
  });

  it('D9 somebody added by two is counted once', async () => {
    const { id } = await newGroup(alice, bob);
    await alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'admin' });
    const add = { conversation_id: id, user_ids: [carol.id] };
    expect(await overlap([alice, 'add_members', add], [bob, 'add_members', add])).toEqual(['ok', 'ok']);
    await check(id);
    expect(await query(`select 1 from confab.messages where conversation_id = $1`, [id])).toHaveLength(1);
  });

  it('D9 an invitation is accepted or withdrawn, not both', async () => {
    const { id } = await newGroup(alice, bob);
    await alice.call('invite_members', { conversation_id: id, user_ids: [carol.id] });
    const user = { conversation_id: id, user_id: carol.id };
    const outcomes = await overlap(
      [alice, 'remove_member', user],
      [carol, 'accept_invite', { conversation_id: id }],
    );
    expect(outcomes).toEqual(['ok', 'not_invited']);
    await check(id);
  });

  it('D9 the last places are given once', async () => {
    await newKind('d09_three', { max_members: 3 });
    const { id } = await alice.call('create_conversation', {
      id: randomUUID(),
      kind: 'd09_three',
      member_ids: [],
    });
    const guests = await newUsers('Dan', 'Eve', 'Flo', 'Gus');
    const outcomes = await Promise.all(
      guests.map((guest, index) => {
        const db = connections[index];
        if (db === undefined) throw new Error('too few connections');
        return act(db, alice, index % 2 === 0 ? 'add_members' : 'invite_members', {
          conversation_id: id,
          user_ids: [guest.id],
        });
      }),
    );
    expect(outcomes.sort()).toEqual(['ok', 'ok', 'too_many_members', 'too_many_members']);
    await check(id);
  });

  it('D9 D3 after a random history over many connections all counts are right', async () => {
    const users = await newUsers('A', 'B', 'C', 'D', 'E', 'F');
    const [owner, ...others] = users as [User, ...User[]];
    const groups = [await newGroup(owner, ...others), await newGroup(owner, ...others)];
    const seen = new Map<string, number>();
    const random = randomOf(20_261_121);
    const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
    const step = (): [User, string, Args] => {
      const conversation_id = pick(groups).id;
      const [me, whom, second] = [pick(users), pick(users), pick(users)];
      const user_id = whom.id;
      return pick<() => [User, string, Args]>([
        () => [me, 'add_members', { conversation_id, user_ids: ids(whom, second) }],
        () => [me, 'add_members', { conversation_id, user_ids: ids(whom), shows_history: false }],
        () => [me, 'invite_members', { conversation_id, user_ids: ids(whom, second) }],
        () => [me, 'accept_invite', { conversation_id }],
        () => [me, 'decline_invite', { conversation_id }],
        () => [me, 'remove_member', { conversation_id, user_id }],
        () => [me, 'leave_conversation', { conversation_id }],
        () => [me, 'set_role', { conversation_id, user_id, role: pick(['member', 'admin', 'owner']) }],
        () => [me, 'transfer_ownership', { conversation_id, user_id }],
        () => [me, 'set_membership', { conversation_id, changes: { is_pinned: random.below(2) === 0 } }],
        () => [me, 'update_conversation', { conversation_id, changes: { title: `T${random.below(9)}` } }],
        () => [me, 'send_message', { id: randomUUID(), conversation_id, content: 'x' }],
        () => [me, 'mark_read', { conversation_id, seq: random.below(50) }],
      ])();
    };
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        connections.map(async (db) => {
          for (let n = 0; n < 12; n += 1) {
            const [me, fn, args] = step();
            const outcome = `${fn} ${await act(db, me, fn, args)}`;
            seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
          }
        }),
      );
      for (const { id } of groups) {
        await check(id);
        // Somebody is left to go on with.
        const roles = Object.values(await standing(id, users));
        if (!roles.some((role) => role.endsWith(' joined'))) {
          groups.splice(
            groups.findIndex((group) => group.id === id),
            1,
            await newGroup(owner, ...others),
          );
        }
      }
    }
    for (const fn of [
      'add_members',
      'invite_members',
      'accept_invite',
      'remove_member',
      'leave_conversation',
    ])
      expect(seen.get(`${fn} ok`) ?? 0, `${fn} in ${JSON.stringify([...seen])}`).toBeGreaterThan(3);
  });
});
