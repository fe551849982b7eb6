import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { outcomeAs } from './support/acting.js';
import { query, withDatabase } from './support/database.js';
import { eventsOf, inboxOf, payloadsTo, recipients } from './support/events.js';
import { pagesOf } from './support/pages.js';
import { randomOf } from './support/random.js';
import { expectRecount, miscountSql } from './support/recount.js';
import { direct, mutation, newGroup, newUsers, push, send, type User } from './support/users.js';
import type { Message } from './support/wire.js';

const three = async (): Promise<[User, User, User]> =>
  (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];

const mention = (
  user: User,
  id: string,
  users: User[],
  more: Record<string, unknown> = {},
): Promise<Message> =>
  user.call('send_message', {
    id: randomUUID(),
    conversation_id: id,
    content: 'you',
    mentioned_user_ids: users.map((mentioned) => mentioned.id),
    ...more,
  });

const countsOf = async (user: User, id: string): Promise<[number, number]> => {
  const [found] = (await user.call('conversation', { conversation_id: id })).conversations;
  return [found?.unread ?? -1, found?.unread_mentions ?? -1];
};

describe('marking as unread', () => {
  it('D7 makes a message and all after it unread again; the receipt stays', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    for (let n = 0; n < 5; n += 1) await send(alice, id, `${n}`);
    await bob.call('mark_read', { conversation_id: id, seq: 5 });
    const events = await eventsOf(id, async () => {
      expect(await bob.call('mark_unread', { conversation_id: id, seq: 3 })).toMatchObject({
        member: { last_read_seq: 5, last_delivered_seq: 5, unread_after_seq: 2 },
        unread: 3,
      });
    });
    // Nobody else learns of it.
    expect(recipients(events, alice, bob, carol)).toEqual(['member Bob']);
    expect(payloadsTo(events, bob)).toMatchObject([{ unread: 3, member: { unread_after_seq: 2 } }]);
    expect((await alice.call('conversation', { conversation_id: id })).members).toContainEqual(
      expect.objectContaining({ user_id: bob.id, last_read_seq: 5 }),
    );
    expect(await bob.call('unread_total')).toBe(3);
    await expectRecount([id]);
    // A message that is unread already stays so.
    expect(await bob.call('mark_unread', { conversation_id: id, seq: 4 })).toMatchObject({ unread: 3 });
    expect(await bob.call('mark_read', { conversation_id: id, seq: 4 })).toMatchObject({
      member: { last_read_seq: 5, unread_after_seq: 4 },
      unread: 1,
    });
    expect(await bob.call('mark_unread', { conversation_id: id, seq: 1 })).toMatchObject({ unread: 5 });
    await send(alice, id, 'six');
    expect(await bob.call('mark_read', { conversation_id: id, seq: 6 })).toMatchObject({
      member: { last_read_seq: 6 },
      unread: 0,
    });
    const log = await query('select seq::integer from confab.read_log where user_id = $1 order by seq', [
      bob.id,
    ]);
    expect(log).toEqual([{ seq: 5 }, { seq: 6 }]);
    await expectRecount([id]);
  });

  it('D7 goes no further back than one may see, and counts what others sent', async () => {
    const [alice, bob] = await three();
    const { id } = await newGroup(alice, bob);
    for (let n = 0; n < 6; n += 1) await send(n % 2 === 0 ? alice : bob, id, `${n}`);
    expect(await bob.call('mark_unread', { conversation_id: id, seq: 1 })).toMatchObject({ unread: 3 });
    await bob.call('mark_read', { conversation_id: id, seq: 6 });
    await query(
      `update confab.members set visible_from_seq = 4 where conversation_id = $1 and user_id = $2`,
      [id, bob.id],
    );
    expect(await bob.call('mark_unread', { conversation_id: id, seq: 1 })).toMatchObject({
      member: { unread_after_seq: 3 },
      unread: 1,
    });
    await expectRecount([id]);
    for (const seq of [0, -1, null]) {
      expect((await bob.refusal('mark_unread', { conversation_id: id, seq })).code).toBe('invalid');
    }
  });

  it('D7 a replay does not undo a later reading', async () => {
    const [alice, bob] = await three();
    const { id } = await direct(alice, bob);
    await send(alice, id, 'one');
    await bob.call('mark_read', { conversation_id: id, seq: 1 });
    const unread = mutation('mark_unread', id, { seq: 1 });
    expect(await push(bob, unread)).toMatchObject([{ ok: true, result: { unread: 1 } }]);
    await bob.call('mark_read', { conversation_id: id, seq: 1 });
    expect(await push(bob, unread)).toMatchObject([{ ok: true, result: { unread: 0 } }]);
    expect(await bob.call('unread_total')).toBe(0);
  });
});

