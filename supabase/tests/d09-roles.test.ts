import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { query } from './support/database.js';
import { chat, ids, memberRow, newKind, refused, standing, told, traces } from './support/membership.js';
import { direct, newGroup, newUser, newUsers, send, type User } from './support/users.js';
import type { MemberList } from './support/wire.js';

type Four = [User, User, User, User];
const four = async (): Promise<Four> => (await newUsers('Alice', 'Bob', 'Carol', 'Dan')) as Four;

describe('roles', () => {
  it('D9 owners change roles, their own too while another owner stays', async () => {
    const users = await four();
    const [alice, bob, carol] = users;
    const { id } = await newGroup(alice, bob, carol);
    const set = (by: User, whom: User, role: string) =>
      by.call('set_role', { conversation_id: id, user_id: whom.id, role });
    await set(alice, bob, 'admin');
    await set(alice, carol, 'owner');
    expect(await standing(id, users)).toEqual({
      Alice: 'owner joined',
      Bob: 'admin joined',
      Carol: 'owner joined',
    });
    const before = await traces(id);
    await set(alice, bob, 'admin');
    await set(alice, alice, 'owner');
    expect(await traces(id)).toEqual(before);
    await set(carol, alice, 'member');
    await set(carol, bob, 'owner');
    expect(await set(carol, carol, 'member')).toMatchObject({ me: { role: 'member' } });
    expect(await standing(id, users)).toEqual({
      Alice: 'member joined',
      Bob: 'owner joined',
      Carol: 'member joined',
    });
    expect(await told(id)).toEqual([]);
  });

  it('D9 nobody but owners does, and nobody raises itself', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob, carol);
    await alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'admin' });
    const before = await traces(id);
    for (const [by, whom] of [
      [bob, bob],
      [bob, carol],
      [carol, carol],
      [carol, alice],
    ] as const) {
      for (const [fn, args] of [
        ['set_role', { role: 'owner' }],
        ['set_role', { role: 'member' }],
        ['transfer_ownership', {}],
      ] as const)
        expect(refused(await by.refusal(fn, { conversation_id: id, user_id: whom.id, ...args }))).toBe(
          '403 forbidden',
        );
    }
    expect(await traces(id)).toEqual(before);
  });

  it('D9 ownership goes to another member, and the one who had it becomes an admin', async () => {
    const users = await four();
    const [alice, bob, carol] = users;
    const { id } = await newGroup(alice, bob, carol);
    expect(await alice.call('transfer_ownership', { conversation_id: id, user_id: bob.id })).toMatchObject({
      me: { role: 'admin' },
    });
    await bob.call('set_role', { conversation_id: id, user_id: carol.id, role: 'owner' });
    await bob.call('transfer_ownership', { conversation_id: id, user_id: carol.id });
    expect(await standing(id, users)).toEqual({
      Alice: 'admin joined',
      Bob: 'admin joined',
      Carol: 'owner joined',
    });
    expect(
      refused(await alice.refusal('transfer_ownership', { conversation_id: id, user_id: alice.id })),
    ).toBe('403 forbidden');
  });

  it('D11 bad input is refused by its code and leaves nothing behind', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob);
    await alice.call('invite_members', { conversation_id: id, user_ids: [dan.id] });
    const nobody = randomUUID();
    const before = await traces(id);
    for (const [fn, args, expected] of [
      ['set_role', { user_id: bob.id, role: 'king' }, '400 invalid'],
      ['set_role', { user_id: bob.id, role: null }, '400 invalid'],
      ['set_role', { user_id: null, role: 'admin' }, '400 invalid'],
      ['set_role', { user_id: nobody, role: 'admin' }, '404 not_found'],
      ['set_role', { user_id: carol.id, role: 'admin' }, '404 not_found'],
      ['set_role', { user_id: dan.id, role: 'admin' }, '404 not_found'],
      ['set_role', { conversation_id: null, user_id: bob.id, role: 'admin' }, '400 invalid'],
      ['set_role', { conversation_id: nobody, user_id: bob.id, role: 'admin' }, '404 not_found'],
      ['transfer_ownership', { user_id: null }, '400 invalid'],
      ['transfer_ownership', { user_id: alice.id }, '400 invalid'],
      ['transfer_ownership', { user_id: carol.id }, '404 not_found'],
      ['transfer_ownership', { user_id: dan.id }, '404 not_found'],
      ['transfer_ownership', { conversation_id: nobody, user_id: bob.id }, '404 not_found'],
    ] as const)
      expect(
        refused(await alice.refusal(fn, { conversation_id: id, ...args })),
        `${fn} ${JSON.stringify(args)}`,
      ).toBe(expected);
    expect(
      refused(await carol.refusal('set_role', { conversation_id: id, user_id: carol.id, role: 'owner' })),
    ).toBe('403 not_member');
    expect(await traces(id)).toEqual(before);
  });
});

