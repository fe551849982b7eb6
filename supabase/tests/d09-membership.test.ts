import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { one, query, withSettings } from './support/database.js';
import { chat, ids, memberRow, newKind, refused, standing, told, traces } from './support/membership.js';
import { direct, freshCursor, mutation, newGroup, newUsers, outcomes, push, send } from './support/users.js';
import type { User } from './support/users.js';
import type { Conversation } from './support/wire.js';

type Four = [User, User, User, User];
const four = async (): Promise<Four> => (await newUsers('Alice', 'Bob', 'Carol', 'Dan')) as Four;

const newOfKind = (owner: User, kind: string, ...others: User[]): Promise<Conversation> =>
  owner.call('create_conversation', { id: randomUUID(), kind, member_ids: ids(...others) });

describe('adding', () => {
  it('D9 makes users members with nothing unread, once, and says so in the timeline', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob);
    await chat(alice, id, 3);
    const answer = await alice.call('add_members', {
      conversation_id: id,
      user_ids: ids(carol, bob, dan, carol),
    });
    expect(answer).toMatchObject({ id, member_count: 4, last_seq: 4, me: { user_id: alice.id } });
    expect(await told(id)).toEqual([
      { event: 'members_added', actor_id: alice.id, user_ids: ids(carol, dan).sort() },
    ]);
    const seen = await carol.call('conversation', { conversation_id: id });
    expect(seen.conversations).toMatchObject([
      {
        member_count: 4,
        unread: 0,
        unread_mentions: 0,
        last_message: { kind: 'system' },
        me: {
          role: 'member',
          state: 'joined',
          last_read_seq: 3,
          last_delivered_seq: 3,
          unread_after_seq: 3,
          visible_from_seq: 1,
          last_hidden_seq: 0,
        },
      },
    ]);
    expect(await memberRow(id, carol)).toMatchObject({ joined_seq: 3 });
    await send(bob, id, 'after');
    expect(await carol.call('unread_total')).toBe(1);
    expect((await carol.call('history', { conversation_id: id })).messages).toHaveLength(5);

    const before = await traces(id);
    expect(
      await alice.call('add_members', { conversation_id: id, user_ids: ids(alice, bob, carol, dan) }),
    ).toMatchObject({ member_count: 4 });
    expect(await alice.call('add_members', { conversation_id: id, user_ids: [] })).toMatchObject({ id });
    expect(await traces(id)).toEqual(before);
  });

  it('D9 without the history nothing from before is seen, not even in the next stay', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob);
    await chat(alice, id, 2);
    const contents = async (user: User): Promise<(string | null)[]> =>
      (await user.call('history', { conversation_id: id })).messages
        .filter(({ kind }) => kind === 'text')
        .map(({ content }) => content);
    const add = (shows_history: boolean | null) =>
      alice.call('add_members', { conversation_id: id, user_ids: [carol.id], shows_history });

    await add(false);
    expect(await memberRow(id, carol)).toMatchObject({ visible_from_seq: 3 });
    const history = await carol.call('history', { conversation_id: id });
    expect(history).toMatchObject({ covers: { from: 3, to: 3 }, has_older: false });
    expect(history.messages).toMatchObject([{ kind: 'system', data: { event: 'members_added' } }]);
    await send(bob, id, 'with Carol');
    expect(await contents(carol)).toEqual(['with Carol']);
    expect(await one('select last_start_seq::integer from confab.conversations where id = $1', [id])).toEqual(
      { last_start_seq: 3 },
    );

    await carol.call('leave_conversation', { conversation_id: id });
    await send(bob, id, 'behind her back');
    await add(false);
    expect(await contents(carol)).toEqual([]);
    await alice.call('remove_member', { conversation_id: id, user_id: carol.id });
    await add(null);
    expect(await contents(carol)).toEqual(['Alice 1', 'Alice 2', 'with Carol', 'behind her back']);
  });

  it('D9 the kind says whether the history is shown, the one who adds may say otherwise', async () => {
    await newKind('d09_fresh', { shows_history: false });
    const [alice, bob, carol] = await four();
    const { id } = await newOfKind(alice, 'd09_fresh');
    await chat(alice, id, 2);
    await alice.call('add_members', { conversation_id: id, user_ids: [bob.id] });
    await alice.call('add_members', { conversation_id: id, user_ids: [carol.id], shows_history: true });
    expect(await memberRow(id, bob)).toMatchObject({ visible_from_seq: 3 });
    expect(await memberRow(id, carol)).toMatchObject({ visible_from_seq: 1 });
    // The very first message is the one about the join, in a conversation that had none.
    const { id: empty } = await newOfKind(alice, 'd09_fresh');
    await alice.call('add_members', { conversation_id: empty, user_ids: [bob.id] });
    expect((await bob.call('history', { conversation_id: empty })).messages).toMatchObject([{ seq: 1 }]);
  });

  it('D9 nobody shows others more than there is to see for themselves', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice);
    await chat(alice, id, 3);
    await alice.call('add_members', { conversation_id: id, user_ids: [bob.id], shows_history: false });
    await alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'owner' });
    await bob.call('add_members', { conversation_id: id, user_ids: [carol.id], shows_history: true });
    expect(await memberRow(id, carol)).toMatchObject({ visible_from_seq: 4 });
    await bob.call('invite_members', { conversation_id: id, user_ids: [dan.id], shows_history: true });
    await dan.call('accept_invite', { conversation_id: id });
    expect(await memberRow(id, dan)).toMatchObject({ visible_from_seq: 4 });
  });

  it('D9 coming back begins anew: role, settings, cursors, threads', async () => {
    const [alice, bob] = await four();
    const { id } = await newGroup(alice, bob);
    const root = await send(bob, id, 'root');
    await alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'admin' });
    await bob.call('set_membership', {
      conversation_id: id,
      changes: { is_pinned: true, is_archived: true, is_hidden: true, muted_until: 'infinity' },
    });
    const reply = () =>
      alice.call('send_message', {
        id: randomUUID(),
        conversation_id: id,
        content: 'reply',
        thread_root_id: root.id,
      });
    await reply();
    await bob.call('leave_conversation', { conversation_id: id });
    // Whatever an app wrote there by itself.
    await query(`update confab.members set role = 'owner' where conversation_id = $1 and user_id = $2`, [
      id,
      bob.id,
    ]);
    await reply();
    await chat(alice, id, 2);
    await alice.call('add_members', { conversation_id: id, user_ids: [bob.id] });
    const { conversations } = await bob.call('conversation', { conversation_id: id });
    expect(conversations).toMatchObject([
      {
        unread: 0,
        unread_threads: 0,
        me: {
          role: 'member',
          state: 'joined',
          left_at: null,
          pinned_at: null,
          archived_at: null,
          is_hidden: false,
          muted_until: null,
        },
      },
    ]);
  });

  it('D9 whoever has the role that the kind asks for may add', async () => {
    await newKind('d09_open', { add_members_role: 'member' });
    await newKind('d09_closed', { add_members_role: 'owner' });
    const [alice, bob, carol, dan] = await four();
    const add = { user_ids: [dan.id] };
    const open = await newOfKind(alice, 'd09_open', bob);
    expect(await bob.call('add_members', { ...add, conversation_id: open.id })).toMatchObject({
      member_count: 3,
    });
    const group = await newGroup(alice, bob, carol);
    const closed = await newOfKind(alice, 'd09_closed', bob, carol);
    for (const { id } of [group, closed]) {
      await alice.call('set_role', { conversation_id: id, user_id: carol.id, role: 'admin' });
      for (const fn of ['add_members', 'invite_members'])
        expect(refused(await bob.refusal(fn, { ...add, conversation_id: id }))).toBe('403 forbidden');
    }
    expect(refused(await carol.refusal('add_members', { ...add, conversation_id: closed.id }))).toBe(
      '403 forbidden',
    );
    expect(await carol.call('add_members', { ...add, conversation_id: group.id })).toMatchObject({
      member_count: 4,
    });
    expect(await alice.call('add_members', { ...add, conversation_id: closed.id })).toMatchObject({
      member_count: 4,
    });
  });

  it('D9 a locked conversation is changed by admins only, and may be left by everybody', async () => {
    await newKind('d09_open', { add_members_role: 'member' });
    const [alice, bob, carol] = await four();
    const { id } = await newOfKind(alice, 'd09_open', bob);
    await alice.call('update_conversation', { conversation_id: id, changes: { is_locked: true } });
    expect(refused(await bob.refusal('add_members', { conversation_id: id, user_ids: [carol.id] }))).toBe(
      '403 locked',
    );
    expect(await alice.call('add_members', { conversation_id: id, user_ids: [carol.id] })).toMatchObject({
      member_count: 3,
    });
    expect(await bob.call('leave_conversation', { conversation_id: id })).toBeNull();
  });

  it('D9 members and invitations together stay within the limit', async () => {
    await newKind('d09_three', { max_members: 3 });
    const [alice, bob, carol, dan] = await four();
    const { id } = await newOfKind(alice, 'd09_three', bob);
    await alice.call('invite_members', { conversation_id: id, user_ids: [carol.id] });
    const before = await traces(id);
    for (const fn of ['add_members', 'invite_members'])
      expect(refused(await alice.refusal(fn, { conversation_id: id, user_ids: [dan.id] }))).toBe(
        '400 too_many_members',
      );
    expect(await traces(id)).toEqual(before);
    // Settling an invitation takes no new place; withdrawing one frees it.
    await alice.call('remove_member', { conversation_id: id, user_id: carol.id });
    expect(await alice.call('add_members', { conversation_id: id, user_ids: [dan.id] })).toMatchObject({
      member_count: 3,
    });
    const group = await newGroup(alice, bob);
    await withSettings({ max_group_members: 2 }, async () => {
      expect(
        refused(await alice.refusal('add_members', { conversation_id: group.id, user_ids: [carol.id] })),
      ).toBe('400 too_many_members');
    });
  });

  it('D9 a kind without system messages gets none', async () => {
    await newKind('d09_silent', { has_system_messages: false });
    const [alice, bob, carol] = await four();
    const { id } = await newOfKind(alice, 'd09_silent', bob);
    await alice.call('add_members', { conversation_id: id, user_ids: [carol.id] });
    await alice.call('remove_member', { conversation_id: id, user_id: bob.id });
    await carol.call('leave_conversation', { conversation_id: id });
    await alice.call('update_conversation', { conversation_id: id, changes: { title: 'Quiet' } });
    expect(await alice.call('conversation', { conversation_id: id })).toMatchObject({
      conversations: [{ last_seq: 0, version: 0, member_count: 1, title: 'Quiet' }],
    });
  });
});