describe('marking everything as read', () => {
  it('D7 reads all conversations and threads, and tells each others what they may know', async () => {
    const [alice, bob] = await three();
    const [first, second, third] = [
      await newGroup(alice, bob),
      await newGroup(alice, bob),
      await newGroup(alice, bob),
    ];
    const root = await send(bob, third.id, 'root');
    await alice.call('mark_read', { conversation_id: third.id, seq: 1 });
    await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: third.id,
      content: 'reply',
      thread_root_id: root.id,
    });
    await send(alice, first.id, 'one');
    await mention(alice, first.id, [bob]);
    await send(alice, second.id, 'one');
    await bob.call('mark_read', { conversation_id: second.id, seq: 1 });
    await bob.call('mark_unread', { conversation_id: second.id, seq: 1 });
    expect(await bob.call('unread_counts')).toEqual({
      messages: 3,
      conversations: 2,
      mentions: 1,
      threads: 1,
    });
    const events = await eventsOf(first.id, async () => {
      expect(await bob.call('mark_all_read')).toEqual({ unread_total: 0 });
    });
    expect(recipients(events, alice, bob)).toEqual(['member Alice', 'member Bob']);
    expect(payloadsTo(events, alice)).toMatchObject([{ member: { user_id: bob.id, last_read_seq: 2 } }]);
    expect(payloadsTo(events, bob)).toMatchObject([{ unread: 0, unread_mentions: 0 }]);
    expect(await bob.call('unread_counts')).toEqual({
      messages: 0,
      conversations: 0,
      mentions: 0,
      threads: 0,
    });
    const log = await query<{ conversation_id: string; seq: number }>(
      'select conversation_id, seq::integer from confab.read_log where user_id = $1',
      [bob.id],
    );
    // The second was read before it was marked as unread: the log has that time.
    expect(log.map((row) => [row.conversation_id, row.seq]).sort()).toEqual(
      [
        [first.id, 2],
        [second.id, 1],
      ].sort(),
    );
    const again = await eventsOf(first.id, () => bob.call('mark_all_read'));
    expect(again).toEqual([]);
    await expectRecount([first.id, second.id, third.id]);
  });

  it('D10 tells of at most 50 conversations read at once, and one hint for the rest', async () => {
    const [alice, bob] = await three();
    const ids: string[] = [];
    for (let place = 0; place < 52; place += 1) {
      const { id } = await newGroup(alice, bob);
      ids.push(id);
      await send(alice, id, 'one');
    }
    const written = (): Promise<{ topic: string; type: string; n: number }[]> =>
      query(
        `select m.topic, c.change ->> 'type' as type, count(*)::integer as n
         from realtime.messages m, jsonb_array_elements(m.payload -> 'changes') c (change)
         where m.topic = any ($1)
         group by 1, 2`,
        [[inboxOf(alice), inboxOf(bob)]],
      );
    const before = await written();
    expect(await bob.call('mark_all_read')).toEqual({ unread_total: 0 });
    const more = (await written()).flatMap(({ topic, type, n }) => {
      const old = before.find((row) => row.topic === topic && row.type === type)?.n ?? 0;
      return n > old ? [`${topic === inboxOf(bob) ? 'Bob' : 'Alice'} ${type} ${n - old}`] : [];
    });
    expect(more.sort()).toEqual(['Alice member 50', 'Bob conversation 1', 'Bob member 50']);
    await expectRecount(ids);
  });
});

