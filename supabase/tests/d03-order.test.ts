import { randomUUID } from 'node:crypto';

import type pg from 'pg';
import { describe, expect, it } from 'vitest';

import { beginAs, connect, isWaiting, one, query, withDatabase } from './support/database.js';
import { eventually } from './support/eventually.js';
import {
  direct,
  mutation,
  newGroup,
  newUser,
  newUsers,
  outcomes,
  push,
  send,
  type User,
} from './support/users.js';

/** That seq and version of a conversation are what the rule says. */
async function expectNoHoles(conversationId: string): Promise<void> {
  const row = await one<Record<string, boolean>>(
    `select
       count(*) = max(c.last_seq) and count(distinct m.seq) = count(*) and max(m.seq) = count(*) as is_seq_whole,
       max(m.version) = max(c.version) and count(distinct m.version) = count(*) as is_version_whole,
       bool_and(m.counted = m.recounted) and max(m.counted) = max(c.counted) as is_counted_right,
       bool_and(m.created_at > m.previous_at or m.previous_at is null) as is_time_growing
     from confab.conversations c
     join (
       select *,
              count(*) filter (where counts) over (partition by conversation_id order by seq) as recounted,
              lag(created_at) over (partition by conversation_id order by seq) as previous_at
       from confab.messages
     ) m on m.conversation_id = c.id
     where c.id = $1`,
    [conversationId],
  );
  expect(row).toEqual({
    is_seq_whole: true,
    is_version_whole: true,
    is_counted_right: true,
    is_time_growing: true,
  });
}

async function withConnections<T>(count: number, use: (connections: pg.Client[]) => Promise<T>): Promise<T> {
  const connections = await Promise.all(Array.from({ length: count }, connect));
  try {
    return await use(connections);
  } finally {
    await Promise.all(connections.map((connection) => connection.end()));
  }
}

/** Calls a function in a transaction of its own. */
async function callAs(db: pg.Client, user: User, sql: string, values: unknown[]): Promise<void> {
  await beginAs(db, user);
  await db.query(sql, values);
  await db.query('commit');
}

describe('seq and version', () => {
  it('D3 a message takes a seq and a version, an edit and a deletion a version', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    const first = await send(alice, id, 'one');
    const second = await send(bob, id, 'two');
    expect([first.seq, first.version, second.seq, second.version]).toEqual([1, 1, 2, 2]);
    const edited = await alice.call('edit_message', {
      id: randomUUID(),
      message_id: first.id,
      content: 'ONE',
    });
    expect(edited).toMatchObject({ seq: 1, version: 3, content: 'ONE' });
    expect(edited.edited_at).not.toBeNull();
    const deleted = await bob.call('delete_message', { message_id: second.id });
    expect(deleted).toMatchObject({ seq: 2, version: 4, content: null, data: {} });
    await bob.call('mark_read', { conversation_id: id, seq: 2 });
    const list = await alice.call('conversation', { conversation_id: id });
    expect(list.conversations[0]).toMatchObject({ last_seq: 2, version: 4 });
    await expectNoHoles(id);
  });

  it('D3 many connections into one conversation leave no hole and no double', async () => {
    const users = await newUsers('A', 'B', 'C', 'D');
    const [owner, ...others] = users as [User, ...User[]];
    const { id } = await newGroup(owner, ...others);
    await withConnections(8, async (connections) => {
      await Promise.all(
        connections.map(async (db, index) => {
          const user = users[index % users.length] ?? owner;
          for (let n = 0; n < 25; n += 1) {
            await callAs(db, user, 'select confab.send_message($1, $2, $3)', [
              randomUUID(),
              id,
              `${index}/${n}`,
            ]);
          }
        }),
      );
    });
    expect(await one('select last_seq::integer as n from confab.conversations where id = $1', [id])).toEqual({
      n: 200,
    });
    await expectNoHoles(id);
    // The order of each sender is kept.
    const rows = await query<{ content: string }>(
      'select content from confab.messages where conversation_id = $1 order by seq',
      [id],
    );
    for (let index = 0; index < 8; index += 1) {
      const own = rows.map(({ content }) => content).filter((content) => content.startsWith(`${index}/`));
      expect(own).toEqual(Array.from({ length: 25 }, (_, n) => `${index}/${n}`));
    }
  });

  it('D3 a refused or rolled back message leaves no hole', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    const first = await send(alice, id, 'one');
    const results = await push(
      bob,
      mutation('send_message', id, { content: 'x' }, first.id),
      mutation('send_message', id, { content: ' \n\t ' }),
      mutation('send_message', id, { content: 'two' }),
      mutation('send_message', id, { content: 'x', kind: 'nonsense' }),
      mutation('send_message', id, { content: 'three' }),
    );
    expect(outcomes(results)).toEqual(['id_taken', 'content_empty', 'ok', 'unknown_kind', 'ok']);
    await withDatabase(async (db) => {
      await beginAs(db, alice);
      await db.query('select confab.send_message($1, $2, $3)', [randomUUID(), id, 'never']);
      await db.query('rollback');
    });
    expect(await send(alice, id, 'four')).toMatchObject({ seq: 4, version: 4 });
    await expectNoHoles(id);
  });

  it('D3 the same message sent twice at once is one message', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    const messageId = randomUUID();
    await withConnections(2, async ([first, second]) => {
      if (first === undefined || second === undefined) throw new Error('no connections');
      await beginAs(first, alice);
      await first.query('select confab.send_message($1, $2, $3)', [messageId, id, 'once']);
      await beginAs(second, alice);
      const waiting = second.query<{ seq: string }>(
        `select confab.send_message($1, $2, $3) ->> 'seq' as seq`,
        [messageId, id, 'once'],
      );
      await eventually('the second call waits', () => isWaiting(second));
      await first.query('commit');
      expect((await waiting).rows).toEqual([{ seq: '1' }]);
      await second.query('commit');
    });
    await expectNoHoles(id);
  });
});

