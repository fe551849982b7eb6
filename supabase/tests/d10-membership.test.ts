import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { beginAs, one, withDatabase, withSettings } from './support/database.js';
import { eventsOf, inboxOf as inbox, type Event } from './support/events.js';
import { chat, ids } from './support/membership.js';
import { freshCursor, newGroup, newUsers, send, type User } from './support/users.js';
import type { Pulled } from './support/wire.js';

type Four = [User, User, User, User];
const four = async (): Promise<Four> => (await newUsers('Alice', 'Bob', 'Carol', 'Dan')) as Four;

const feedOf = async (conversationId: string): Promise<string> =>
  (
    await one<{ feed: string }>(
      `select 'feed:' || id || ':' || feed_key as feed from confab.conversations where id = $1`,
      [conversationId],
    )
  ).feed;

/** `<topic> <type>` of each event, sorted. */
const summaryOf = (events: Event[]): string[] =>
  events.map(({ topic, payload }) => `${topic} ${payload.type}`).sort();
const hints = (...users: User[]): string[] => users.map((user) => `${inbox(user)} conversation`);
const messages = (...users: User[]): string[] => users.map((user) => `${inbox(user)} message`);

/** Whether Realtime would let a user join a topic. */
const mayHear = (user: User, topic: string): Promise<boolean> =>
  withDatabase(async (db) => {
    await beginAs(db, user);
    const { rows } = await db.query<{ may: boolean }>(
      `select confab_private.may_use_topic($1, 'broadcast', false) as may`,
      [topic],
    );
    await db.query('rollback');
    return rows[0]?.may ?? false;
  });