describe('mentions', () => {
  it('D7 count for those they name, or for everyone, until read, deleted or hidden', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const first = await mention(alice, id, [bob]);
    expect(first).toMatchObject({ mentioned_user_ids: [bob.id], mentions_everyone: false });
    const second = await mention(alice, id, [], { mentions_everyone: true });
    const third = await mention(alice, id, [bob], { mentions_everyone: true });
    expect(await countsOf(bob, id)).toEqual([3, 3]);
    expect(await countsOf(carol, id)).toEqual([3, 2]);
    expect(await countsOf(alice, id)).toEqual([0, 0]);
    await bob.call('hide_message', { message_id: third.id });
    expect(await countsOf(bob, id)).toEqual([2, 2]);
    expect(await alice.call('delete_message', { message_id: second.id })).toMatchObject({
      mentioned_user_ids: [],
      mentions_everyone: false,
    });
    expect(await countsOf(bob, id)).toEqual([1, 1]);
    expect(await countsOf(carol, id)).toEqual([2, 1]);
    await bob.call('mark_read', { conversation_id: id, seq: 1 });
    expect(await countsOf(bob, id)).toEqual([0, 0]);
    await bob.call('mark_unread', { conversation_id: id, seq: 1 });
    expect(await countsOf(bob, id)).toEqual([1, 1]);
    expect(await bob.call('unread_counts')).toMatchObject({ messages: 1, mentions: 1 });
    await expectRecount([id]);
  });

  it('D7 an edit or deletion tells whom the message mentioned before, where that changes', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await newGroup(alice, bob);
    const message = await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'Bob?',
      mentioned_user_ids: [bob.id],
    });
    const told = async (act: () => Promise<unknown>) =>
      payloadsTo(await eventsOf(id, act), bob).map(({ mentioned }) => mentioned);
    const edit = (args: object) =>
      alice.call('edit_message', { id: randomUUID(), message_id: message.id, content: 'Bob!', ...args });
    expect(await told(() => edit({}))).toEqual([undefined]);
    expect(await told(() => bob.call('add_reaction', { message_id: message.id, emoji: '👍' }))).toEqual([
      undefined,
    ]);
    const him = { user_ids: [bob.id], everyone: false };
    expect(await told(() => edit({ mentioned_user_ids: [], mentions_everyone: true }))).toEqual([him]);
    expect(await told(() => alice.call('delete_message', { message_id: message.id }))).toEqual([
      { user_ids: [], everyone: true },
    ]);
  });

  it('D7 an edit may add and take them away; left out it leaves them', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const message = await send(alice, id, 'nobody yet');
    const edit = (more: Record<string, unknown>): Promise<unknown> =>
      push(alice, mutation('edit_message', id, { message_id: message.id, content: 'edited', ...more }));
    const mentioned = async (): Promise<number[]> => [
      (await countsOf(bob, id))[1],
      (await countsOf(carol, id))[1],
    ];
    expect(await mentioned()).toEqual([0, 0]);
    await edit({ mentioned_user_ids: [bob.id] });
    expect(await mentioned()).toEqual([1, 0]);
    await edit({});
    expect(await mentioned()).toEqual([1, 0]);
    await edit({ mentioned_user_ids: [carol.id] });
    expect(await mentioned()).toEqual([0, 1]);
    await edit({ mentioned_user_ids: [] });
    expect(await mentioned()).toEqual([0, 0]);
    await edit({ mentions_everyone: true });
    expect(await mentioned()).toEqual([1, 1]);
    await edit({ mentions_everyone: false, mentioned_user_ids: [bob.id, carol.id] });
    expect(await mentioned()).toEqual([1, 1]);
    await expectRecount([id]);
  });

  it('D9 of people who are no members are dropped; too many are refused', async () => {
    const [alice, bob, stranger] = await three();
    const [gone] = (await newUsers('Gone')) as [User];
    const { id } = await newGroup(alice, bob, gone);
    await gone.call('leave_conversation', { conversation_id: id });
    expect(await mention(alice, id, [bob, stranger, gone, bob])).toMatchObject({
      mentioned_user_ids: [bob.id],
    });
    expect(await mention(alice, id, [stranger])).toMatchObject({ mentioned_user_ids: [] });
    expect((await stranger.call('mentions')).messages).toEqual([]);
    expect(
      await alice.refusal('send_message', {
        id: randomUUID(),
        conversation_id: id,
        content: 'all of you',
        mentioned_user_ids: Array.from({ length: 101 }, () => randomUUID()),
      }),
    ).toMatchObject({ status: 400, code: 'invalid' });
  });

  it('D13 are listed over all conversations and threads, newest first, page by page', async () => {
    const [alice, bob, carol] = await three();
    const [one, other] = [await newGroup(alice, bob, carol), await newGroup(alice, bob)];
    const oldest = await mention(alice, (await newGroup(alice, bob)).id, [bob], { content: 'oldest' });
    const said: Message[] = [];
    for (let n = 0; n < 4; n += 1) {
      said.push(await mention(alice, one.id, [bob], { content: `one ${n}` }));
      said.push(await mention(alice, other.id, [], { content: `other ${n}`, mentions_everyone: true }));
    }
    said.push(await mention(alice, one.id, [bob], { content: 'reply', thread_root_id: said[0]?.id }));
    said.push(await mention(alice, one.id, [bob], { content: 'both', mentions_everyone: true }));
    // None of these: one's own, somebody else's, and what mentions nobody.
    await mention(bob, one.id, [bob], { content: 'myself' });
    await mention(bob, one.id, [], { content: 'my everyone', mentions_everyone: true });
    await mention(alice, one.id, [carol], { content: 'carol' });
    await send(alice, other.id, 'nobody');
    const shown = async (max_rows: number): Promise<(string | null)[]> => {
      const pages = await pagesOf((before) => bob.call('mentions', { before, max_rows }));
      for (const page of pages.slice(0, -1)) expect(page.messages).toHaveLength(max_rows);
      for (const { messages, profiles } of pages) {
        // Whoever wrote one or is named by one.
        const named = new Set(
          messages.flatMap(({ sender_id, mentioned_user_ids }) => [sender_id, ...mentioned_user_ids]),
        );
        expect(new Set(profiles.map(({ id }) => id))).toEqual(named);
      }
      return pages.flatMap((page) => page.messages.map(({ content }) => content));
    };
    const expected = [oldest, ...said].map(({ content }) => content).reverse();
    for (const rows of [1, 3, 50]) expect(await shown(rows), `${rows} a page`).toEqual(expected);
    // Deleted, hidden, from before one may look, and in conversations one has left: gone.
    await alice.call('delete_message', { message_id: said[9]?.id });
    await alice.call('delete_message', { message_id: said[7]?.id });
    await bob.call('hide_message', { message_id: said[8]?.id });
    await query(
      `update confab.members set visible_from_seq = 2 where conversation_id = $1 and user_id = $2`,
      [one.id, bob.id],
    );
    expect(await shown(2)).toEqual(['one 3', 'other 2', 'one 2', 'other 1', 'one 1', 'other 0', 'oldest']);
    await query(`update confab.members set state = 'left' where conversation_id = $1 and user_id = $2`, [
      other.id,
      bob.id,
    ]);
    expect(await shown(2)).toEqual(['one 3', 'one 2', 'one 1', 'oldest']);
    expect((await bob.refusal('mentions', { before: 'x' })).code).toBe('invalid');
  });
});

