import { randomUUID } from 'node:crypto';

import { beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';

import { checksums } from './support/contents.js';
import { beginAs, query, withDatabase } from './support/database.js';
import { mutation, newGroup, newUsers, outcomes, push, send, type User } from './support/users.js';
import type { MutationResult } from './support/wire.js';

type ArgType = 'uuid' | 'uuids' | 'text' | 'bigint' | 'boolean' | 'object' | 'date' | 'timestamp';

/** What is not of a type. */
const wrong: Record<ArgType, unknown[]> = {
  uuid: [5, true, '', 'x', [], {}, `${randomUUID()}0`],
  uuids: [5, true, 'x', {}, [5], ['x'], [null], [[]]],
  text: [5, true, [], {}],
  bigint: [true, '5', 'x', 1.5, 1e30, [], {}],
  boolean: [0, 1, 'true', [], {}],
  object: [5, true, 'x', []],
  date: [5, 'x', 'yesterday', '2026-13-01', '2026-02-31', '2026-01-01T00:00:00Z', {}],
  timestamp: [5, 'x', 'now', '2026-01-01', '2026-02-31T00:00:00Z', '2026-01-01T25:00:00Z', '-infinity', {}],
};

interface Type {
  needed: Record<string, ArgType>;
  optional?: Record<string, ArgType>;
  /** Of the right type, but out of range. */
  refused?: Record<string, unknown>[];
}

const message: Type = { needed: { message_id: 'uuid' } };
const seq: Type = { needed: { seq: 'bigint' }, refused: [{ seq: -1 }] };
const users: Type = {
  needed: { user_ids: 'uuids' },
  optional: { shows_history: 'boolean' },
  refused: [{ user_ids: Array.from({ length: 201 }, () => randomUUID()) }],
};
const emoji: Type = {
  needed: { message_id: 'uuid', emoji: 'text' },
  refused: [{ emoji: '' }, { emoji: 'ab' }, { emoji: '👍👍' }],
};
const mentions: Record<string, ArgType> = { mentioned_user_ids: 'uuids', mentions_everyone: 'boolean' };

/** Every type of mutation, its arguments and what they may not be. */
const types: Record<string, Type> = {
  send_message: {
    needed: {},
    optional: {
      content: 'text',
      kind: 'text',
      data: 'object',
      reply_to_id: 'uuid',
      thread_root_id: 'uuid',
      occurs_on: 'date',
      ...mentions,
    },
    refused: [{ mentioned_user_ids: Array.from({ length: 101 }, () => randomUUID()) }],
  },
  forward_message: message,
  edit_message: {
    needed: { message_id: 'uuid' },
    optional: { content: 'text', data: 'object', ...mentions },
  },
  delete_message: message,
  hide_message: message,
  unhide_message: message,
  pin_message: message,
  unpin_message: message,
  add_reaction: emoji,
  remove_reaction: emoji,
  mark_read: seq,
  mark_delivered: seq,
  mark_unread: { ...seq, refused: [{ seq: 0 }, { seq: -1 }] },
  mark_all_read: { needed: {} },
  mark_thread_read: { needed: { thread_root_id: 'uuid', seq: 'bigint' }, refused: [{ seq: -1 }] },
  follow_thread: { needed: { thread_root_id: 'uuid', is_following: 'boolean' } },
  create_conversation: {
    needed: {},
    optional: {
      member_ids: 'uuids',
      title: 'text',
      data: 'object',
      context_type: 'text',
      context_id: 'text',
      description: 'text',
      avatar_url: 'text',
    },
    refused: [
      { title: 'x'.repeat(201) },
      { description: 'x'.repeat(2001) },
      { avatar_url: 'x'.repeat(2001) },
      { context_type: 'order' },
      { context_id: '5' },
      { context_type: 'order', context_id: 'x'.repeat(201) },
      { kind: 'direct' },
      { kind: 'course' },
    ],
  },
  get_or_create_direct: { needed: { user_id: 'uuid' } },
  update_conversation: {
    needed: { changes: 'object' },
    refused: [
      { changes: { nope: 1 } },
      { changes: { title: 5 } },
      { changes: { title: 'x'.repeat(201) } },
      { changes: { description: 'x'.repeat(2001) } },
      { changes: { data: [] } },
      { changes: { data: { big: 'x'.repeat(70_000) } } },
      { changes: { is_locked: 'true' } },
      { changes: { slow_mode_seconds: -1 } },
      { changes: { slow_mode_seconds: 1.5 } },
      { changes: { slow_mode_seconds: 86_401 } },
      { changes: { title: 'good', nope: 1 } },
    ],
  },
  add_members: users,
  invite_members: users,
  accept_invite: { needed: {} },
  decline_invite: { needed: {} },
  remove_member: { needed: { user_id: 'uuid' } },
  leave_conversation: { needed: {} },
  set_role: { needed: { user_id: 'uuid', role: 'text' }, refused: [{ role: 'king' }, { role: '' }] },
  transfer_ownership: { needed: { user_id: 'uuid' } },
  set_membership: {
    needed: { changes: 'object' },
    refused: [
      { changes: { nope: 1 } },
      { changes: { is_pinned: 'yes' } },
      { changes: { is_archived: 1 } },
      { changes: { is_hidden: null, is_pinned: [] } },
      { changes: { muted_until: 'tomorrow' } },
      { changes: { muted_until: 5 } },
      { changes: { is_pinned: true, nope: 1 } },
    ],
  },
  save_draft: {
    needed: { saved_at: 'timestamp' },
    optional: { content: 'text', data: 'object', thread_root_id: 'uuid', reply_to_id: 'uuid' },
    refused: [{ saved_at: 'infinity' }, { data: { big: 'x'.repeat(70_000) } }],
  },
};

/** What needs no conversation_id, so that a missing one is no mistake. */
const withoutConversation = /_message$|_reaction$|_thread|^mark_all_read$|^create_|^get_or_create/;

let alice: User;
let bob: User;
let id: string;
let messageId: string;
let before: Record<string, string>;

beforeAll(async () => {
  [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
  ({ id } = await newGroup(alice, bob));
  messageId = (await send(alice, id, 'one')).id;
  await send(bob, id, 'two');
});
beforeEach(async () => {
  before = await checksums();
});
afterEach(async () => {
  expect(await checksums(), 'nothing is left behind').toEqual(before);
});

/** Arguments with which the type would be applied, as far as their shape goes. */
function goodArgs(type: string): Record<string, unknown> {
  const values: Record<string, unknown> = {
    message_id: messageId,
    thread_root_id: messageId,
    seq: 1,
    emoji: '👍',
    is_following: true,
    user_id: bob.id,
    user_ids: [bob.id],
    role: 'admin',
    changes: {},
    saved_at: '2026-01-01T00:00:00Z',
    content: 'x',
    kind: type === 'create_conversation' ? 'group' : 'text',
  };
  const { needed, optional = {} } = types[type] ?? { needed: {} };
  const names = [...Object.keys(needed), ...(type === 'create_conversation' ? ['kind'] : [])];
  if ('content' in optional) names.push('content');
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

/** Pushes in portions, and expects each to be refused as `invalid`. */
async function expectInvalid(mutations: unknown[]): Promise<void> {
  for (let from = 0; from < mutations.length; from += 100) {
    const portion = mutations.slice(from, from + 100);
    const results = await push(alice, ...portion);
    const passed = portion.filter((_, place) => outcomes(results)[place] !== 'invalid');
    expect(passed, JSON.stringify(outcomes(results).filter((outcome) => outcome !== 'invalid'))).toEqual([]);
    for (const result of results) {
      if (!result.ok) expect(result.error.message).toMatch(/^unable to .+; .+/);
    }
  }
}

describe('push', () => {
  it('D11 every type is in this table', async () => {
    const rows = await query<{ type: string }>('select type from confab_private.mutation_types');
    expect(Object.keys(types).sort()).toEqual(rows.map(({ type }) => type).sort());
  });

  it('D11 arguments of a wrong type are `invalid`', async () => {
    const mutations: unknown[] = [];
    for (const [type, { needed, optional = {} }] of Object.entries(types)) {
      for (const [name, argType] of Object.entries({ ...needed, ...optional })) {
        for (const value of wrong[argType]) {
          mutations.push(mutation(type, id, { ...goodArgs(type), [name]: value }));
        }
      }
    }
    expect(mutations.length).toBeGreaterThan(300);
    await expectInvalid(mutations);
  });

  it('D11 the arguments these tests begin with are not', async () => {
    const others: Record<string, string> = {
      leave_conversation: 'last_owner',
      decline_invite: 'not_invited',
    };
    await withDatabase(async (db) => {
      for (const type of Object.keys(types)) {
        await beginAs(db, alice);
        const { rows } = await db.query<{ results: MutationResult[] }>(
          `select confab.push($1) -> 'results' as results`,
          [JSON.stringify([mutation(type, id, goodArgs(type))])],
        );
        await db.query('rollback');
        expect(outcomes(rows[0]?.results ?? []), type).toEqual([others[type] ?? 'ok']);
      }
    });
  });

  it('D11 missing arguments are `invalid`, given as null or not at all', async () => {
    const mutations: unknown[] = [];
    for (const [type, { needed }] of Object.entries(types)) {
      for (const name of Object.keys(needed)) {
        const { [name]: _, ...rest } = goodArgs(type);
        mutations.push(mutation(type, id, rest), mutation(type, id, { ...rest, [name]: null }));
      }
      if (!withoutConversation.test(type) || ['send_message', 'forward_message'].includes(type)) {
        mutations.push(mutation(type, null, goodArgs(type)));
      }
    }
    expect(mutations.length).toBeGreaterThan(60);
    await expectInvalid(mutations);
  });

  it('D11 values out of range are `invalid`', async () => {
    await expectInvalid(
      Object.entries(types).flatMap(([type, { refused = [] }]) =>
        refused.map((args) => mutation(type, id, { ...goodArgs(type), ...args })),
      ),
    );
  });

  it('D11 what is no mutation is `invalid`', async () => {
    const good = mutation('send_message', id, { content: 'x' });
    await expectInvalid([
      null,
      5,
      true,
      'x',
      [],
      {},
      [good],
      { ...good, id: null },
      { ...good, id: 5 },
      { ...good, id: 'x' },
      { ...good, type: null },
      { ...good, type: 5 },
      { ...good, type: 'SEND_MESSAGE' },
      { ...good, type: 'push' },
      { ...good, type: ['send_message'] },
      { ...good, conversation_id: 5 },
      { ...good, conversation_id: 'x' },
      { ...good, conversation_id: [id] },
      { ...good, args: 5 },
      { ...good, args: 'x' },
      { ...good, args: [] },
      ...Object.keys(types).flatMap((type) => [
        { ...mutation(type, id, goodArgs(type)), id: 'x' },
        { ...mutation(type, id), conversation_id: {}, args: goodArgs(type) },
        { ...mutation(type, id), args: 'x' },
      ]),
    ]);
  });

  it('D11 ids of nothing and of others have codes of their own', async () => {
    const nowhere = randomUUID();
    const [stranger] = (await newUsers('Stranger')) as [User];
    before = await checksums();
    for (const type of Object.keys(types)) {
      const args = goodArgs(type);
      const target = 'message_id' in args ? 'message_id' : 'thread_root_id' in args ? 'thread_root_id' : null;
      const missing = target === null ? args : { ...args, [target]: nowhere };
      if (['mark_all_read', 'create_conversation', 'get_or_create_direct'].includes(type)) continue;
      const codes = [
        ...outcomes(await push(alice, mutation(type, nowhere, missing))),
        ...outcomes(await push(stranger, mutation(type, id, args))),
      ];
      const isInvite = ['accept_invite', 'decline_invite'].includes(type);
      expect(codes, type).toEqual(['not_found', isInvite ? 'not_invited' : 'not_member']);
    }
    expect(
      outcomes(
        await push(
          alice,
          mutation('get_or_create_direct', null, { user_id: nowhere }),
          mutation('create_conversation', null, { kind: 'group', member_ids: [nowhere] }),
          mutation('create_conversation', null, { kind: 'nope' }),
          mutation('add_members', id, { user_ids: [nowhere] }),
          mutation('send_message', id, { content: 'x', kind: 'nope' }),
          mutation('remove_member', id, { user_id: nowhere }),
          mutation('set_role', id, { user_id: nowhere, role: 'admin' }),
        ),
      ),
    ).toEqual([
      'not_found',
      'not_found',
      'unknown_kind',
      'not_found',
      'unknown_kind',
      'not_found',
      'not_found',
    ]);
  });
});

describe('functions', () => {
  it('D11 every function refuses arguments of a wrong type with a status of the client’s', async () => {
    const parameters = await query<{ fn: string; name: string; type: string; needed: boolean }>(
      `select p.proname as fn, a.name, format_type(a.type, null) as type,
              a.place <= p.pronargs - p.pronargdefaults as needed
       from pg_proc p,
            unnest(p.proargnames, p.proargtypes::oid[]) with ordinality a (name, type, place)
       where p.pronamespace = 'confab'::regnamespace and has_function_privilege('authenticated', p.oid, 'execute')`,
    );
    const bad: Record<string, unknown[]> = {
      uuid: ['x', 5, {}],
      'uuid[]': [['x'], 5],
      bigint: ['x', {}, 1e30],
      integer: ['x', {}, 1e12],
      boolean: ['x', {}],
      date: ['x', '2026-02-31'],
      'timestamp with time zone': ['x', '2026-02-31T00:00:00Z'],
      jsonb: [5, 'x'],
    };
    let tried = 0;
    for (const { fn, name, type } of parameters) {
      for (const value of bad[type] ?? []) {
        const args: Record<string, unknown> = {};
        // Those without a default have to be there, or there is no such function.
        for (const other of parameters.filter(({ fn: of, needed }) => of === fn && needed)) {
          args[other.name] = other.type === 'uuid' ? id : null;
        }
        args[name] = value;
        const refused = await alice.refusal(fn, args);
        expect(refused.status, `${fn}(${name} => ${JSON.stringify(value)})`).toBeGreaterThanOrEqual(400);
        expect(refused.status, `${fn}(${name} => ${JSON.stringify(value)})`).toBeLessThan(500);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(150);
  });
});
