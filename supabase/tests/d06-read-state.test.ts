import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { beginAs, one, query, withDatabase } from './support/database.js';
import { eventsOf, payloadsTo } from './support/events.js';
import { randomOf } from './support/random.js';
import { direct, mutation, newGroup, newUsers, push, send, type User } from './support/users.js';

const two = async (): Promise<[User, User]> => (await newUsers('Alice', 'Bob')) as [User, User];

/** Unread as a recount over the messages finds it, by member. */
const recountSql = `
  select m.conversation_id, m.user_id, v.unread, (
    select count(*)
    from confab.messages x
    where x.conversation_id = m.conversation_id
      and x.seq > m.unread_after_seq
      and x.sender_id is distinct from m.user_id
      and x.counts
      and x.deleted_at is null
      and not exists (
        select 1 from confab.hidden_messages h where h.user_id = m.user_id and h.message_id = x.id and h.is_hidden
      )
  )::integer as recounted
  from confab.members m
  join confab_private.memberships v on v.conversation_id = m.conversation_id and v.user_id = m.user_id
  where m.conversation_id = any ($1) and m.state = 'joined'`;

interface Count {
  unread: number;
  recounted: number;
}

async function expectRecount(ids: string[]): Promise<void> {
  const counts = await query<Count>(recountSql, [ids]);
  expect(counts.length).toBeGreaterThan(0);
  for (const { unread, recounted } of counts) expect(unread).toBe(recounted);
}