describe('pushes at the same time', () => {
  it('D3 two pushes over two conversations in opposite orders do not deadlock', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const one_ = await newGroup(alice, bob);
    const other = await newGroup(alice, bob);
    const rounds = 15;
    const batch = (first: string, second: string): unknown[] => [
      mutation('send_message', first, { content: 'x' }),
      mutation('mark_read', second, { seq: 1000 }),
      mutation('send_message', second, { content: 'x' }),
      mutation('mark_delivered', first, { seq: 1000 }),
      mutation('send_message', first, { content: 'x' }),
    ];
    const run = async (user: User, first: string, second: string): Promise<string[]> => {
      const seen: string[] = [];
      for (let n = 0; n < rounds; n += 1) seen.push(...outcomes(await push(user, ...batch(first, second))));
      return seen;
    };
    // Two devices of Alice among them: they share her member rows and her rate bucket.
    const all = await Promise.all([
      run(alice, one_.id, other.id),
      run(alice, other.id, one_.id),
      run(bob, one_.id, other.id),
      run(bob, other.id, one_.id),
    ]);
    expect(new Set(all.flat())).toEqual(new Set(['ok']));
    for (const { id } of [one_, other]) await expectNoHoles(id);
    const { n } = await one<{ n: number }>(
      'select sum(last_seq)::integer as n from confab.conversations where id in ($1, $2)',
      [one_.id, other.id],
    );
    expect(n).toBe(4 * rounds * 3);
  });

  it('D3 a push that ends in a deadlock all the same answers internal, and the rest of the lane is blocked', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const talk = await direct(alice, bob);
    const other = await newGroup(alice, bob);
    await withConnections(2, async ([first, second]) => {
      if (first === undefined || second === undefined) throw new Error('no connections');
      const [low, high] = [talk.id, other.id].sort();
      // Another program takes the rows in the wrong order.
      await first.query('begin');
      await first.query('select 1 from confab.conversations where id = $1 for update', [high]);
      await beginAs(second, alice);
      const pushed = second.query<{
        results: { ok: boolean; error?: { code: string; retryable: boolean } }[];
      }>(`select confab.push($1) -> 'results' as results`, [
        JSON.stringify([
          mutation('send_message', low ?? '', { content: 'a' }),
          mutation('send_message', high ?? '', { content: 'b' }),
          mutation('send_message', high ?? '', { content: 'c' }),
        ]),
      ]);
      await eventually('the push waits', () => isWaiting(second));
      const crossing = first.query('select 1 from confab.conversations where id = $1 for update', [low]);
      const [mine, theirs] = await Promise.allSettled([
        pushed.then(async (answer) => {
          await second.query('commit');
          return answer;
        }),
        crossing.then(() => first.query('commit')),
      ]);
      if (mine.status === 'rejected') throw mine.reason as Error;
      const codes = mine.value.rows[0]?.results.map(({ ok, error }) => (ok ? 'ok' : error?.code));
      // Postgres picks the victim: either the other program, or the second lane of the push.
      if (theirs.status === 'rejected') expect(codes).toEqual(['ok', 'ok', 'ok']);
      else expect(codes).toEqual(['ok', 'internal', 'blocked_by_previous']);
    });
    for (const { id } of [talk, other]) await send(bob, id, 'after');
    for (const { id } of [talk, other]) await expectNoHoles(id);
  });
});