describe('a member’s own settings', () => {
  it('D9 are its own alone', async () => {
    const [alice, bob] = await four();
    const { id } = await newGroup(alice, bob);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const set = async (changes: Record<string, unknown>) =>
      (await bob.call('set_membership', { conversation_id: id, changes })).me;
    const first = await set({ is_pinned: true, is_archived: true, muted_until: until });
    expect(first).toMatchObject({ pinned_at: expect.any(String), archived_at: expect.any(String) });
    expect(Date.parse(first.muted_until ?? '')).toBe(Date.parse(until));
    const before = await traces(id);
    expect(await set({ is_pinned: true, muted_until: until })).toEqual(first);
    expect(await set({})).toEqual(first);
    expect(await traces(id)).toEqual(before);
    expect(await set({ is_pinned: false, muted_until: 'infinity' })).toMatchObject({
      pinned_at: null,
      archived_at: first.archived_at,
      muted_until: 'infinity',
    });
    expect(await set({ muted_until: '2001-01-01T00:00:00Z', is_archived: false })).toMatchObject({
      archived_at: null,
      muted_until: null,
    });
    await set({ muted_until: 'infinity' });
    expect(await set({ muted_until: null })).toMatchObject({ muted_until: null });
    await set({ is_pinned: true });
    const { conversations, members } = await alice.call('conversation', { conversation_id: id });
    expect(conversations).toMatchObject([{ me: { pinned_at: null } }]);
    expect(members.find(({ user_id }) => user_id === bob.id)).not.toHaveProperty('pinned_at');
  });

  it('D9 a hidden conversation is back with the next message of its timeline', async () => {
    const [alice, bob] = await four();
    const { id } = await direct(alice, bob);
    const isHidden = async (): Promise<boolean | undefined> =>
      (await bob.call('conversation', { conversation_id: id })).conversations[0]?.me.is_hidden;
    const set = (is_hidden: boolean) =>
      bob.call('set_membership', { conversation_id: id, changes: { is_hidden } });
    expect(await set(true)).toMatchObject({ me: { is_hidden: true } });
    const root = await send(alice, id, 'one');
    expect(await isHidden()).toBe(false);
    await set(true);
    await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'reply',
      thread_root_id: root.id,
    });
    expect(await isHidden()).toBe(true);
    expect((await bob.call('conversations', { filter: { is_hidden: false } })).conversations).toEqual([]);
    expect(await set(false)).toMatchObject({ me: { is_hidden: false } });
    await set(true);
    await send(alice, id, 'two');
    expect(await isHidden()).toBe(false);
    expect((await bob.call('conversations', { filter: { is_hidden: false } })).conversations).toHaveLength(1);
  });

  it('D11 bad changes are refused and leave nothing behind', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob);
    const before = await traces(id);
    for (const changes of [
      null,
      [],
      'x',
      7,
      { is_pinned: null },
      { is_pinned: 'yes' },
      { is_archived: 1 },
      { is_hidden: null },
      { muted_until: 5 },
      { muted_until: 'tomorrow' },
      { muted_until: '2026-02-31T00:00:00Z' },
      { muted_until: '2026-01-01' },
      { muted_until: '-infinity' },
      { role: 'owner' },
      { last_read_seq: 5 },
      { is_pinned: true, isArchived: true },
    ])
      expect(
        refused(await bob.refusal('set_membership', { conversation_id: id, changes })),
        JSON.stringify(changes),
      ).toBe('400 invalid');
    const changes = { is_pinned: true };
    expect(refused(await carol.refusal('set_membership', { conversation_id: id, changes }))).toBe(
      '403 not_member',
    );
    expect(refused(await bob.refusal('set_membership', { conversation_id: randomUUID(), changes }))).toBe(
      '404 not_found',
    );
    expect(refused(await bob.refusal('set_membership', { conversation_id: null, changes }))).toBe(
      '400 invalid',
    );
    expect(await traces(id)).toEqual(before);
  });
});