describe('cursors', () => {
  it('D6 only grow, and stop at the last message', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    for (const content of ['one', 'two', 'three']) await send(alice, id, content);
    const read = (seq: number) => bob.call('mark_read', { conversation_id: id, seq });
    expect(await read(2)).toMatchObject({ member: { last_read_seq: 2, last_delivered_seq: 2 }, unread: 1 });
    expect(await read(1)).toMatchObject({ member: { last_read_seq: 2 }, unread: 1 });
    expect(await bob.call('mark_delivered', { conversation_id: id, seq: 1 })).toMatchObject({
      member: { last_delivered_seq: 2 },
    });
    expect(await read(1_000_000)).toMatchObject({ member: { last_read_seq: 3 }, unread: 0 });
    expect(await bob.call('mark_delivered', { conversation_id: id, seq: 1_000_000 })).toMatchObject({
      member: { last_read_seq: 3, last_delivered_seq: 3 },
    });
    expect(await read(0)).toMatchObject({ member: { last_read_seq: 3 } });
  });

  it('D6 delivered does not mean read', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await send(alice, id, 'one');
    expect(await bob.call('mark_delivered', { conversation_id: id, seq: 1 })).toMatchObject({
      member: { last_read_seq: 0, last_delivered_seq: 1 },
    });
    expect(await bob.call('unread_total')).toBe(1);
  });

  it('D6 sending moves one’s own cursors as far as was seen, and past the message where that was all', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const stateOfBob = async () => {
      const { conversations } = await bob.call('conversation', { conversation_id: id });
      const { unread, me } = conversations[0] ?? {};
      return [unread, me?.last_read_seq, me?.last_delivered_seq, me?.unread_after_seq];
    };
    await send(alice, id, 'one');
    await send(alice, id, 'two');
    await send(bob, id, 'says nothing of what was seen');
    expect(await stateOfBob()).toEqual([2, 0, 0, 0]);
    await send(bob, id, 'has seen one', { seen_seq: 1 });
    expect(await stateOfBob()).toEqual([1, 1, 1, 1]);
    await send(bob, id, 'and all', { seen_seq: 4 });
    expect(await stateOfBob()).toEqual([0, 5, 5, 5]);
    await send(bob, id, 'once more', { seen_seq: 0 });
    expect(await stateOfBob()).toEqual([0, 6, 6, 6]);
    await send(alice, id, 'crossing');
    await send(bob, id, 'before the other was there', { seen_seq: 6 });
    expect(await stateOfBob()).toEqual([1, 6, 6, 6]);
    await bob.call('mark_delivered', { conversation_id: id, seq: 8 });
    await send(bob, id, 'nor now', { seen_seq: 6 });
    expect(await stateOfBob()).toEqual([1, 6, 9, 6]);
    await send(bob, id, 'beyond what there is', { seen_seq: 1_000 });
    expect(await stateOfBob()).toEqual([0, 10, 10, 10]);
    await expectRecount([id]);
  });

  it('D6 a message that reads tells of it as marking as read does; one that only passes tells nothing more', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await send(alice, id, 'one');
    const reading = await eventsOf(id, () => send(bob, id, 'two', { seen_seq: 1 }));
    expect(payloadsTo(reading, alice).map(({ type }) => type)).toEqual(['message', 'member']);
    expect(payloadsTo(reading, alice)[1]).toMatchObject({ member: { user_id: bob.id, last_read_seq: 2 } });
    expect(payloadsTo(reading, bob)[1]).toMatchObject({ unread: 0, member: { unread_after_seq: 2 } });
    const passing = await eventsOf(id, () => send(bob, id, 'three', { seen_seq: 2 }));
    expect(payloadsTo(passing, alice).map(({ type }) => type)).toEqual(['message']);
  });

  it('D6 a copy and a batch say what was seen in the same way', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const first = await send(alice, id, 'one');
    await send(alice, id, 'two');
    await bob.call('forward_message', {
      id: randomUUID(),
      message_id: first.id,
      conversation_id: id,
      seen_seq: 1,
    });
    const { conversations } = await bob.call('conversation', { conversation_id: id });
    expect(conversations[0]).toMatchObject({ unread: 1, me: { last_read_seq: 1 } });
    await push(bob, mutation('send_message', id, { content: 'three', seen_seq: 3 }));
    const after = await bob.call('conversation', { conversation_id: id });
    expect(after.conversations[0]).toMatchObject({ unread: 0, me: { last_read_seq: 4 } });
  });

  it('D7 reading everything stops at what had been seen', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const other = (await newGroup(alice, bob)).id;
    const root = await send(bob, id, 'root');
    await send(alice, id, 'seen');
    await send(alice, id, 'reply', { thread_root_id: root.id });
    await send(alice, id, 'unseen');
    await send(alice, id, 'unseen reply', { thread_root_id: root.id });
    await send(alice, other, 'not in the list');
    const counts = async () => {
      const { conversations } = await bob.call('conversations', {});
      return new Map(conversations.map((row) => [row.id, [row.unread, row.unread_threads]]));
    };
    await bob.call('mark_all_read', { seen: { [id]: 3 } });
    expect(await counts()).toEqual(
      new Map([
        [id, [1, 1]],
        [other, [1, 0]],
      ]),
    );
    const [listed] = (await bob.call('conversations', { max_rows: 1 })).conversations;
    expect(listed?.id).toBe(other);
    const { next } = await bob.call('conversations', { max_rows: 1 });
    await push(bob, mutation('mark_all_read', null, { seen: { [other]: 0 }, rest_after: next }));
    expect(await counts()).toEqual(
      new Map([
        [id, [0, 0]],
        [other, [1, 0]],
      ]),
    );
    await bob.call('mark_all_read');
    expect(await counts()).toEqual(
      new Map([
        [id, [0, 0]],
        [other, [0, 0]],
      ]),
    );
    expect((await bob.refusal('mark_all_read', { seen: {}, rest_after: 'x' })).code).toBe('invalid');
    expect((await bob.refusal('mark_all_read', { seen: [] })).code).toBe('invalid');
  });

  it('D6 the log holds one row per action that moved the cursor', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    for (const content of ['one', 'two', 'three']) await send(alice, id, content);
    for (const seq of [1, 1, 3, 2, 3]) await bob.call('mark_read', { conversation_id: id, seq });
    const rows = await query(
      'select user_id, seq::integer from confab.read_log where conversation_id = $1 order by seq',
      [id],
    );
    expect(rows).toEqual([
      { user_id: bob.id, seq: 1 },
      { user_id: bob.id, seq: 3 },
    ]);
  });

  it('D6 marking in an empty conversation moves nothing', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    expect(await bob.call('mark_read', { conversation_id: id, seq: 5 })).toMatchObject({
      member: { last_read_seq: 0 },
      unread: 0,
    });
    for (const fn of ['mark_read', 'mark_delivered']) {
      for (const seq of [-1, null]) {
        expect(await bob.refusal(fn, { conversation_id: id, seq })).toMatchObject({
          status: 400,
          code: 'invalid',
        });
      }
    }
  });
});