describe('history', () => {
  it('D3 windows are complete and say what they cover', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    expect(await alice.call('history', { conversation_id: id })).toMatchObject({
      messages: [],
      covers: { from: 1, to: 0 },
      has_older: false,
      has_newer: false,
      version: 0,
    });
    await push(
      alice,
      ...Array.from({ length: 25 }, (_, n) => mutation('send_message', id, { content: `${n + 1}` })),
    );
    const windows: [Record<string, number>, number, number, boolean, boolean][] = [
      [{}, 16, 25, true, false],
      [{ before_seq: 16 }, 6, 15, true, true],
      [{ before_seq: 6 }, 1, 5, false, true],
      [{ before_seq: 1 }, 1, 0, false, true],
      [{ before_seq: 900 }, 16, 25, true, false],
      [{ after_seq: 0 }, 1, 10, false, true],
      [{ after_seq: 10 }, 11, 20, true, true],
      [{ after_seq: 20 }, 21, 25, true, false],
      [{ after_seq: 25 }, 26, 25, true, false],
      [{ after_seq: 900 }, 26, 25, true, false],
      [{ around_seq: 13 }, 8, 17, true, true],
      [{ around_seq: 1 }, 1, 10, false, true],
      [{ around_seq: 25 }, 16, 25, true, false],
      [{ around_seq: -5 }, 1, 10, false, true],
    ];
    for (const [where, from, to, hasOlder, hasNewer] of windows) {
      const page = await bob.call('history', { conversation_id: id, max_rows: 10, ...where });
      expect(page.covers, JSON.stringify(where)).toEqual({ from, to });
      expect(page.messages.map(({ seq }) => seq)).toEqual(
        Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n),
      );
      expect([page.has_older, page.has_newer], JSON.stringify(where)).toEqual([hasOlder, hasNewer]);
      expect(page.profiles.map((profile) => profile.id)).toEqual(to >= from ? [alice.id] : []);
      expect(page.version).toBe(25);
    }
    expect(await bob.refusal('history', { conversation_id: id, before_seq: 3, after_seq: 1 })).toMatchObject({
      status: 400,
      code: 'invalid',
    });
    expect((await bob.call('history', { conversation_id: id, max_rows: 0 })).messages).toHaveLength(1);
  });

  it('D3 D13 a message is found by its id, where one may see it', async () => {
    const [alice, bob, carol] = (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];
    const { id } = await newGroup(alice, bob);
    const sent = [];
    for (let n = 1; n <= 9; n += 1) sent.push(await send(alice, id, `${n}`));
    const page = await bob.call('history', {
      conversation_id: id,
      around_message_id: sent[4]?.id,
      max_rows: 3,
    });
    expect(page.messages.map(({ seq }) => seq)).toEqual([4, 5, 6]);
    expect(page).toMatchObject({ covers: { from: 4, to: 6 }, has_older: true, has_newer: true });

    const elsewhere = await newGroup(alice, bob);
    const other = await send(alice, elsewhere.id, 'elsewhere');
    await alice.call('add_members', { conversation_id: id, user_ids: [carol.id], shows_history: false });
    const refused = [
      await bob.refusal('history', { conversation_id: id, around_message_id: other.id }),
      await bob.refusal('history', { conversation_id: id, around_message_id: randomUUID() }),
      await carol.refusal('history', { conversation_id: id, around_message_id: sent[4]?.id }),
    ];
    for (const refusal of refused) expect(refusal).toMatchObject({ status: 404, code: 'not_found' });
    expect(
      await bob.refusal('history', { conversation_id: id, around_message_id: sent[4]?.id, around_seq: 2 }),
    ).toMatchObject({ code: 'invalid' });
  });

  it('D5 a deleted message stays in its window as a tombstone', async () => {
    const alice = await newUser('Alice');
    const { id } = await newGroup(alice);
    const message = await send(alice, id, 'secret');
    await alice.call('delete_message', { message_id: message.id });
    const { messages } = await alice.call('history', { conversation_id: id });
    expect(messages).toMatchObject([{ id: message.id, seq: 1, content: null, data: {} }]);
    expect(messages[0]?.deleted_at).not.toBeNull();
    const [stored] = await query<Record<string, unknown>>(
      'select to_jsonb(m) as row from confab.messages m where id = $1',
      [message.id],
    );
    expect(JSON.stringify(stored)).not.toContain('secret');
  });
});