describe('who is told what', () => {
  it('D10 a join: a hint to everybody, the system message to everybody', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob);
    const added = await eventsOf(id, () =>
      alice.call('add_members', { conversation_id: id, user_ids: ids(carol) }),
    );
    expect(summaryOf(added)).toEqual([...hints(alice, bob, carol), ...messages(alice, bob, carol)].sort());
    for (const { payload } of added.filter(({ payload: { type } }) => type === 'conversation'))
      expect(payload).toEqual({ type: 'conversation', conversation_id: id });
    for (const { payload } of added.filter(({ payload: { type } }) => type === 'message'))
      expect(payload).toMatchObject({
        version: 1,
        message: { kind: 'system', data: { user_ids: [carol.id] } },
      });

    const invited = await eventsOf(id, () =>
      alice.call('invite_members', { conversation_id: id, user_ids: ids(dan, bob) }),
    );
    expect(summaryOf(invited)).toEqual(hints(alice, bob, carol, dan).sort());
    expect(summaryOf(await eventsOf(id, () => send(bob, id, 'not for Dan yet')))).toEqual(
      messages(alice, bob, carol).sort(),
    );
    const accepted = await eventsOf(id, () => dan.call('accept_invite', { conversation_id: id }));
    expect(summaryOf(accepted)).toEqual(
      [...hints(alice, bob, carol, dan), ...messages(alice, bob, carol, dan)].sort(),
    );
  });

  it('D10 the end of an invitation: a hint, and nothing in the timeline', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob);
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(carol, dan) });
    const key = await feedOf(id);
    for (const [user, end] of [
      [carol, () => carol.call('decline_invite', { conversation_id: id })],
      [dan, () => alice.call('remove_member', { conversation_id: id, user_id: dan.id })],
    ] as const) {
      expect(summaryOf(await eventsOf(id, async () => end()))).toEqual(hints(alice, bob, user).sort());
      expect(summaryOf(await eventsOf(id, () => send(bob, id, 'after')))).toEqual(
        messages(alice, bob).sort(),
      );
    }
    // Nobody who was only invited ever knew the feed.
    expect(await feedOf(id)).toBe(key);
  });

  it('D10 whoever goes gets one hint and nothing after it', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob, carol, dan);
    const ends: [User, User[], () => Promise<unknown>][] = [
      [bob, [alice, carol, dan], () => bob.call('leave_conversation', { conversation_id: id })],
      [carol, [alice, dan], () => alice.call('remove_member', { conversation_id: id, user_id: carol.id })],
    ];
    for (const [gone, rest, end] of ends) {
      const old = await feedOf(id);
      const events = await eventsOf(id, end);
      expect(summaryOf(events)).toEqual(
        [...hints(gone, ...rest), ...messages(...rest), `${old} conversation`].sort(),
      );
      expect(await feedOf(id)).not.toBe(old);
      const later = await eventsOf(id, async () => {
        const message = await send(dan, id, 'later');
        await dan.call('edit_message', {
          id: randomUUID(),
          message_id: message.id,
          content: 'edited',
        });
        await dan.call('delete_message', { message_id: message.id });
        await dan.call('mark_read', { conversation_id: id, seq: 1 });
        await alice.call('update_conversation', {
          conversation_id: id,
          changes: { title: `No ${gone.name}` },
        });
        await alice.call('set_role', { conversation_id: id, user_id: dan.id, role: 'admin' });
        await alice.call('set_role', { conversation_id: id, user_id: dan.id, role: 'member' });
      });
      expect(later.length).toBeGreaterThan(10);
      expect(later.filter(({ topic }) => [inbox(gone), old].includes(topic))).toEqual([]);
      for (const topic of [old, await feedOf(id), `room:${id}`])
        expect(await mayHear(gone, topic), topic).toBe(false);
      expect(await mayHear(dan, await feedOf(id))).toBe(true);
    }
  });

  it('D10 the last one to leave', async () => {
    const [alice, bob] = await four();
    const { id } = await newGroup(alice);
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(bob) });
    const old = await feedOf(id);
    const events = await eventsOf(id, () => alice.call('leave_conversation', { conversation_id: id }));
    expect(summaryOf(events)).toEqual([...hints(alice, bob), `${old} conversation`].sort());
  });

  it('D10 a role: the member to everybody, with its own settings to itself alone', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob, carol);
    const members = (...users: User[]): string[] => users.map((user) => `${inbox(user)} member`);
    const events = await eventsOf(id, () =>
      alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'admin' }),
    );
    expect(summaryOf(events)).toEqual(members(alice, bob, carol).sort());
    for (const { topic, payload } of events) {
      expect(payload).toMatchObject({
        conversation_id: id,
        member: { user_id: bob.id, role: 'admin' },
        profile: { display_name: 'Bob' },
      });
      const isOwn = topic === inbox(bob);
      expect('unread' in payload).toBe(isOwn);
      expect('visible_from_seq' in (payload.member as object)).toBe(isOwn);
    }
    const transferred = await eventsOf(id, () =>
      alice.call('transfer_ownership', { conversation_id: id, user_id: bob.id }),
    );
    expect(summaryOf(transferred)).toEqual(
      [...members(alice, bob, carol), ...members(alice, bob, carol)].sort(),
    );
    const roles = transferred
      .filter(({ topic }) => topic === inbox(carol))
      .map(({ payload }) => payload.member as { user_id: string; role: string })
      .map(({ user_id, role }) => [user_id, role]);
    expect(Object.fromEntries(roles)).toEqual({ [bob.id]: 'owner', [alice.id]: 'admin' });
  });

  it('D10 one’s own settings: one’s own devices alone', async () => {
    const [alice, bob] = await four();
    const { id } = await newGroup(alice, bob);
    const events = await eventsOf(id, () =>
      bob.call('set_membership', {
        conversation_id: id,
        changes: { is_pinned: true, is_archived: true, is_hidden: true, muted_until: 'infinity' },
      }),
    );
    expect(summaryOf(events)).toEqual([`${inbox(bob)} member`]);
    expect(events[0]?.payload).toMatchObject({
      unread: 0,
      member: {
        user_id: bob.id,
        muted_until: 'infinity',
        is_hidden: true,
        pinned_at: expect.any(String),
        archived_at: expect.any(String),
      },
    });
  });

  it('D10 a change of the conversation: a hint to the members, a new title in the timeline too', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob);
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(carol) });
    const update = (changes: Record<string, unknown>): Promise<Event[]> =>
      eventsOf(id, () => alice.call('update_conversation', { conversation_id: id, changes }));
    expect(summaryOf(await update({ is_locked: true }))).toEqual(hints(alice, bob).sort());
    expect(summaryOf(await update({ title: 'New' }))).toEqual(
      [...hints(alice, bob), ...messages(alice, bob)].sort(),
    );
    expect(await update({ title: 'New', is_locked: true })).toEqual([]);
  });
});