describe('unread', () => {
  it('D7 counts messages of others, not deleted, not silent, after the cursor', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await query(
      `insert into confab.message_kinds (kind, counts_as_unread) values ('hush', false) on conflict do nothing`,
    );
    const first = await send(alice, id, 'one');
    await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'psst',
      kind: 'hush',
    });
    await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'in a thread',
      thread_root_id: first.id,
    });
    const fourth = await send(alice, id, 'four');
    const unread = async (): Promise<[number, number]> => {
      const { conversations, unread_total } = await bob.call('conversation', { conversation_id: id });
      return [conversations[0]?.unread ?? -1, unread_total];
    };
    expect(await unread()).toEqual([2, 2]);
    await alice.call('delete_message', { message_id: fourth.id });
    expect(await unread()).toEqual([1, 1]);
    await bob.call('mark_read', { conversation_id: id, seq: 2 });
    expect(await unread()).toEqual([0, 0]);
    await alice.call('delete_message', { message_id: first.id });
    expect(await unread()).toEqual([0, 0]);
    await expectRecount([id]);
  });

  it('D7 stays exact when own messages lie after the cursor, as an import may leave it', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    for (let n = 0; n < 6; n += 1) await send(n % 2 === 0 ? alice : bob, id, `${n}`);
    await query(
      `update confab.members set last_read_seq = 1, unread_after_seq = 1, unread_after_counted = 1
       where conversation_id = $1`,
      [id],
    );
    await expectRecount([id]);
    expect(await bob.call('unread_total')).toBe(2);
  });

  it('D7 counts everything before one joined, and nothing of conversations one has left', async () => {
    const [alice, bob] = await two();
    const { id } = await newGroup(alice, bob);
    await send(alice, id, 'one');
    expect(await bob.call('unread_total')).toBe(1);
    await query(`update confab.members set state = 'left' where conversation_id = $1 and user_id = $2`, [
      id,
      bob.id,
    ]);
    expect(await bob.call('unread_total')).toBe(0);
  });

  it('D5 a user who vanishes leaves messages of a nameless author, and the counts right', async () => {
    const [alice, bob] = await two();
    const { id } = await newGroup(alice, bob);
    await send(bob, id, 'one');
    await send(alice, id, 'two', { seen_seq: 1_000 });
    await send(bob, id, 'three');
    const key = await one<{ feed_key: string }>('select feed_key from confab.conversations where id = $1', [
      id,
    ]);
    await query('delete from auth.users where id = $1', [bob.id]);
    const { messages, profiles } = await alice.call('history', { conversation_id: id });
    const said = messages.filter(({ kind }) => kind === 'text');
    expect(said.map(({ sender_id, content }) => [sender_id, content])).toEqual([
      [bob.id, 'one'],
      [alice.id, 'two'],
      [bob.id, 'three'],
    ]);
    expect(profiles.map((profile) => profile.id).sort()).toEqual([alice.id, bob.id].sort());
    expect(profiles.find((profile) => profile.id === bob.id)).toMatchObject({
      display_name: 'Deleted user',
      avatar_url: null,
      last_seen_at: null,
      deleted_at: expect.any(String),
    });
    const list = await alice.call('conversation', { conversation_id: id });
    expect(list.conversations).toMatchObject([{ member_count: 1, unread: 1 }]);
    expect(
      await one<{ feed_key: string }>('select feed_key from confab.conversations where id = $1', [id]),
    ).not.toEqual(key);
    await expectRecount([id]);
  });
});

