import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { beginAs, one, query, withDatabase, withSettings } from './support/database.js';
import { direct, freshCursor, mutation, newGroup, newUsers, push, send, type User } from './support/users.js';
import type { Pulled } from './support/wire.js';

const pull = (user: User, cursor: string | null, windows: Record<string, number> = {}): Promise<Pulled> =>
  user.call('pull', { cursor, windows });

const two = async (): Promise<[User, User]> => (await newUsers('Alice', 'Bob')) as [User, User];

describe('what changed', () => {
  it('D4 a row that a younger transaction changed first keeps its higher number', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const raise =
      'update confab.members set last_delivered_seq = last_delivered_seq where conversation_id = $1';
    await withDatabase(async (older) => {
      await older.query('begin');
      const { rows } = await older.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
      await query(raise, [id]);
      await older.query(raise, [id]);
      await older.query('commit');
      const changed = await query<{ changed: string }>(
        'select changed_xid::text as changed from confab.members where conversation_id = $1',
        [id],
      );
      for (const row of changed) expect(Number(row.changed)).toBeGreaterThan(Number(rows[0]?.xid));
    });
  });

  it('D4 answers a fresh cursor and empty lists to nobody’s cursor', async () => {
    const [alice, bob] = await two();
    await direct(alice, bob);
    expect(await pull(alice, null)).toMatchObject({
      reset: true,
      conversations: [],
      members: [],
      messages: [],
      profiles: [],
      removed: [],
      truncated: [],
      has_more: false,
      unread_total: 0,
    });
    expect(await alice.call('pull')).toMatchObject({ reset: true });
  });

  it('D4 brings a new conversation with its members, profiles and messages', async () => {
    const [alice, bob] = await two();
    const cursor = await freshCursor(bob);
    const { id } = await direct(alice, bob);
    await send(alice, id, 'hello');
    const pulled = await pull(bob, cursor, { [id]: 0 });
    expect(pulled).toMatchObject({
      reset: false,
      has_more: false,
      unread_total: 1,
      removed: [],
      truncated: [],
    });
    expect(pulled.conversations).toMatchObject([{ id, unread: 1, last_message: { content: 'hello' } }]);
    expect(pulled.members.map(({ user_id }) => user_id).sort()).toEqual([alice.id, bob.id].sort());
    expect(pulled.profiles.map((profile) => profile.id).sort()).toEqual([alice.id, bob.id].sort());
    expect(pulled.messages).toMatchObject([{ content: 'hello', seq: 1 }]);
    // The list says the same.
    const listed = await bob.call('conversation', { conversation_id: id });
    expect(pulled.conversations).toEqual(listed.conversations);
    expect(pulled.members).toEqual(expect.arrayContaining(listed.members));

    const after = await pull(bob, pulled.cursor, { [id]: 1 });
    expect(after).toMatchObject({ conversations: [], members: [], messages: [], removed: [] });
  });

  it('D4 brings what changed since: messages by version, cursors of others, edits and deletions', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const first = await send(alice, id, 'one');
    const second = await send(alice, id, 'two');
    let { cursor } = await pull(alice, await freshCursor(alice), { [id]: 0 });

    await bob.call('mark_read', { conversation_id: id, seq: 2 });
    const read = await pull(alice, cursor, { [id]: 2 });
    expect(read.members).toMatchObject([{ user_id: bob.id, last_read_seq: 2, last_delivered_seq: 2 }]);
    expect(read).toMatchObject({ conversations: [], messages: [] });
    cursor = read.cursor;

    await alice.call('edit_message', { id: randomUUID(), message_id: first.id, content: 'ONE' });
    await alice.call('delete_message', { message_id: second.id });
    await alice.call('edit_message', { id: randomUUID(), message_id: first.id, content: 'ONE!' });
    const changed = await pull(bob, cursor, { [id]: 2 });
    expect(changed.messages.map(({ id: of, version, content }) => [of, version, content])).toEqual([
      [second.id, 4, null],
      [first.id, 5, 'ONE!'],
    ]);
    expect(changed.conversations).toMatchObject([{ id, version: 5, last_seq: 2 }]);
  });

  it('D4 the own cursor moved on another device brings the conversation with its new count', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await send(alice, id, 'one');
    const { cursor } = await pull(bob, await freshCursor(bob), { [id]: 1 });
    await bob.call('mark_read', { conversation_id: id, seq: 1 });
    const pulled = await pull(bob, cursor, { [id]: 1 });
    expect(pulled.conversations).toMatchObject([{ id, unread: 0, me: { last_read_seq: 1 } }]);
    expect(pulled).toMatchObject({ unread_total: 0, messages: [] });
  });

  it('D4 names conversations one no longer belongs to, and windows that are not one’s own', async () => {
    const [alice, bob] = await two();
    const { id } = await newGroup(alice, bob);
    await send(alice, id, 'one');
    const cursor = await freshCursor(bob);
    await query(
      `update confab.members set state = 'removed', left_at = now() where conversation_id = $1 and user_id = $2`,
      [id, bob.id],
    );
    const unknown = randomUUID();
    expect(await pull(bob, cursor)).toMatchObject({ removed: [id], conversations: [], members: [] });
    const pulled = await pull(bob, cursor, { [id]: 0, [unknown]: 3 });
    expect([...pulled.removed].sort()).toEqual([id, unknown].sort());
    expect(pulled.messages).toEqual([]);
  });

  it('D4 a member who comes back gets the whole conversation again', async () => {
    const [alice, bob] = await two();
    const { id } = await newGroup(alice, bob);
    const set = (state: string): Promise<unknown> =>
      query('update confab.members set state = $3 where conversation_id = $1 and user_id = $2', [
        id,
        bob.id,
        state,
      ]);
    await set('left');
    const cursor = await freshCursor(bob);
    await set('joined');
    const pulled = await pull(bob, cursor);
    expect(pulled.conversations.map((conversation) => conversation.id)).toEqual([id]);
    expect(pulled.members).toHaveLength(2);
    expect(pulled.profiles.map((profile) => profile.id)).toContain(alice.id);
  });

  it('D6 sends only the own member row of a large conversation, and the senders of its messages', async () => {
    const [alice, bob] = await two();
    await withSettings({ receipts_max_members: 1 }, async () => {
      const cursor = await freshCursor(bob);
      const { id } = await newGroup(alice, bob);
      await send(alice, id, 'one');
      const pulled = await pull(bob, cursor, { [id]: 0 });
      expect(pulled.members.map(({ user_id }) => user_id)).toEqual([bob.id]);
      expect(pulled.profiles.map((profile) => profile.id).sort()).toEqual([alice.id, bob.id].sort());
      const listed = await bob.call('conversations');
      expect(listed.members.map(({ user_id }) => user_id)).toEqual([bob.id]);
    });
  });

  it('D4 refreshes last_seen_at, at most every 30 seconds, and tells contacts', async () => {
    const [alice, bob] = await two();
    await direct(alice, bob);
    const cursor = await freshCursor(alice);
    const seen = (): Promise<{ at: string | null }> =>
      one('select last_seen_at::text as at from confab.profiles where id = $1', [bob.id]);
    expect(await seen()).toEqual({ at: null });
    await pull(bob, null);
    const first = await seen();
    expect(first.at).not.toBeNull();
    await pull(bob, null);
    expect(await seen()).toEqual(first);
    await query(`update confab.profiles set last_seen_at = now() - interval '31 seconds' where id = $1`, [
      bob.id,
    ]);
    await pull(bob, null);
    const pulled = await pull(alice, cursor);
    expect(pulled.profiles.find((profile) => profile.id === bob.id)?.last_seen_at).not.toBeNull();
  });
});

