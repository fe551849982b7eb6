import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import { one, query, withDatabase, beginAs } from './support/database.js';
import { target } from './support/target.js';
import {
  direct,
  mutation,
  newClient,
  newGroup,
  newUsers,
  outcomes,
  push,
  send,
  type User,
} from './support/users.js';
import type { Conversation, Message } from './support/wire.js';

const tables = [
  'profiles',
  'conversations',
  'members',
  'messages',
  'reactions',
  'mentions',
  'message_versions',
  'hidden_messages',
  'threads',
  'drafts',
  'read_log',
  'conversation_kinds',
  'message_kinds',
] as const;

let alice: User;
let bob: User;
let stranger: User;
let talk: Conversation;
let message: Message;

beforeAll(async () => {
  [alice, bob, stranger] = (await newUsers('Alice', 'Bob', 'Stranger')) as [User, User, User];
  talk = await direct(alice, bob);
  message = await send(alice, talk.id, 'hello');
  await bob.call('mark_read', { conversation_id: talk.id, seq: 1 });
});

describe('direct access to tables', () => {
  it('D1 shows a member its own conversations only', async () => {
    const other = await direct(bob, stranger);
    await send(stranger, other.id, 'not for Alice');
    const confab = alice.client.schema('confab');
    expect((await confab.from('conversations').select('id')).data).toEqual([{ id: talk.id }]);
    const withSender = 'id, sender:profiles!messages_sender_id_fkey(display_name)';
    expect((await confab.from('messages').select(withSender)).data).toEqual([
      { id: message.id, sender: { display_name: 'Alice' } },
    ]);
    // Cursors and settings of others are told by functions, as far as they are anybody's business.
    expect((await confab.from('members').select('user_id')).data).toEqual([{ user_id: alice.id }]);
    expect((await confab.from('read_log').select('user_id, seq')).data).toEqual([]);
    expect((await bob.client.schema('confab').from('read_log').select('user_id, seq')).data).toEqual([
      { user_id: bob.id, seq: 1 },
    ]);
    expect((await confab.from('messages').select('id').eq('conversation_id', other.id)).data).toEqual([]);
  });

  it('D13 shows profiles of people one shares a conversation with and nobody else', async () => {
    const [loner] = (await newUsers('Loner')) as [User];
    const seen = async (user: User): Promise<unknown> =>
      (await user.client.schema('confab').from('profiles').select('id').order('id')).data;
    expect(await seen(loner)).toEqual([{ id: loner.id }]);
    const [one_, other] = (await newUsers('One', 'Other')) as [User, User];
    await direct(one_, other);
    expect(await seen(one_)).toEqual([one_.id, other.id].sort().map((id) => ({ id })));
  });

  it('D1 shows a stranger nothing, through embeds neither', async () => {
    const [nobody] = (await newUsers('Nobody')) as [User];
    const confab = nobody.client.schema('confab');
    for (const table of tables) {
      if (table === 'profiles' || table.endsWith('_kinds')) continue;
      expect((await confab.from(table).select('*')).data, table).toEqual([]);
    }
    const kinds = await confab
      .from('conversation_kinds')
      .select('kind, conversations(id, messages(content))');
    expect(kinds.error).toBeNull();
    expect(JSON.stringify(kinds.data)).not.toContain('content');
    const ways = ['messages_sender_id_fkey', 'reactions', 'mentions', 'hidden_messages', 'threads'];
    for (const way of ways) {
      const { data, error } = await confab
        .from('profiles')
        .select(`id, messages!${way}(content), members(conversation_id)`);
      expect(error, way).toBeNull();
      expect(data, way).toEqual([{ id: nobody.id, messages: [], members: [] }]);
    }
  });

  it('D1 refuses every write to every table', async () => {
    const views: string[] = ['read_log'];
    const noRight = /permission denied|does not exist/;
    const noView =
      /cannot (insert into|update|delete from) view|does not exist|is not a table|permission denied/;
    const confab = alice.client.schema('confab');
    for (const table of tables) {
      for (const { error } of [
        await confab.from(table).insert({}),
        await confab.from(table).update({ title: 'x' }).neq('id', randomUUID()),
        await confab.from(table).delete().neq('id', randomUUID()),
      ]) {
        expect(error, table).not.toBeNull();
      }
      await withDatabase(async (db) => {
        for (const sql of [
          `insert into confab.${table} default values`,
          `update confab.${table} set changed_xid = null`,
          `delete from confab.${table}`,
          `truncate confab.${table}`,
        ]) {
          await beginAs(db, alice);
          await expect(db.query(sql), sql).rejects.toThrow(views.includes(table) ? noView : noRight);
          await db.query('rollback');
        }
      });
    }
    // What a view shows is kept where no view says no.
    await withDatabase(async (db) => {
      for (const sql of [
        'insert into confab_private.read_log default values',
        'update confab_private.read_log set seq = 0',
        'delete from confab_private.read_log',
        'truncate confab_private.read_log',
      ]) {
        await beginAs(db, alice);
        await expect(db.query(sql), sql).rejects.toThrow(/permission denied/);
        await db.query('rollback');
      }
    });
    expect(await one('select content from confab.messages where id = $1', [message.id])).toEqual({
      content: 'hello',
    });
  });

  it('D1 gives anon nothing', async () => {
    const anon = newClient().schema('confab');
    for (const table of tables) expect((await anon.from(table).select('*')).error?.code, table).toBe('42501');
    for (const [fn, args] of [
      ['unread_total', {}],
      ['pull', { cursor: null, windows: {} }],
      ['push', { mutations: [] }],
      ['conversations', {}],
      ['get_or_create_direct', { user_id: bob.id }],
    ] as const) {
      expect((await anon.rpc(fn, args)).error?.code, fn).toBe('42501');
    }
  });

  it('D1 gives service_role the reading of everything, without an identity', async () => {
    const service = newClient(target().serviceRoleKey).schema('confab');
    expect((await service.from('messages').select('id').eq('id', message.id)).data).toHaveLength(1);
    expect((await service.rpc('unread_total')).error).toMatchObject({
      code: 'PT401',
      details: 'unauthenticated',
    });
    expect((await service.from('messages').delete().eq('id', message.id)).error?.code).toBe('42501');
  });

  it('D1 does not expose the private schema', async () => {
    const hidden = await alice.client.schema('confab_private').from('settings').select('*');
    expect(hidden.error?.code).toBe('PGRST106');
    const relations = await query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'confab_private'::regnamespace and relkind in ('r', 'v', 'm', 'p')`,
    );
    const names = relations.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['settings', 'applied_mutations', 'message_wire']));
    await withDatabase(async (db) => {
      // A view of the exposed schema reads this one as the caller, who sees the own rows.
      for (const [user, count] of [
        [alice, 0],
        [bob, 1],
      ] as const) {
        await beginAs(db, user);
        expect((await db.query('select * from confab_private.read_log')).rows).toHaveLength(count);
        await db.query('rollback');
      }
      for (const name of names) {
        // The caller's id depends on which issuers are the project's own: no secret, for each token names one.
        if (name === 'read_log' || name === 'own_issuers') continue;
        await beginAs(db, alice);
        await expect(db.query(`select * from confab_private.${name}`), name).rejects.toThrow(
          /permission denied/,
        );
        await db.query('rollback');
      }
    });
  });

  it('D1 grants nothing to PUBLIC and anon, and every grant is on the list', async () => {
    const rights = await query<{ grantee: string; what: string }>(`
      select coalesce(r.rolname, 'PUBLIC') as grantee,
             n.nspname || '.' || c.relname || ' ' || a.privilege_type as what
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('confab', 'confab_private')
      cross join aclexplode(c.relacl) a
      left join pg_roles r on r.oid = a.grantee
      where a.grantee <> c.relowner
      order by 1, 2`);
    const of = (role: string): string[] =>
      rights.filter(({ grantee }) => grantee === role).map(({ what }) => what);
    const readable = [
      ...tables.map((table) => `confab.${table} SELECT`),
      'confab_private.own_issuers SELECT',
      'confab_private.read_log SELECT',
    ].sort();
    expect(of('authenticated')).toEqual(readable);
    expect(of('service_role')).toEqual(
      [
        ...readable,
        ...['conversation_kinds', 'message_kinds'].flatMap((name) => [
          `confab.${name} INSERT`,
          `confab.${name} UPDATE`,
        ]),
      ].sort(),
    );
    expect(new Set(rights.map(({ grantee }) => grantee))).toEqual(new Set(['authenticated', 'service_role']));
    const open = await query(`
      select p.proname
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace and n.nspname in ('confab', 'confab_private')
      where has_function_privilege('anon', p.oid, 'execute')`);
    expect(open).toEqual([]);
  });
});

describe('attacks', () => {
  it('D1 a sender cannot be forged', async () => {
    const [result] = await push(bob, {
      ...mutation('send_message', talk.id, {
        content: 'I am Alice',
        sender_id: alice.id,
        seq: 99,
        version: 99,
      }),
      sender_id: alice.id,
    });
    expect(result).toMatchObject({ ok: true, result: { sender_id: bob.id } });
    const refused = await bob.refusal('send_message', {
      id: randomUUID(),
      conversation_id: talk.id,
      content: 'x',
      sender_id: alice.id,
    });
    // PostgREST finds no function with such a parameter.
    expect(refused.sqlstate).toBe('PGRST202');
  });

  it('D1 a message cannot be moved, nor the message of another changed', async () => {
    const other = await newGroup(bob, alice);
    expect(
      await bob.refusal('edit_message', { id: randomUUID(), message_id: message.id, content: 'x' }),
    ).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await bob.refusal('delete_message', { message_id: message.id })).toMatchObject({
      code: 'forbidden',
    });
    const [moved] = await push(alice, mutation('send_message', other.id, { content: 'moved' }, message.id));
    expect(moved).toMatchObject({ ok: false, error: { code: 'id_taken' } });
    const [edited] = await push(
      alice,
      mutation('edit_message', other.id, { message_id: message.id, content: 'hello' }),
    );
    expect(edited).toMatchObject({ ok: true, result: { conversation_id: talk.id } });
  });

  it('D1 the id of a message of another is taken', async () => {
    const own = await newGroup(stranger);
    expect(
      await stranger.refusal('send_message', { id: message.id, conversation_id: own.id, content: 'x' }),
    ).toMatchObject({ status: 409, code: 'id_taken' });
    expect(
      await bob.refusal('send_message', { id: message.id, conversation_id: talk.id, content: 'x' }),
    ).toMatchObject({ code: 'id_taken' });
    expect(
      await bob.refusal('create_conversation', { id: own.id, kind: 'group', member_ids: [] }),
    ).toMatchObject({
      code: 'id_taken',
    });
    expect((await stranger.call('history', { conversation_id: own.id })).messages).toEqual([]);
  });

  it('D13 a stranger gets not_member from every function, and not_found where there is nothing', async () => {
    const calls = (conversation_id: string): [string, Record<string, unknown>][] => [
      ['history', { conversation_id }],
      ['conversation', { conversation_id }],
      ['send_message', { id: randomUUID(), conversation_id, content: 'x' }],
      ['mark_read', { conversation_id, seq: 1 }],
      ['mark_delivered', { conversation_id, seq: 1 }],
    ];
    for (const [fn, args] of calls(talk.id)) {
      expect(await stranger.refusal(fn, args), fn).toMatchObject({ status: 403, code: 'not_member' });
    }
    for (const [fn, args] of calls(randomUUID())) {
      expect(await stranger.refusal(fn, args), fn).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(await stranger.refusal('delete_message', { message_id: message.id })).toMatchObject({
      code: 'not_member',
    });
    expect(
      await stranger.refusal('edit_message', { id: randomUUID(), message_id: message.id, content: 'x' }),
    ).toMatchObject({ code: 'not_member' });
    expect(await stranger.refusal('delete_message', { message_id: randomUUID() })).toMatchObject({
      code: 'not_found',
    });
    const results = await push(
      stranger,
      mutation('send_message', talk.id, { content: 'x' }),
      mutation('mark_read', talk.id, { seq: 1 }),
      mutation('delete_message', null, { message_id: message.id }),
    );
    expect(outcomes(results)).toEqual(['not_member', 'not_member', 'not_member']);
    const pulled = await stranger.call('pull', {
      cursor: (await stranger.call('pull', {})).cursor,
      windows: { [talk.id]: 0 },
    });
    expect(pulled).toMatchObject({ messages: [], removed: [talk.id] });
  });

  it('D5 one who left or was removed reads and writes nothing any more', async () => {
    for (const state of ['left', 'removed', 'invited']) {
      const group = await newGroup(alice, bob);
      await send(alice, group.id, 'before');
      await query(`update confab.members set state = $3 where conversation_id = $1 and user_id = $2`, [
        group.id,
        bob.id,
        state,
      ]);
      expect(await bob.refusal('history', { conversation_id: group.id }), state).toMatchObject({
        code: 'not_member',
      });
      expect(
        await bob.refusal('send_message', { id: randomUUID(), conversation_id: group.id, content: 'x' }),
      ).toMatchObject({ code: 'not_member' });
      const rows = await bob.client
        .schema('confab')
        .from('messages')
        .select('id')
        .eq('conversation_id', group.id);
      expect(rows.data).toEqual([]);
    }
  });

  it('D2 claims without a user are nobody, and those of a made-up one see nothing', async () => {
    await withDatabase(async (db) => {
      for (const sub of [undefined, '', 'user_2abc', "' or true --"]) {
        await beginAs(db, { id: String(sub) });
        await db.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify({ sub })]);
        expect((await db.query('select id from confab.messages')).rows).toEqual([]);
        if (!sub)
          await expect(db.query('select confab.unread_total()')).rejects.toMatchObject({
            code: 'PT401',
            detail: 'unauthenticated',
          });
        await db.query('rollback');
      }
    });
  });
});