describe('a random history', () => {
  const seed = 20_261_121;
  const people = 4;
  let users: User[];
  let ids: string[];

  beforeAll(async () => {
    users = await newUsers(...Array.from({ length: people }, (_, n) => `U${n}`));
    const [first, ...others] = users as [User, ...User[]];
    ids = [];
    for (let n = 0; n < 3; n += 1) ids.push((await newGroup(first, ...others)).id);
  });
  afterAll(() => query('delete from confab.conversations where id = any ($1)', [ids]));

  it('D7 unread equals a recount at every moment of 1,500 operations', async () => {
    const random = randomOf(seed);
    const pick = <T>(from: readonly T[]): T => {
      const found = from[random.below(from.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    };
    const sent: { id: string; by: User }[] = [];
    const done: Record<string, number> = {};
    await withDatabase(async (db) => {
      for (let n = 0; n < 1500; n += 1) {
        const user = pick(users);
        const id = pick(ids);
        const dice = random.next();
        const [type, args]: [string, Record<string, unknown>] =
          dice < 0.45
            ? ['send_message', { content: 'x', kind: pick(['text', 'text', 'hush']) }]
            : dice < 0.6 && sent.length > 0
              ? ['delete_message', { message_id: pick(sent).id }]
              : dice < 0.7 && sent.length > 0
                ? ['edit_message', { message_id: pick(sent).id, content: 'y' }]
                : dice < 0.9
                  ? ['mark_read', { seq: random.below(200) }]
                  : ['mark_delivered', { seq: random.below(200) }];
        // Only one's own messages can be changed.
        const by = sent.find((message) => message.id === args['message_id'])?.by ?? user;
        const what = mutation(type, type.endsWith('_message') && type !== 'send_message' ? null : id, args);
        await beginAs(db, by);
        const { rows } = await db.query<{ ok: boolean; code: string | null }>(
          `select (r ->> 'ok')::boolean as ok, r -> 'error' ->> 'code' as code
           from jsonb_array_elements(confab.push($1) -> 'results') r`,
          [JSON.stringify([what])],
        );
        await db.query('commit');
        const outcome = rows[0]?.ok === true ? 'ok' : (rows[0]?.code ?? '');
        expect(['ok', 'message_deleted'], `operation ${n} of seed ${seed}: ${type}`).toContain(outcome);
        done[`${type} ${outcome}`] = (done[`${type} ${outcome}`] ?? 0) + 1;
        if (type === 'send_message') sent.push({ id: what.id, by });
        const wrong = await db.query(`select * from (${recountSql}) counts where unread <> recounted`, [ids]);
        expect(wrong.rows, `after operation ${n} of seed ${seed}: ${JSON.stringify(what)}`).toEqual([]);
      }
    });
    for (const type of ['send_message', 'delete_message', 'edit_message', 'mark_read', 'mark_delivered']) {
      expect(done[`${type} ok`], type).toBeGreaterThan(50);
    }
    for (const user of users) {
      const { sum } = await one<{ sum: number }>(
        `select sum(recounted)::integer as sum from (${recountSql}) counts where user_id = $2`,
        [ids, user.id],
      );
      expect(await user.call('unread_total')).toBe(sum);
    }
    const [first] = users as [User];
    expect((await push(first, mutation('mark_read', ids[0] ?? '', { seq: 10_000 })))[0]).toMatchObject({
      result: { unread: 0 },
    });
  });
});