describe('the list of members', () => {
  const namesOf = ({ members, profiles }: MemberList): (string | undefined)[] =>
    members.map(({ user_id }) => profiles.find(({ id }) => id === user_id)?.display_name);

  it('D13 comes in pages by name, whatever the case and accents', async () => {
    const alice = await newUser('Zoë');
    const others = await newUsers('ärger', 'Bob_1', 'bob', 'Ångström', 'Carol', 'carol', '100%');
    const { id } = await newGroup(alice, ...others);
    const expected = ['100%', 'Ångström', 'ärger', 'bob', 'Bob_1', 'Carol', 'carol', 'Zoë'];
    const seen: (string | undefined)[] = [];
    let after: string | null = null;
    do {
      const page: MemberList = await alice.call('members', { conversation_id: id, after, max_rows: 3 });
      expect(page.members.length).toBeLessThanOrEqual(3);
      expect(page.profiles).toHaveLength(page.members.length);
      seen.push(...namesOf(page));
      after = page.next;
    } while (after !== null);
    expect(seen.map((name) => name?.toLowerCase())).toEqual(expected.map((name) => name.toLowerCase()));
    expect(new Set(seen).size).toBe(8);
    const exact = await alice.call('members', { conversation_id: id, max_rows: 8 });
    expect(exact).toMatchObject({ next: null });
    expect(exact.members).toHaveLength(8);
  });

  it('D13 is searched by a part of the name, by role and by state', async () => {
    const users = await newUsers('Alice', 'Ünal Öz', 'Bob_1', 'Bobby', 'Gone', 'Asked', 'Thrown');
    const [alice, unal, bob, bobby, gone, asked, thrown] = users as [
      User,
      User,
      User,
      User,
      User,
      User,
      User,
    ];
    const { id } = await newGroup(alice, unal, bob, bobby, gone, thrown);
    await alice.call('set_role', { conversation_id: id, user_id: unal.id, role: 'admin' });
    await gone.call('leave_conversation', { conversation_id: id });
    await alice.call('remove_member', { conversation_id: id, user_id: thrown.id });
    await alice.call('invite_members', { conversation_id: id, user_ids: [asked.id] });
    const names = async (args: Record<string, unknown>, user = bob) =>
      namesOf(await user.call('members', { conversation_id: id, ...args }));
    expect(await names({})).toEqual(['Alice', 'Bob_1', 'Bobby', 'Ünal Öz']);
    expect(await names({ query: 'BOB' })).toEqual(['Bob_1', 'Bobby']);
    expect(await names({ query: 'unal' })).toEqual(['Ünal Öz']);
    expect(await names({ query: 'l o' })).toEqual(['Ünal Öz']);
    expect(await names({ query: ' ' })).toHaveLength(4);
    // What means something to LIKE means itself here.
    expect(await names({ query: 'b_1' })).toEqual(['Bob_1']);
    for (const query of ['%', 'b%', '\\', "'; drop table confab.members --", 'gone'])
      expect(await names({ query }), query).toEqual([]);
    expect(await names({ role: 'owner' })).toEqual(['Alice']);
    expect(await names({ role: 'admin' })).toEqual(['Ünal Öz']);
    expect(await names({ role: 'member', query: 'bobb' })).toEqual(['Bobby']);
    expect(await names({ state: 'invited' })).toEqual(['Asked']);
    expect(await names({ state: null })).toHaveLength(4);
    for (const admin of [alice, unal]) {
      expect(await names({ state: 'left' }, admin)).toEqual(['Gone']);
      expect(await names({ state: 'removed' }, admin)).toEqual(['Thrown']);
    }
    for (const state of ['left', 'removed'])
      expect(refused(await bob.refusal('members', { conversation_id: id, state }))).toBe('403 forbidden');
  });

  it('D13 shows nothing private, and to members only', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob);
    await alice.call('set_membership', { conversation_id: id, changes: { is_pinned: true } });
    const { members } = await bob.call('members', { conversation_id: id, max_rows: 1 });
    expect(Object.keys(members[0] ?? {}).sort()).toEqual(
      [
        ...['changed', 'conversation_id', 'joined_at', 'last_delivered_seq', 'last_read_seq', 'left_at'],
        ...['role', 'state', 'user_id'],
      ].sort(),
    );
    await alice.call('invite_members', { conversation_id: id, user_ids: [dan.id] });
    for (const user of [carol, dan])
      expect(refused(await user.refusal('members', { conversation_id: id }))).toBe('403 not_member');
    for (const [args, expected] of [
      [{ state: 'dead' }, '400 invalid'],
      [{ role: 'king' }, '400 invalid'],
      [{ after: 'x' }, '400 invalid'],
      [{ after: `x_${'y'.repeat(36)}` }, '400 invalid'],
      [{ query: 'x'.repeat(201) }, '400 invalid'],
      [{ conversation_id: null }, '400 invalid'],
      [{ conversation_id: randomUUID() }, '404 not_found'],
    ] as const)
      expect(
        refused(await bob.refusal('members', { conversation_id: id, ...args })),
        JSON.stringify(args),
      ).toBe(expected);
  });
});