describe('cursors', () => {
  it('D4 a transaction that commits late is never missed', async () => {
    const [alice, bob] = await two();
    const slow = await direct(alice, bob);
    const quick = await newGroup(alice, bob);
    let { cursor } = await pull(bob, await freshCursor(bob), { [slow.id]: 0, [quick.id]: 0 });
    await withDatabase(async (db) => {
      await beginAs(db, alice);
      await db.query('select confab.send_message($1, $2, $3)', [randomUUID(), slow.id, 'late']);
      // Younger transactions commit while the older one is open, and are pulled more than once rather than never.
      for (let n = 0; n < 3; n += 1) {
        await send(alice, quick.id, `quick ${n}`);
        const pulled = await pull(bob, cursor);
        expect(pulled.conversations.map(({ id }) => id)).toEqual([quick.id]);
        expect(pulled.has_more).toBe(false);
        cursor = pulled.cursor;
      }
      await db.query('commit');
    });
    const pulled = await pull(bob, cursor, { [slow.id]: 0 });
    expect(pulled.conversations.map(({ id }) => id)).toContain(slow.id);
    expect(pulled.messages).toMatchObject([{ content: 'late' }]);
  });

  it('D4 a cursor of another epoch, from the future or malformed answers reset', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await send(bob, id, 'one');
    const cursor = await freshCursor(alice);
    const [epoch, xid] = cursor.split('.');
    for (const wrong of [
      `${epoch}.${BigInt(xid ?? 0) + 100_000n}`,
      `${'0'.repeat(16)}.${xid}`,
      `${epoch}`,
      `${epoch}.x`,
      `${epoch}.${'9'.repeat(30)}`,
      '',
      'nonsense',
    ]) {
      const pulled = await pull(alice, wrong, { [id]: 0 });
      expect(pulled, wrong).toMatchObject({ reset: true, conversations: [], messages: [], unread_total: 1 });
      expect(await pull(alice, pulled.cursor)).toMatchObject({ reset: false });
    }
  });

  it('D4 the epoch changes with the installation and with the table', async () => {
    await withDatabase(async (db) => {
      const epoch = async (): Promise<string | undefined> =>
        (await db.query<{ epoch: string }>('select confab_private.epoch() as epoch')).rows[0]?.epoch;
      const before = await epoch();
      expect(before).toMatch(/^[0-9a-f]{16}$/);
      expect(await epoch()).toBe(before);
      await db.query('begin');
      await db.query('update confab_private.settings set install_id = gen_random_uuid()');
      expect(await epoch()).not.toBe(before);
      await db.query('rollback');
      const parts = await db.query(
        'select s.system_identifier, c.timeline_id from pg_control_system() s, pg_control_checkpoint() c',
      );
      expect(parts.rows).toHaveLength(1);
    });
  });

  it('D4 rows with a transaction id still to come, as after a restore, are not sent again and again', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const cursor = await freshCursor(alice);
    await withDatabase(async (db) => {
      await db.query('begin');
      await db.query('alter table confab.conversations disable trigger stamp_changed_xid');
      await db.query(`update confab.conversations set changed_xid = '4000000000' where id = $1`, [id]);
      await db.query('alter table confab.conversations enable trigger stamp_changed_xid');
      await db.query('commit');
    });
    expect((await pull(alice, cursor)).conversations).toEqual([]);
    await send(bob, id, 'changed');
    expect((await pull(alice, cursor)).conversations).toMatchObject([{ id }]);
  });
});