describe('inviting', () => {
  it('D9 whoever is invited sees what it is but nothing said in it, and joins by accepting', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob);
    await chat(alice, id, 2);
    const answer = await alice.call('invite_members', { conversation_id: id, user_ids: ids(carol, bob) });
    expect(answer).toMatchObject({ member_count: 2 });
    expect(await memberRow(id, carol)).toMatchObject({ state: 'invited', invited_by: alice.id });
    expect(await told(id)).toEqual([]);
    const invitations = await carol.call('conversations', { filter: { state: 'invited' } });
    expect(invitations).toMatchObject({
      conversations: [
        {
          id,
          title: 'Group',
          last_message: null,
          last_seq: 0,
          version: 0,
          unread: 0,
          feed: null,
          me: { state: 'invited', invited_by: alice.id },
        },
      ],
      unread_total: 0,
    });
    expect(invitations.profiles.map(({ id: user }) => user)).toEqual(expect.arrayContaining([alice.id]));
    expect((await carol.call('conversations')).conversations).toEqual([]);
    for (const [fn, args] of [
      ['history', {}],
      ['members', {}],
      ['send_message', { id: randomUUID(), content: 'x' }],
      ['set_membership', { changes: { is_pinned: true } }],
      ['leave_conversation', {}],
      ['update_conversation', { changes: { title: 'x' } }],
    ] as const)
      expect(refused(await carol.refusal(fn, { conversation_id: id, ...args })), fn).toBe('403 not_member');

    const before = await traces(id);
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(alice, bob, carol) });
    expect(await traces(id)).toEqual(before);

    await send(bob, id, 'third');
    expect(await carol.call('accept_invite', { conversation_id: id })).toMatchObject({
      member_count: 3,
      unread: 0,
      me: { state: 'joined', role: 'member', last_read_seq: 3, visible_from_seq: 1, invited_by: alice.id },
    });
    expect(await told(id)).toEqual([{ event: 'member_joined', actor_id: carol.id, user_ids: [carol.id] }]);
    const after = await traces(id);
    expect(await carol.call('accept_invite', { conversation_id: id })).toMatchObject({ id });
    expect(await traces(id)).toEqual(after);
  });

  it('D9 without the history an invitation shows nothing from before it is accepted', async () => {
    const [alice, bob, carol] = await four();
    for (const sent of [0, 2]) {
      const { id } = await newGroup(alice, bob);
      await chat(alice, id, sent);
      await alice.call('invite_members', {
        conversation_id: id,
        user_ids: [carol.id],
        shows_history: false,
      });
      await chat(bob, id, 2);
      expect(await carol.call('accept_invite', { conversation_id: id })).toMatchObject({
        me: { visible_from_seq: sent + 3 },
      });
      expect((await carol.call('history', { conversation_id: id })).messages).toMatchObject([
        { kind: 'system' },
      ]);
    }
    const { id } = await newGroup(alice);
    await alice.call('invite_members', { conversation_id: id, user_ids: [bob.id] });
    await chat(alice, id, 2);
    await bob.call('accept_invite', { conversation_id: id });
    expect((await bob.call('history', { conversation_id: id })).messages).toHaveLength(3);
  });

  it('D9 an invitation can be declined, withdrawn, settled by adding, and made again', async () => {
    const users = await four();
    const [alice, bob, carol, dan] = users;
    const { id } = await newGroup(alice);
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(bob, carol, dan) });
    expect(await bob.call('decline_invite', { conversation_id: id })).toBeNull();
    expect(await alice.call('remove_member', { conversation_id: id, user_id: carol.id })).toMatchObject({
      member_count: 1,
    });
    await alice.call('add_members', { conversation_id: id, user_ids: [dan.id] });
    expect(await standing(id, users)).toEqual({
      Alice: 'owner joined',
      Bob: 'member left',
      Carol: 'member removed',
      Dan: 'member joined',
    });
    // Accepting what was settled meanwhile is no error; declining it would be leaving.
    expect(await dan.call('accept_invite', { conversation_id: id })).toMatchObject({ member_count: 2 });
    expect((await told(id)).map(({ event }) => event)).toEqual(['members_added']);
    for (const user of [bob, carol])
      for (const fn of ['accept_invite', 'decline_invite'])
        expect(refused(await user.refusal(fn, { conversation_id: id })), fn).toBe('409 not_invited');
    expect(refused(await dan.refusal('decline_invite', { conversation_id: id }))).toBe('409 not_invited');
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(bob) });
    expect(await bob.call('accept_invite', { conversation_id: id })).toMatchObject({ member_count: 3 });
  });
});