describe('large conversations', () => {
  it('D10 everything goes to the feed once, and to those it is about', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob, carol);
    await withSettings({ fanout_max_members: 2 }, async () => {
      const feed = await feedOf(id);
      const hint = `${feed} conversation`;
      const events = async (act: () => Promise<unknown>): Promise<string[]> =>
        summaryOf(await eventsOf(id, act));
      expect(
        await events(() => alice.call('add_members', { conversation_id: id, user_ids: ids(dan) })),
      ).toEqual([hint, `${feed} message`, ...hints(dan)].sort());
      expect(
        await events(() => alice.call('set_role', { conversation_id: id, user_id: bob.id, role: 'admin' })),
      ).toEqual([`${feed} member`, `${inbox(bob)} member`].sort());
      expect(
        await events(() =>
          alice.call('update_conversation', { conversation_id: id, changes: { is_locked: true } }),
        ),
      ).toEqual([hint]);
      expect(
        await events(() => bob.call('set_membership', { conversation_id: id, changes: { is_pinned: true } })),
      ).toEqual([`${inbox(bob)} member`]);
      // The system message is in the new feed only, which the removed does not know.
      const removed = await events(() =>
        alice.call('remove_member', { conversation_id: id, user_id: dan.id }),
      );
      const renewed = await feedOf(id);
      expect(renewed).not.toBe(feed);
      expect(removed).toEqual([hint, `${renewed} message`, ...hints(dan)].sort());
      expect(await mayHear(dan, renewed)).toBe(false);
      expect(await events(() => send(bob, id, 'after'))).toEqual([`${renewed} message`]);
      expect((await alice.call('conversation', { conversation_id: id })).conversations).toMatchObject([
        { feed: renewed, member_count: 3 },
      ]);
    });
  });

  it('D10 growing into a feed is told by inbox, shrinking out of it by the feed', async () => {
    const [alice, bob, carol] = await four();
    const { id } = await newGroup(alice, bob);
    await withSettings({ fanout_max_members: 2 }, async () => {
      const feed = await feedOf(id);
      const grown = await eventsOf(id, () =>
        alice.call('add_members', { conversation_id: id, user_ids: ids(carol) }),
      );
      expect(summaryOf(grown)).toEqual([...hints(alice, bob, carol), `${feed} message`].sort());
      expect((await bob.call('conversation', { conversation_id: id })).conversations).toMatchObject([
        { feed },
      ]);
      const shrunk = await eventsOf(id, () => carol.call('leave_conversation', { conversation_id: id }));
      expect(summaryOf(shrunk)).toEqual(
        [`${feed} conversation`, ...hints(carol), ...messages(alice, bob)].sort(),
      );
      const invited = await eventsOf(id, () =>
        alice.call('invite_members', { conversation_id: id, user_ids: ids(carol) }),
      );
      expect(summaryOf(invited)).toEqual(hints(alice, bob, carol).sort());
      const accepted = await eventsOf(id, () => carol.call('accept_invite', { conversation_id: id }));
      expect(summaryOf(accepted)).toEqual(
        [...hints(alice, bob, carol), `${await feedOf(id)} message`].sort(),
      );
    });
  });
});

