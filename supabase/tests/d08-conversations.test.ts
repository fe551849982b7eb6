import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { beginAs, connect, one, query, withSettings } from './support/database.js';
import { direct, mutation, newGroup, newUser, newUsers, push, send, type User } from './support/users.js';
import type { Conversation, ConversationList } from './support/wire.js';

const two = async (): Promise<[User, User]> => (await newUsers('Alice', 'Bob')) as [User, User];

describe('direct conversations', () => {
  it('D8 the pair has one, whoever asks', async () => {
    const [alice, bob] = await two();
    const made = await direct(alice, bob);
    expect(made).toMatchObject({
      kind: 'direct',
      member_count: 2,
      created_by: alice.id,
      last_message: null,
      unread: 0,
    });
    expect(await direct(bob, alice)).toMatchObject({ id: made.id, me: { user_id: bob.id } });
    expect(await direct(alice, bob)).toEqual(made);
  });

  it('D8 both sides at once, often, get one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [alice, bob] = await two();
      const connections = await Promise.all(Array.from({ length: 6 }, connect));
      try {
        const ids = await Promise.all(
          connections.map(async (db, index) => {
            const [me, other] = index % 2 === 0 ? [alice, bob] : [bob, alice];
            await beginAs(db, me);
            const { rows } = await db.query<{ id: string }>(
              `select confab.get_or_create_direct($1) ->> 'id' as id`,
              [other.id],
            );
            await db.query('commit');
            return rows[0]?.id;
          }),
        );
        expect(new Set(ids).size).toBe(1);
        expect(
          await one<{ n: number }>(
            'select count(*)::integer as n from confab.members where conversation_id = $1',
            [ids[0]],
          ),
        ).toEqual({ n: 2 });
      } finally {
        await Promise.all(connections.map((connection) => connection.end()));
      }
    }
  });

  it('D8 two pushes that open several at once, in opposite orders, do not deadlock', async () => {
    const users = await newUsers('A', 'B', 'C', 'D');
    const [a, b] = users as [User, User];
    const open = (me: User, order: User[]): Promise<unknown> =>
      push(
        me,
        ...order
          .filter(({ id }) => id !== me.id)
          .map(({ id }) => mutation('get_or_create_direct', null, { user_id: id })),
      );
    await Promise.all([
      open(a, users),
      open(b, [...users].reverse()),
      open(a, [...users].reverse()),
      open(b, users),
    ]);
    const { n } = await one<{ n: number }>(
      `select count(*)::integer as n from confab.conversations where kind = 'direct' and created_by = any ($1)`,
      [users.map(({ id }) => id)],
    );
    expect(n).toBe(5);
  });

  it('D8 refuses oneself, nobody and strangers that do not exist', async () => {
    const alice = await newUser('Alice');
    expect(await alice.refusal('get_or_create_direct', { user_id: alice.id })).toMatchObject({
      status: 400,
      code: 'invalid',
    });
    expect(await alice.refusal('get_or_create_direct', { user_id: randomUUID() })).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect(await alice.refusal('get_or_create_direct', { user_id: null })).toMatchObject({ code: 'invalid' });
    expect((await alice.refusal('get_or_create_direct', { user_id: 'x' })).sqlstate).toBe('22P02');
    expect((await alice.call('conversations')).conversations).toEqual([]);
  });
});