describe('removing and leaving', () => {
  it('D9 admins remove plain members, owners everybody', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob, carol, dan);
    const role = (user: User, to: string) =>
      alice.call('set_role', { conversation_id: id, user_id: user.id, role: to });
    const remove = (by: User, whom: User) =>
      by.call('remove_member', { conversation_id: id, user_id: whom.id });
    const refusal = async (by: User, whom: User): Promise<string> =>
      refused(await by.refusal('remove_member', { conversation_id: id, user_id: whom.id }));
    await role(bob, 'admin');
    await role(carol, 'admin');
    const before = await traces(id);
    expect(await refusal(dan, bob)).toBe('403 forbidden');
    expect(await refusal(dan, dan)).toBe('403 forbidden');
    expect(await refusal(bob, carol)).toBe('403 forbidden');
    expect(await refusal(bob, alice)).toBe('403 forbidden');
    expect(await refusal(alice, alice)).toBe('400 invalid');
    expect(await traces(id)).toEqual(before);
    expect(await remove(bob, dan)).toMatchObject({ member_count: 3 });
    await role(carol, 'owner');
    expect(await remove(carol, alice)).toMatchObject({ member_count: 2 });
    expect(await remove(carol, bob)).toMatchObject({ member_count: 1, me: { role: 'owner' } });
    expect(await told(id)).toEqual([
      { event: 'member_removed', actor_id: bob.id, user_ids: [dan.id] },
      { event: 'member_removed', actor_id: carol.id, user_ids: [alice.id] },
      { event: 'member_removed', actor_id: carol.id, user_ids: [bob.id] },
    ]);
    expect(await memberRow(id, bob)).toMatchObject({ role: 'member', state: 'removed' });
    const gone = await traces(id);
    expect(await remove(carol, bob)).toMatchObject({ member_count: 1 });
    expect(await traces(id)).toEqual(gone);
  });

  it('D9 whoever is gone reads, writes and changes nothing any more', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob, carol);
    await send(alice, id, 'hello');
    await alice.call('remove_member', { conversation_id: id, user_id: bob.id });
    await carol.call('leave_conversation', { conversation_id: id });
    const before = await traces(id);
    for (const user of [bob, carol]) {
      for (const [fn, args] of [
        ['history', {}],
        ['conversation', {}],
        ['members', {}],
        ['send_message', { id: randomUUID(), content: 'x' }],
        ['add_members', { user_ids: [user.id] }],
        ['invite_members', { user_ids: [user.id] }],
        ['remove_member', { user_id: alice.id }],
        ['set_role', { user_id: user.id, role: 'owner' }],
        ['transfer_ownership', { user_id: user.id }],
        ['set_membership', { changes: { is_pinned: true } }],
        ['update_conversation', { changes: { title: 'x' } }],
      ] as const)
        expect(refused(await user.refusal(fn, { conversation_id: id, ...args })), fn).toBe('403 not_member');
      expect(await user.call('leave_conversation', { conversation_id: id })).toBeNull();
      const { data } = await user.client.schema('confab').from('messages').select().eq('conversation_id', id);
      expect(data).toEqual([]);
    }
    expect(await traces(id)).toEqual(before);
  });

  it('D9 a group with members keeps an owner', async () => {
    const users = await four();
    const [alice, bob, carol] = users;
    const { id } = await newGroup(alice, bob, carol);
    const before = await traces(id);
    expect(refused(await alice.refusal('leave_conversation', { conversation_id: id }))).toBe(
      '409 last_owner',
    );
    for (const role of ['admin', 'member'])
      expect(refused(await alice.refusal('set_role', { conversation_id: id, user_id: alice.id, role }))).toBe(
        '409 last_owner',
      );
    expect(await traces(id)).toEqual(before);
    await alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'owner' });
    expect(await alice.call('leave_conversation', { conversation_id: id })).toBeNull();
    await carol.call('leave_conversation', { conversation_id: id });
    expect(await standing(id, users)).toEqual({
      Alice: 'member left',
      Bob: 'owner joined',
      Carol: 'member left',
    });
    expect(await told(id)).toEqual([
      { event: 'member_left', actor_id: alice.id, user_ids: [alice.id] },
      { event: 'member_left', actor_id: carol.id, user_ids: [carol.id] },
    ]);
  });

  it('D9 the last member may leave, and takes open invitations along', async () => {
    const users = await four();
    const [alice, bob] = users;
    const { id } = await newGroup(alice);
    expect(
      refused(await alice.refusal('set_role', { conversation_id: id, user_id: alice.id, role: 'member' })),
    ).toBe('409 last_owner');
    await alice.call('invite_members', { conversation_id: id, user_ids: [bob.id] });
    const cursor = await freshCursor(bob);
    await alice.call('leave_conversation', { conversation_id: id });
    expect(await standing(id, users)).toEqual({ Alice: 'member left', Bob: 'member removed' });
    expect(refused(await bob.refusal('accept_invite', { conversation_id: id }))).toBe('409 not_invited');
    expect((await bob.call('pull', { cursor })).removed).toEqual([id]);
  });

  it('D9 a direct conversation stays as it is', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await direct(alice, bob);
    await send(alice, id, 'hello');
    const before = await traces(id);
    for (const [fn, args] of [
      ['add_members', { user_ids: [carol.id] }],
      ['invite_members', { user_ids: [carol.id] }],
      ['remove_member', { user_id: bob.id }],
      ['leave_conversation', {}],
      ['set_role', { user_id: bob.id, role: 'admin' }],
      ['transfer_ownership', { user_id: bob.id }],
      ['update_conversation', { changes: { title: 'Us' } }],
    ] as const)
      expect(refused(await alice.refusal(fn, { conversation_id: id, ...args })), fn).toBe('403 forbidden');
    expect(await traces(id)).toEqual(before);
  });
});