describe('pull', () => {
  const pull = async (user: User, cursor: string, windows: Record<string, number> = {}): Promise<Pulled> =>
    user.call('pull', { cursor, windows });
  const people = ({ members }: Pulled): Record<string, string> =>
    Object.fromEntries(members.map(({ user_id, role, state }) => [user_id, `${role} ${state}`]));

  it('D4 brings joins, roles, invitations and ends to those who stay', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob);
    const cursor = await freshCursor(bob);
    await alice.call('add_members', { conversation_id: id, user_ids: ids(carol) });
    await alice.call('set_role', { conversation_id: id, user_id: carol.id, role: 'admin' });
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(dan) });
    const first = await pull(bob, cursor, { [id]: 0 });
    expect(first).toMatchObject({
      conversations: [{ id, member_count: 3 }],
      messages: [{ kind: 'system', data: { event: 'members_added' } }],
      removed: [],
    });
    expect(people(first)).toMatchObject({ [carol.id]: 'admin joined', [dan.id]: 'member invited' });
    expect(first.profiles.map((profile) => profile.id)).toEqual(expect.arrayContaining(ids(carol, dan)));

    await carol.call('leave_conversation', { conversation_id: id });
    await dan.call('decline_invite', { conversation_id: id });
    await alice.call('update_conversation', { conversation_id: id, changes: { title: 'Two' } });
    const second = await pull(bob, first.cursor, { [id]: 1 });
    expect(second).toMatchObject({
      conversations: [{ id, member_count: 2, title: 'Two' }],
      messages: [{ data: { event: 'member_left' } }, { data: { event: 'title_changed', title: 'Two' } }],
    });
    expect(people(second)).toEqual({ [carol.id]: 'member left', [dan.id]: 'member left' });

    await bob.call('set_membership', { conversation_id: id, changes: { is_pinned: true } });
    const third = await pull(bob, second.cursor);
    expect(third).toMatchObject({ conversations: [{ id, me: { pinned_at: expect.any(String) } }] });
    expect((await pull(bob, third.cursor)).conversations).toEqual([]);
  });

  it('D4 brings the whole conversation to whoever joins, the invitation alone to whoever is invited', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob);
    await chat(bob, id, 2);
    const cursors = { carol: await freshCursor(carol), dan: await freshCursor(dan) };
    await alice.call('add_members', { conversation_id: id, user_ids: ids(carol), shows_history: false });
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(dan) });
    const joined = await pull(carol, cursors.carol, { [id]: 0 });
    expect(joined).toMatchObject({
      conversations: [{ id, me: { state: 'joined', visible_from_seq: 3 }, unread: 0 }],
      messages: [{ seq: 3, kind: 'system' }],
    });
    expect(people(joined)).toEqual({
      [alice.id]: 'owner joined',
      [bob.id]: 'member joined',
      [carol.id]: 'member joined',
      [dan.id]: 'member invited',
    });
    const invited = await pull(dan, cursors.dan, { [id]: 0 });
    expect(invited).toMatchObject({
      conversations: [{ id, me: { state: 'invited', invited_by: alice.id }, last_message: null }],
      members: [],
      messages: [],
    });
    expect(invited.profiles.map((profile) => profile.id)).toEqual([alice.id]);
    await send(bob, id, 'meanwhile');
    expect((await pull(dan, invited.cursor)).conversations).toEqual([]);
    await dan.call('accept_invite', { conversation_id: id });
    const accepted = await pull(dan, invited.cursor, { [id]: 0 });
    expect(accepted).toMatchObject({ conversations: [{ id, me: { state: 'joined' }, member_count: 4 }] });
    expect(accepted.members).toHaveLength(4);
    expect(accepted.messages).toHaveLength(5);
  });

  it('D4 D5 tells whoever is gone of nothing but that', async () => {
    const [alice, bob, carol, dan] = await four();
    const { id } = await newGroup(alice, bob, carol);
    await alice.call('invite_members', { conversation_id: id, user_ids: ids(dan) });
    const cursors = await Promise.all([bob, carol, dan].map(freshCursor));
    await bob.call('leave_conversation', { conversation_id: id });
    await alice.call('remove_member', { conversation_id: id, user_id: carol.id });
    await alice.call('remove_member', { conversation_id: id, user_id: dan.id });
    await send(alice, id, 'alone');
    for (const [index, user] of [bob, carol, dan].entries()) {
      const pulled = await pull(user, cursors[index] ?? '', { [id]: 0 });
      expect(pulled, user.name).toMatchObject({
        conversations: [],
        members: [],
        messages: [],
        removed: [id],
        unread_total: 0,
      });
      expect((await pull(user, pulled.cursor)).removed).toEqual([]);
    }
  });
});
