import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { one, query } from './support/database.js';
import { deleteUser } from './support/service.js';
import { direct, newGroup, newUsers, send, type User } from './support/users.js';
import type { Exported } from './support/wire.js';

const three = async (): Promise<[User, User, User]> =>
  (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];

/** All pages. */
async function exported(user: User): Promise<Exported[]> {
  const pages = [await user.call('export_my_data')];
  for (let next = pages[0]?.next; typeof next === 'string'; next = pages.at(-1)?.next) {
    pages.push(await user.call('export_my_data', { after: next }));
    expect(pages.length).toBeLessThan(20);
  }
  return pages;
}

/** One statement as the user. */
const runAs = (user: User, sql: string, values: unknown[]): Promise<unknown> =>
  query(`select set_config('request.jwt.claims', $1, false), ${sql}`, [
    JSON.stringify({ sub: user.id }),
    ...values,
  ]);

describe('export', () => {
  it('D5 holds everything the user wrote, with what it was before', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(bob, alice, carol);
    const first = await send(alice, id, 'first');
    await alice.call('edit_message', { id: randomUUID(), message_id: first.id, content: 'second' });
    await alice.call('edit_message', { id: randomUUID(), message_id: first.id, content: 'third' });
    const gone = await send(alice, id, 'gone');
    await alice.call('delete_message', { message_id: gone.id });
    const [page, ...rest] = await exported(alice);
    expect(rest).toEqual([]);
    expect(page?.messages).toMatchObject([
      {
        id: first.id,
        content: 'third',
        versions: [
          { number: 1, content: 'first' },
          { number: 2, content: 'second' },
        ],
      },
      { id: gone.id, content: null, versions: [] },
    ]);
  });

  it('D5 holds everything about the user: no table with rows of it is left out', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const left = await newGroup(bob, alice);
    const root = await send(bob, id, 'root');
    await bob.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'look',
      mentioned_user_ids: [alice.id],
    });
    await alice.call('mark_read', { conversation_id: id, seq: 1 });
    const replied = await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'reply',
      thread_root_id: root.id,
    });
    await runAs(alice, 'confab.add_reaction($2, $3), confab.hide_message($2)', [root.id, '👍']);
    await alice.call('hide_message', { message_id: replied.id });
    await alice.call('unhide_message', { message_id: replied.id });
    await query(
      `insert into confab.drafts (user_id, conversation_id, content, saved_at) values ($1, $2, 'unsent', now())`,
      [alice.id, id],
    );
    await query(`update confab.members set state = 'left' where conversation_id = $1 and user_id = $2`, [
      left.id,
      alice.id,
    ]);
    const [page] = await exported(alice);
    expect(page).toMatchObject({
      profile: { id: alice.id, display_name: 'Alice' },
      conversations_created: [{ id }],
      drafts: [{ conversation_id: id, content: 'unsent' }],
      reactions: [{ message_id: root.id, emoji: '👍' }],
      mentions: [{ conversation_id: id, seq: 2 }],
      threads: [{ root_id: root.id, last_read_seq: 3, is_following: true }],
      hidden_messages: expect.arrayContaining([
        { conversation_id: id, message_id: root.id, is_hidden: true },
        { conversation_id: id, message_id: replied.id, is_hidden: false },
      ]),
      read_log: [{ conversation_id: id, seq: 1 }],
      next: null,
    });
    const memberships = Object.fromEntries((page?.memberships ?? []).map((m) => [m.conversation_id, m]));
    expect(memberships).toMatchObject({
      [id]: { kind: 'group', title: 'Group', role: 'owner', state: 'joined', last_read_seq: 1 },
      [left.id]: { title: null, state: 'left' },
    });
    // A new table with rows of users has to be exported, or named here with the reason.
    const notAbout = [
      // What a device has sent is in the messages; the ids of requests are nobody's data.
      'confab_private.applied_mutations',
      // How many messages may be sent at this second.
      'confab_private.rate_buckets',
    ];
    const tables = await query<{ name: string }>(
      `select c.table_schema || '.' || c.table_name as name
       from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
       where c.table_schema in ('confab', 'confab_private') and c.column_name = 'user_id'
         and (t.table_type = 'BASE TABLE' or c.table_schema = 'confab')`,
    );
    const sections: Record<string, keyof Exported> = {
      'confab.drafts': 'drafts',
      'confab.hidden_messages': 'hidden_messages',
      'confab.members': 'memberships',
      'confab.mentions': 'mentions',
      'confab.reactions': 'reactions',
      'confab.read_log': 'read_log',
      'confab.threads': 'threads',
    };
    for (const { name } of tables) {
      if (notAbout.includes(name)) continue;
      const section = sections[name];
      expect(section, name).toBeDefined();
      const { n } = await one<{ n: number }>(
        `select count(*)::integer as n from ${name} where user_id = $1`,
        [alice.id],
      );
      expect(page?.[section ?? 'messages'], name).toHaveLength(n);
    }
  });

  it('D5 holds nothing anybody else has written', async () => {
    const [alice, bob] = await three();
    const { id } = await direct(alice, bob);
    const theirs = await send(bob, id, 'Axolotl');
    await bob.call('edit_message', { id: randomUUID(), message_id: theirs.id, content: 'Axolotl!' });
    const mine = await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'mine',
      reply_to_id: theirs.id,
    });
    await bob.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'Axolotl in the thread',
      thread_root_id: mine.id,
    });
    await runAs(bob, 'confab.add_reaction($2, $3)', [mine.id, '🦎']);
    await query(
      `insert into confab.drafts (user_id, conversation_id, content, saved_at) values ($1, $2, 'Axolotl', now())`,
      [bob.id, id],
    );
    const text = JSON.stringify(await exported(alice));
    expect(text).toContain('mine');
    expect(text).not.toContain('Axolotl');
    expect(text).not.toContain('🦎');
    expect(text).not.toContain(bob.id);
  });

  it('D5 comes in pages of 1,000 messages, oldest first, each exactly once', async () => {
    const [alice, bob] = await three();
    const { id } = await direct(alice, bob);
    const rows = await query<{ id: string }>(
      `with sent as (
         insert into confab.messages
           (id, conversation_id, seq, version, counted, sender_id, kind, content, counts, created_at)
         -- Five at a time: where times are equal the id decides.
         select gen_random_uuid(), $1, n, n, n, $2, 'text', n::text, true, now() + n / 5 * interval '1 second'
         from generate_series(1, 2100) n
         returning id
       ),
       counted as (
         update confab.conversations set last_seq = 2100, last_timeline_seq = 2100, version = 2100, counted = 2100
         where id = $1
       )
       select id from sent`,
      [id, alice.id],
    );
    const sent = rows.map((row) => row.id);
    const pages = await exported(alice);
    expect(pages.map(({ messages }) => messages.length)).toEqual([1000, 1000, 100]);
    expect(pages.map((page) => 'profile' in page)).toEqual([true, false, false]);
    const ids = pages.flatMap(({ messages }) => messages.map((message) => message.id));
    expect(new Set(ids)).toEqual(new Set(sent));
    const { is_in_order } = await one<{ is_in_order: boolean }>(
      `select bool_and(created_at >= previous_at or previous_at is null) as is_in_order
       from (
         select m.created_at, lag(m.created_at) over (order by u.place) as previous_at
         from unnest($1::uuid[]) with ordinality u (id, place) join confab.messages m on m.id = u.id
       ) o`,
      [ids],
    );
    expect(is_in_order).toBe(true);
  });

  it('D11 refuses a place that is not one, and who is not signed in or gone gets nothing', async () => {
    const [alice] = await three();
    for (const after of ['x', '1', `99_${'x'.repeat(36)}`, `x_${randomUUID()}`]) {
      expect(await alice.refusal('export_my_data', { after }), after).toMatchObject({
        status: 400,
        code: 'invalid',
      });
    }
    await deleteUser(alice.id);
    expect((await alice.call('export_my_data')).profile).toMatchObject({ display_name: 'Deleted user' });
  });
});