describe('bad input', () => {
  it('D11 is refused by its code and leaves nothing behind', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob);
    const nobody = randomUUID();
    const many = Array.from({ length: 201 }, () => carol.id);
    const before = await traces(id);
    const cases: [string, Record<string, unknown>, string][] = [];
    for (const fn of ['add_members', 'invite_members']) {
      cases.push(
        [fn, { user_ids: null }, '400 invalid'],
        [fn, { user_ids: [carol.id, null] }, '400 invalid'],
        [fn, { user_ids: many }, '400 invalid'],
        [fn, { user_ids: [carol.id, nobody] }, '404 not_found'],
        [fn, { user_ids: ['x'] }, '400 null'],
        [fn, { user_ids: [carol.id], shows_history: 'perhaps' }, '400 null'],
        [fn, { conversation_id: null, user_ids: [carol.id] }, '400 invalid'],
        [fn, { conversation_id: nobody, user_ids: [carol.id] }, '404 not_found'],
      );
    }
    for (const fn of ['accept_invite', 'decline_invite', 'leave_conversation'])
      cases.push(
        [fn, { conversation_id: null }, '400 invalid'],
        [fn, { conversation_id: nobody }, '404 not_found'],
      );
    cases.push(
      ['remove_member', { user_id: null }, '400 invalid'],
      ['remove_member', { user_id: nobody }, '404 not_found'],
      ['remove_member', { user_id: carol.id }, '404 not_found'],
      ['remove_member', { conversation_id: nobody, user_id: bob.id }, '404 not_found'],
      ['decline_invite', {}, '409 not_invited'],
    );
    for (const [fn, args, expected] of cases) {
      const refusal = await alice.refusal(fn, { conversation_id: id, ...args });
      expect(refused(refusal), `${fn} ${JSON.stringify(args).slice(0, 80)}`).toBe(expected);
    }
    for (const fn of ['add_members', 'invite_members'])
      expect(refused(await carol.refusal(fn, { conversation_id: id, user_ids: [carol.id] }))).toBe(
        '403 not_member',
      );
    expect(refused(await carol.refusal('accept_invite', { conversation_id: id }))).toBe('409 not_invited');
    expect(await traces(id)).toEqual(before);
  });

  it('D11 a user who was deleted cannot be added', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob);
    await query('update confab.profiles set deleted_at = now() where id = $1', [carol.id]);
    for (const fn of ['add_members', 'invite_members'])
      expect(refused(await alice.refusal(fn, { conversation_id: id, user_ids: [carol.id] }))).toBe(
        '404 not_found',
      );
  });

  it('E2 the same mutations work in a push, and a replay undoes nothing newer', async () => {
    const users = await four();
    const [alice, bob, carol, dan] = users;
    const { id } = await newGroup(alice, bob);
    const add = mutation('add_members', id, { user_ids: ids(carol, dan), shows_history: false });
    const remove = mutation('remove_member', id, { user_id: carol.id });
    const results = await push(
      alice,
      add,
      mutation('add_members', id, { user_ids: [] }),
      mutation('add_members', id, { user_ids: ['x'] }),
      mutation('add_members', id, {}),
      mutation('set_role', id, { user_id: dan.id, role: 'admin' }),
      mutation('set_role', id, { user_id: dan.id, role: 'king' }),
      remove,
      mutation('update_conversation', id, { changes: { title: 'Pushed' } }),
      mutation('set_membership', id, { changes: { is_pinned: true } }),
      mutation('leave_conversation', id),
      mutation('transfer_ownership', id, { user_id: bob.id }),
      mutation('leave_conversation', id),
    );
    expect(outcomes(results)).toEqual([
      ...['ok', 'ok', 'invalid', 'invalid', 'ok', 'invalid', 'ok', 'ok', 'ok', 'last_owner', 'ok', 'ok'],
    ]);
    const expected = {
      Alice: 'member left',
      Bob: 'owner joined',
      Carol: 'member removed',
      Dan: 'admin joined',
    };
    expect(await standing(id, users)).toEqual(expected);
    await bob.call('add_members', { conversation_id: id, user_ids: [carol.id] });
    expect(outcomes(await push(alice, add, remove))).toEqual(['ok', 'ok']);
    expect(await standing(id, users)).toEqual({ ...expected, Carol: 'member joined' });
  });
});