describe('other conversations', () => {
  const create = (user: User, args: Record<string, unknown>): Promise<Conversation> =>
    user.call('create_conversation', { id: randomUUID(), kind: 'group', member_ids: [], ...args });

  it('D9 the maker is the owner, members are counted once', async () => {
    const [alice, bob] = await two();
    const made = await create(alice, {
      title: '  Weekend ',
      member_ids: [bob.id, bob.id, alice.id],
      data: { colour: 'green' },
      context_type: 'trip',
      context_id: '7',
    });
    expect(made).toMatchObject({
      title: 'Weekend',
      member_count: 2,
      data: { colour: 'green' },
      context_type: 'trip',
      context_id: '7',
      me: { role: 'owner', state: 'joined' },
      feed: null,
    });
    expect((await bob.call('conversations')).conversations).toMatchObject([
      { id: made.id, me: { role: 'member' } },
    ]);
  });

  it('D9 kinds are rows: an app’s own conversation and message kinds follow their rules', async () => {
    const [alice, bob] = await two();
    await query(`
      insert into confab.conversation_kinds (kind, post_role, max_members) values ('d09_news', 'owner', 2) on conflict do nothing;
      insert into confab.message_kinds (kind, needs_content, needs_occurs_on, post_role)
      values ('d09_activity', false, true, 'member'), ('d09_milestone', true, false, 'owner') on conflict do nothing;`);
    const { id } = await create(alice, { kind: 'd09_news', member_ids: [bob.id] });
    const post = (args: Record<string, unknown>) => ({
      id: randomUUID(),
      conversation_id: id,
      content: 'x',
      ...args,
    });
    expect(await bob.refusal('send_message', post({}))).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await alice.call('send_message', post({}))).toMatchObject({ seq: 1 });
    expect(await alice.refusal('send_message', post({ kind: 'd09_activity' }))).toMatchObject({
      code: 'invalid',
    });
    expect(
      await alice.call(
        'send_message',
        post({ kind: 'd09_activity', content: null, occurs_on: '2026-02-28' }),
      ),
    ).toMatchObject({ seq: 2, content: null, occurs_on: '2026-02-28', kind: 'd09_activity' });
    const group = await newGroup(alice, bob);
    expect(
      await bob.refusal('send_message', { ...post({ kind: 'd09_milestone' }), conversation_id: group.id }),
    ).toMatchObject({ code: 'forbidden' });
    const [third] = (await newUsers('Third')) as [User];
    expect(
      await alice.refusal('create_conversation', {
        id: randomUUID(),
        kind: 'd09_news',
        member_ids: [bob.id, third.id],
      }),
    ).toMatchObject({ status: 400, code: 'too_many_members' });
    expect(await alice.refusal('send_message', post({ kind: 'system' }))).toMatchObject({
      code: 'forbidden',
    });
  });

  it('D11 refuses what is missing, unknown or too large, and makes nothing', async () => {
    const [alice, bob] = await two();
    const refused = (args: Record<string, unknown>) =>
      alice.refusal('create_conversation', {
        id: randomUUID(),
        kind: 'group',
        member_ids: [bob.id],
        ...args,
      });
    expect(await refused({ kind: 'nope' })).toMatchObject({ status: 400, code: 'unknown_kind' });
    expect(await refused({ kind: null })).toMatchObject({ code: 'unknown_kind' });
    expect(await refused({ kind: 'direct' })).toMatchObject({ code: 'invalid' });
    expect(await refused({ id: null })).toMatchObject({ code: 'invalid' });
    expect(await refused({ member_ids: [randomUUID()] })).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refused({ member_ids: [null] })).toMatchObject({ code: 'invalid' });
    expect(await refused({ title: 'x'.repeat(201) })).toMatchObject({ code: 'invalid' });
    expect(await refused({ data: [] })).toMatchObject({ code: 'invalid' });
    expect(await refused({ data: { big: 'x'.repeat(70_000) } })).toMatchObject({ code: 'invalid' });
    expect(await refused({ context_type: 'trip' })).toMatchObject({ code: 'invalid' });
    await withSettings({ max_group_members: 2 }, async () => {
      const third = await newUser('Third');
      expect(await refused({ member_ids: [bob.id, third.id] })).toMatchObject({ code: 'too_many_members' });
    });
    expect((await alice.call('conversations')).conversations).toEqual([]);
  });

  it('D13 the list comes in pages, newest activity first', async () => {
    const [alice, bob] = await two();
    const groups: Conversation[] = [];
    for (let n = 0; n < 7; n += 1) groups.push(await newGroup(alice, bob));
    for (const index of [3, 0, 5]) await send(bob, groups[index]?.id ?? '', `to ${index}`);
    const expected = [5, 0, 3, 6, 4, 2, 1].map((index) => groups[index]?.id);
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const page: ConversationList = await alice.call('conversations', { before, max_rows: 3 });
      expect(page.conversations.length).toBeLessThanOrEqual(3);
      expect(page.members).toHaveLength(page.conversations.length * 2);
      expect(page.unread_total).toBe(3);
      seen.push(...page.conversations.map(({ id }) => id));
      before = page.next;
    } while (before !== null);
    expect(seen).toEqual(expected);
    const first = await alice.call('conversations', { max_rows: 1 });
    expect(first.conversations).toMatchObject([
      { unread: 1, last_message: { content: 'to 5', sender_id: bob.id } },
    ]);
    expect(first.profiles.map(({ id }) => id).sort()).toEqual([alice.id, bob.id].sort());
    for (const wrong of ['x', '1', `99_${'x'.repeat(36)}`, `x_${randomUUID()}`]) {
      expect(await alice.refusal('conversations', { before: wrong })).toMatchObject({
        status: 400,
        code: 'invalid',
      });
    }
  });
});