describe('what a conversation is', () => {
  it('D9 changes key by key; null takes a text away, data is replaced', async () => {
    const [alice, bob] = await four();
    const { id } = await newGroup(alice, bob);
    const update = (changes: Record<string, unknown>) =>
      alice.call('update_conversation', { conversation_id: id, changes });
    expect(
      await update({
        title: '  Weekend ',
        description: 'Where to go',
        avatar_url: 'https://example.com/a.png',
        data: { colour: 'green', size: 2 },
        is_locked: true,
        slow_mode_seconds: 30,
      }),
    ).toMatchObject({
      title: 'Weekend',
      description: 'Where to go',
      avatar_url: 'https://example.com/a.png',
      data: { colour: 'green', size: 2 },
      is_locked: true,
      slow_mode_seconds: 30,
    });
    expect(await update({ data: { colour: 'red' }, description: null })).toMatchObject({
      title: 'Weekend',
      description: null,
      data: { colour: 'red' },
      is_locked: true,
    });
    expect(await told(id)).toEqual([{ event: 'title_changed', actor_id: alice.id, title: 'Weekend' }]);
    expect(
      await update({ title: null, avatar_url: '', data: null, is_locked: false, slow_mode_seconds: 0 }),
    ).toMatchObject({
      title: null,
      avatar_url: null,
      data: {},
      is_locked: false,
      slow_mode_seconds: 0,
    });
    expect((await told(id)).at(-1)).toEqual({ event: 'title_changed', actor_id: alice.id, title: null });
    expect((await bob.call('conversation', { conversation_id: id })).conversations).toMatchObject([
      { title: null, data: {}, unread: 0 },
    ]);
    const before = await traces(id);
    await update({});
    await update({ title: null, data: {}, is_locked: false });
    expect(await traces(id)).toEqual(before);
  });

  it('D9 by whoever has the role that the kind asks for', async () => {
    await newKind('d09_wiki', { update_role: 'member' });
    await newKind('d09_royal', { update_role: 'owner' });
    const [alice, bob, carol] = await four();
    const made = async (kind: string): Promise<string> => {
      const { id } = await alice.call('create_conversation', {
        id: randomUUID(),
        kind,
        member_ids: ids(bob, carol),
      });
      await alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'admin' });
      return id;
    };
    const changes = { title: 'New' };
    const [group, wiki, royal] = [await made('group'), await made('d09_wiki'), await made('d09_royal')];
    for (const [by, id] of [
      [carol, group],
      [carol, royal],
      [bob, royal],
    ] as const)
      expect(refused(await by.refusal('update_conversation', { conversation_id: id, changes }))).toBe(
        '403 forbidden',
      );
    for (const [by, id] of [
      [bob, group],
      [carol, wiki],
      [alice, royal],
    ] as const)
      expect(await by.call('update_conversation', { conversation_id: id, changes })).toMatchObject(changes);
    // Who is shut out by the lock does not open it.
    await carol.call('update_conversation', { conversation_id: wiki, changes: { is_locked: true } });
    expect(
      refused(
        await carol.refusal('update_conversation', { conversation_id: wiki, changes: { is_locked: false } }),
      ),
    ).toBe('403 locked');
    expect(
      refused(await carol.refusal('send_message', { id: randomUUID(), conversation_id: wiki, content: 'x' })),
    ).toBe('403 locked');
    await chat(bob, wiki, 1);
  });

  it('D11 bad changes are refused and leave nothing behind', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob);
    const before = await traces(id);
    for (const changes of [
      null,
      [],
      'x',
      { title: 7 },
      { title: 'x'.repeat(201) },
      { description: 'x'.repeat(2001) },
      { avatar_url: 'x'.repeat(2001) },
      { avatar_url: {} },
      { data: [] },
      { data: 'x' },
      { data: { big: 'x'.repeat(70_000) } },
      { is_locked: null },
      { is_locked: 'yes' },
      { slow_mode_seconds: null },
      { slow_mode_seconds: -1 },
      { slow_mode_seconds: 86_401 },
      { slow_mode_seconds: 1.5 },
      { slow_mode_seconds: '5' },
      { kind: 'direct' },
      { member_count: 1 },
      { title: 'good', last_seq: 5 },
    ])
      expect(
        refused(await alice.refusal('update_conversation', { conversation_id: id, changes })),
        JSON.stringify(changes).slice(0, 60),
      ).toBe('400 invalid');
    const changes = { title: 'x' };
    for (const [by, conversation_id, expected] of [
      [carol, id, '403 not_member'],
      [alice, randomUUID(), '404 not_found'],
      [alice, null, '400 invalid'],
    ] as const)
      expect(refused(await by.refusal('update_conversation', { conversation_id, changes }))).toBe(expected);
    expect(await traces(id)).toEqual(before);
  });
});

describe('the tables', () => {
  it('D1 nobody writes memberships past the functions', async () => {
    const [alice, bob] = await four();
    const { id } = await newGroup(alice, bob);
    const table = () => bob.client.schema('confab').from('members');
    const attempts = [
      table().update({ role: 'owner' }).eq('user_id', bob.id),
      table().insert({ conversation_id: id, user_id: randomUUID() }),
      table().delete().eq('user_id', alice.id),
      bob.client.schema('confab').from('conversations').update({ member_count: 9 }).eq('id', id),
    ];
    for (const attempt of attempts) expect((await attempt).error?.code).toBe('42501');
    expect(await memberRow(id, bob)).toMatchObject({ role: 'member' });
    const { data } = await table().select('user_id').eq('conversation_id', id);
    expect(data).toEqual([{ user_id: bob.id }]);
    expect(await query('select 1 from confab.members where conversation_id = $1', [id])).toHaveLength(2);
  });
});