describe('bounds', () => {
  it('D4 a window more than 500 changes behind is truncated, one of 500 is not', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    for (let n = 0; n < 5; n += 1) {
      await push(alice, ...Array.from({ length: 100 }, () => mutation('send_message', id, { content: 'x' })));
    }
    const cursor = await freshCursor(bob);
    const whole = await pull(bob, cursor, { [id]: 0 });
    expect(whole.truncated).toEqual([]);
    expect(whole.messages).toHaveLength(500);
    const last = await send(alice, id, 'one too many');
    const behind = await pull(bob, cursor, { [id]: 0 });
    expect(behind).toMatchObject({ truncated: [id], messages: [], has_more: false });
    expect((await pull(bob, cursor, { [id]: 1 })).messages).toHaveLength(500);
    // Many changes of few messages are few rows.
    const edits = Array.from({ length: 5 }, (_, n) =>
      mutation('edit_message', id, { message_id: last.id, content: `${n}` }),
    );
    await push(alice, ...edits);
    expect((await pull(bob, cursor, { [id]: 5 })).messages).toHaveLength(496);
    // A version that never was: what the client holds is of another history.
    expect(await pull(bob, cursor, { [id]: 10_000 })).toMatchObject({ truncated: [id], messages: [] });
  });

  it('D4 a long absence comes in parts, each with a cursor that advances, and nothing is missing', async () => {
    const [alice, bob] = await two();
    const cursor = await freshCursor(bob);
    const ids = await query<{ id: string }>(
      `select (select confab_private.create_conversation(gen_random_uuid(), 'group', array[$2::uuid], 'n' || n, null, null, null, null, null) ->> 'id') as id
       from (select set_config('request.jwt.claims', $1, false)) s, generate_series(1, 700) n`,
      [JSON.stringify({ sub: alice.id }), bob.id],
    );
    // One transaction made them all; further ones change some of them.
    await push(alice, ...ids.slice(0, 100).map(({ id }) => mutation('send_message', id, { content: 'x' })));
    for (const { id } of ids.slice(100, 160)) await send(alice, id, 'x');
    const seen = { conversations: new Set<string>(), members: new Set<string>(), parts: 0 };
    let next = cursor;
    for (let hasMore = true; hasMore; seen.parts += 1) {
      const pulled = await pull(bob, next);
      expect(pulled.reset).toBe(false);
      if (pulled.has_more) expect(pulled.cursor).not.toBe(next);
      for (const { id } of pulled.conversations) seen.conversations.add(id);
      for (const member of pulled.members) seen.members.add(`${member.conversation_id}/${member.user_id}`);
      next = pulled.cursor;
      hasMore = pulled.has_more;
      expect(seen.parts).toBeLessThan(20);
    }
    expect(seen.parts).toBeGreaterThan(1);
    expect(seen.conversations).toEqual(new Set(ids.map(({ id }) => id)));
    expect(seen.members.size).toBe(1400);
  });

  it('D4 the messages of many windows come in parts', async () => {
    const [alice, bob] = await two();
    const groups: { id: string }[] = [];
    for (let n = 0; n < 6; n += 1) groups.push(await newGroup(alice, bob));
    for (const { id } of groups) {
      for (let n = 0; n < 4; n += 1) {
        await push(
          alice,
          ...Array.from({ length: 100 }, () => mutation('send_message', id, { content: 'x' })),
        );
      }
    }
    const windows = Object.fromEntries(groups.map(({ id }) => [id, 0]));
    let cursor = await freshCursor(bob);
    let count = 0;
    for (let hasMore = true; hasMore;) {
      const pulled = await pull(bob, cursor, windows);
      for (const message of pulled.messages) windows[message.conversation_id] = message.version;
      count += pulled.messages.length;
      expect(pulled.messages.length).toBeLessThanOrEqual(2000);
      expect(pulled.messages.length).toBeGreaterThan(0);
      ({ cursor, has_more: hasMore } = pulled);
    }
    expect(count).toBe(2400);
  });

  it('D11 refuses windows of the wrong shape', async () => {
    const [alice] = await two();
    for (const windows of [
      [],
      'x',
      5,
      { x: 1 },
      { [randomUUID()]: 'x' },
      { [randomUUID()]: -1 },
      { [randomUUID()]: 1.5 },
    ]) {
      expect(await alice.refusal('pull', { cursor: null, windows }), JSON.stringify(windows)).toMatchObject({
        status: 400,
        code: 'invalid',
      });
    }
  });
});