describe('a random history', () => {
  const seed = 20_261_124;
  let users: User[];
  let ids: string[];

  beforeAll(async () => {
    users = await newUsers('A', 'B', 'C');
    const [first, ...others] = users as [User, ...User[]];
    ids = [];
    for (let n = 0; n < 2; n += 1) ids.push((await newGroup(first, ...others)).id);
  });
  afterAll(() => query('delete from confab.conversations where id = any ($1)', [ids]));

  it('D7 unread and unread mentions equal a recount at every moment of 500 operations', async () => {
    const random = randomOf(seed);
    const pick = <T>(from: readonly T[]): T => {
      const found = from[random.below(from.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    };
    const some = (): string[] => users.filter(() => random.next() < 0.3).map((user) => user.id);
    const sent: { id: string; by: User }[] = [];
    const done: Record<string, number> = {};
    await withDatabase(async (db) => {
      for (let n = 0; n < 500; n += 1) {
        let user = pick(users);
        const dice = random.next();
        let sql: string;
        let values: unknown[];
        if (dice < 0.35 || sent.length === 0) {
          const message = { id: randomUUID(), by: user };
          sql = `select confab.send_message(
            $1, $2, 'x', kind => $3, mentioned_user_ids => $4, mentions_everyone => $5, thread_root_id => null)`;
          values = [message.id, pick(ids), 'text', some(), random.next() < 0.1];
          sent.push(message);
        } else if (dice < 0.5) {
          const message = pick(sent);
          user = message.by;
          sql = 'select confab.edit_message(gen_random_uuid(), $1, $2, null, $3, $4)';
          values = [
            message.id,
            'y',
            random.next() < 0.5 ? some() : null,
            random.next() < 0.5 ? random.next() < 0.2 : null,
          ];
        } else if (dice < 0.6) {
          const message = pick(sent);
          user = message.by;
          sql = 'select confab.delete_message($1)';
          values = [message.id];
        } else if (dice < 0.72) {
          sql = dice < 0.67 ? 'select confab.hide_message($1)' : 'select confab.unhide_message($1)';
          values = [pick(sent).id];
        } else if (dice < 0.86) {
          sql = 'select confab.mark_read($1, $2)';
          values = [pick(ids), random.below(200)];
        } else if (dice < 0.98) {
          sql = 'select confab.mark_unread($1, $2)';
          values = [pick(ids), 1 + random.below(200)];
        } else {
          sql = 'select confab.mark_all_read()';
          values = [];
        }
        const what = /confab\.(\w+)/.exec(sql)?.[1] ?? '';
        const outcome = await outcomeAs(db, user, sql, values);
        expect(['ok', 'message_deleted'], `operation ${n} of seed ${seed}: ${what}`).toContain(outcome);
        done[`${what} ${outcome}`] = (done[`${what} ${outcome}`] ?? 0) + 1;
        const wrong = await db.query(miscountSql, [ids]);
        expect(wrong.rows, `after operation ${n} of seed ${seed}: ${what} ${JSON.stringify(values)}`).toEqual(
          [],
        );
      }
    });
    for (const what of ['send_message', 'edit_message', 'delete_message', 'hide_message', 'mark_unread']) {
      expect(done[`${what} ok`], what).toBeGreaterThan(20);
    }
    for (const user of users) {
      const listed = await pagesOf((before) => user.call('mentions', { before, max_rows: 7 }));
      const found = await query<{ id: string }>(
        `select m.id
         from confab.messages m
         where m.conversation_id = any ($1)
           and (m.mentions_everyone or $2 = any (m.mentioned_user_ids))
           and m.sender_id <> $2
           and m.deleted_at is null
           and not exists (
             select 1 from confab.hidden_messages h where h.user_id = $2 and h.message_id = m.id and h.is_hidden
           )
         order by m.created_at desc, m.id desc`,
        [ids, user.id],
      );
      expect(found.length).toBeGreaterThan(5);
      expect(listed.flatMap((page) => page.messages.map(({ id }) => id))).toEqual(found.map(({ id }) => id));
    }
  });
});
