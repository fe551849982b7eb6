import { randomUUID } from 'node:crypto';

import type pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';

import { beginAs, one, query, withDatabase, withSettings } from './support/database.js';
import { eventsOf, inboxOf as inbox, type Event } from './support/events.js';
import { direct, mutation, newGroup, newUser, newUsers, push, send, type User } from './support/users.js';
import type { Conversation } from './support/wire.js';

const topicsOf = (events: Event[]): string[] => events.map(({ topic }) => topic).sort();

describe('events', () => {
  it('D10 a message goes to the inbox of every joined member, with the row, its version and the sender', async () => {
    const [alice, bob, carol] = (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];
    const group = await newGroup(alice, bob, carol);
    await query(`update confab.members set state = 'removed' where conversation_id = $1 and user_id = $2`, [
      group.id,
      carol.id,
    ]);
    const events = await eventsOf(group.id, () => send(alice, group.id, 'hello'));
    expect(topicsOf(events)).toEqual([inbox(alice), inbox(bob)].sort());
    const { messages, profiles } = await bob.call('history', { conversation_id: group.id });
    for (const event of events) {
      expect(event).toMatchObject({ event: 'changes', private: true });
      expect(event.payload).toEqual({
        type: 'message',
        conversation_id: group.id,
        version: 1,
        // What depends on the reader is left open in what goes to several.
        message: { ...messages[0], is_hidden: null },
        profile: profiles[0],
        conversation: {
          last_seq: 1,
          last_timeline_seq: 1,
          version: 1,
          last_activity_at: messages[0]?.created_at,
        },
      });
    }
  });

  it('D10 an edit and a deletion are the same event with the next version', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'hello');
    const events = await eventsOf(id, () =>
      push(
        alice,
        mutation('edit_message', id, { message_id: message.id, content: 'HELLO' }),
        mutation('delete_message', id, { message_id: message.id }),
      ),
    );
    expect(events.filter(({ topic }) => topic === inbox(bob)).map(({ payload }) => payload)).toMatchObject([
      {
        type: 'message',
        version: 2,
        message: { content: 'HELLO' },
        conversation: { last_seq: 1, version: 2 },
      },
      { type: 'message', version: 3, message: { content: null }, conversation: { last_seq: 1, version: 3 } },
    ]);
  });

  it('D10 nothing is written twice, nothing for what changed nothing, nothing for what failed', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    const sent = mutation('send_message', id, { content: 'hello' });
    await push(alice, sent);
    await bob.call('mark_read', { conversation_id: id, seq: 1 });
    const events = await eventsOf(id, async () => {
      await push(alice, sent, mutation('send_message', id, { content: '' }));
      await bob.call('mark_read', { conversation_id: id, seq: 1 });
      await bob.call('mark_delivered', { conversation_id: id, seq: 1 });
      await direct(bob, alice);
      await withDatabase(async (db) => {
        await beginAs(db, alice);
        await db.query('select confab.send_message($1, $2, $3)', [randomUUID(), id, 'rolled back']);
        await db.query('rollback');
      });
    });
    expect(events).toEqual([]);
  });

  it('D10 a cursor goes to all, the unread count only to one’s own inbox', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    await send(alice, id, 'one');
    await send(alice, id, 'two');
    const events = await eventsOf(id, () => bob.call('mark_read', { conversation_id: id, seq: 1 }));
    const of = (user: User): Event | undefined => events.find(({ topic }) => topic === inbox(user));
    expect(events).toHaveLength(2);
    expect(of(alice)?.payload).toMatchObject({
      type: 'member',
      conversation_id: id,
      member: { user_id: bob.id, last_read_seq: 1 },
      profile: { id: bob.id, display_name: 'Bob' },
    });
    expect(of(alice)?.payload).not.toHaveProperty('unread');
    expect(of(bob)?.payload).toMatchObject({ type: 'member', unread: 1 });
    const delivered = await eventsOf(id, () => bob.call('mark_delivered', { conversation_id: id, seq: 2 }));
    expect(topicsOf(delivered)).toEqual([inbox(alice), inbox(bob)].sort());
  });

  it('D6 cursors are not broadcast above receipts_max_members, nor where the kind has no receipts', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const group = await newGroup(alice, bob);
    await send(alice, group.id, 'one');
    await withSettings({ receipts_max_members: 1 }, async () => {
      const events = await eventsOf(group.id, () =>
        bob.call('mark_read', { conversation_id: group.id, seq: 1 }),
      );
      expect(topicsOf(events)).toEqual([inbox(bob)]);
      expect(events[0]?.payload).toMatchObject({ type: 'member', unread: 0 });
    });
    await query(
      `insert into confab.conversation_kinds (kind, has_receipts) values ('d10_quiet', false) on conflict do nothing`,
    );
    const quiet = await alice.call('create_conversation', {
      id: randomUUID(),
      kind: 'd10_quiet',
      member_ids: [bob.id],
    });
    await send(alice, quiet.id, 'one');
    const events = await eventsOf(quiet.id, () =>
      bob.call('mark_read', { conversation_id: quiet.id, seq: 1 }),
    );
    expect(topicsOf(events)).toEqual([inbox(bob)]);
  });

  it('D10 above fanout_max_members one event goes to the feed, whose topic members are told', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const group = await newGroup(alice, bob);
    await withSettings({ fanout_max_members: 1 }, async () => {
      const { conversations } = await bob.call('conversation', { conversation_id: group.id });
      const feed = conversations[0]?.feed ?? '';
      expect(feed).toMatch(new RegExp(`^feed:${group.id}:[0-9a-f]{32}$`));
      const sent = await eventsOf(group.id, () => send(alice, group.id, 'hello'));
      expect(topicsOf(sent)).toEqual([feed]);
      expect(sent[0]?.payload).toMatchObject({ type: 'message', version: 1, message: { content: 'hello' } });
      const read = await eventsOf(group.id, () =>
        bob.call('mark_read', { conversation_id: group.id, seq: 1 }),
      );
      expect(topicsOf(read)).toEqual([feed, inbox(bob)].sort());
      expect(read.find(({ topic }) => topic === feed)?.payload).not.toHaveProperty('unread');
    });
  });

  it('D10 a new conversation is a hint in every inbox', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const id = randomUUID();
    const made = await eventsOf(id, () =>
      alice.call('create_conversation', { id, kind: 'group', member_ids: [bob.id] }),
    );
    expect(topicsOf(made)).toEqual([inbox(alice), inbox(bob)].sort());
    for (const { payload } of made) expect(payload).toEqual({ type: 'conversation', conversation_id: id });
    await withSettings({ fanout_max_members: 1 }, async () => {
      const large = randomUUID();
      const hints = await eventsOf(large, () =>
        alice.call('create_conversation', { id: large, kind: 'group', member_ids: [bob.id] }),
      );
      expect(topicsOf(hints)).toEqual([inbox(alice), inbox(bob)].sort());
    });
  });

  it('D10 an event carries no row above 200 kB, but says that there is more', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    await withSettings({ max_content_length: 300_000 }, async () => {
      await send(alice, id, 'ä'.repeat(150_000));
      const [event] = await query<{ payload: unknown }>(
        `select payload - 'id' - 'xid' as payload from realtime.messages where topic = $1 order by inserted_at desc`,
        [inbox(bob)],
      );
      expect(event?.payload).toEqual({ changes: [], is_cut: true });
      const pulled = await bob.call('history', { conversation_id: id });
      expect(pulled.messages[0]?.content).toHaveLength(150_000);
    });
  });

  it('D10 a failing or missing realtime never fails a write', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    for (const [breaks, mends] of [
      ['alter table realtime.messages rename to gone', 'alter table realtime.gone rename to messages'],
      [
        'alter function realtime.send(jsonb, text, text, boolean) rename to gone',
        'alter function realtime.gone(jsonb, text, text, boolean) rename to send',
      ],
    ] as const) {
      const messageId = randomUUID();
      await withDatabase(async (db) => {
        await db.query('begin');
        await db.query('set local role supabase_realtime_admin');
        await db.query(breaks);
        await db.query('reset role');
        await db.query(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify({ sub: alice.id }),
        ]);
        await db.query('set local role authenticated');
        await db.query('select confab.send_message($1, $2, $3)', [messageId, id, 'still there']);
        // What is done at the end of the transaction, while it is broken.
        await db.query('set constraints all immediate');
        await db.query('reset role');
        await db.query('set local role supabase_realtime_admin');
        await db.query(mends);
        await db.query('commit');
      });
      expect(await one('select content from confab.messages where id = $1', [messageId]), breaks).toEqual({
        content: 'still there',
      });
    }
  });

  it('D10 renewing the feed key tells the old feed to pull and gives a new topic', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await newGroup(alice, bob);
    const feed = async (): Promise<string> => {
      const row = await one<{ feed: string }>(
        `select 'feed:' || id || ':' || feed_key as feed from confab.conversations where id = $1`,
        [id],
      );
      return row.feed;
    };
    const old = await feed();
    const events = await eventsOf(id, () => query('select confab_private.renew_feed_key($1)', [id]));
    expect(topicsOf(events)).toEqual([old]);
    expect(await feed()).not.toBe(old);
  });
});

describe('topics', () => {
  let alice: User;
  let bob: User;
  let stranger: User;
  let group: Conversation;
  let feed: string;

  beforeAll(async () => {
    [alice, bob, stranger] = (await newUsers('Alice', 'Bob', 'Stranger')) as [User, User, User];
    group = await newGroup(alice, bob);
    const row = await one<{ feed: string }>(
      `select 'feed:' || id || ':' || feed_key as feed from confab.conversations where id = $1`,
      [group.id],
    );
    feed = row.feed;
  });

  const become = async (db: pg.Client, user: Pick<User, 'id'> | null, topic: string): Promise<void> => {
    await db.query(
      `select set_config('role', $1, true), set_config('realtime.topic', $2, true),
              set_config('request.jwt.claims', $3, true)`,
      [
        user === null ? 'anon' : 'authenticated',
        topic,
        JSON.stringify(user === null ? { role: 'anon' } : { role: 'authenticated', sub: user.id }),
      ],
    );
  };

  /** What Realtime asks the database: rows it can see and rows it may insert, in a transaction that is rolled back. */
  async function rights(user: Pick<User, 'id'> | null, topic: string): Promise<string[]> {
    return withDatabase(async (db) => {
      const granted: string[] = [];
      for (const extension of ['broadcast', 'presence']) {
        await db.query('begin');
        const probe = randomUUID();
        await db.query('insert into realtime.messages (id, topic, extension) values ($1, $2, $3)', [
          probe,
          topic,
          extension,
        ]);
        await become(db, user, topic);
        const seen = await db.query('select id from realtime.messages where id = $1', [probe]);
        if (seen.rows.length > 0) granted.push(`${extension} read`);
        try {
          await db.query('insert into realtime.messages (topic, extension) values ($1, $2)', [
            topic,
            extension,
          ]);
          granted.push(`${extension} write`);
        } catch (error) {
          expect(error).toMatchObject({ code: '42501' });
        }
        await db.query('rollback');
      }
      return granted;
    });
  }

  const all = ['broadcast read', 'broadcast write', 'presence read', 'presence write'];

  it('D10 an inbox is heard by its user alone, and nobody speaks in it', async () => {
    expect(await rights(alice, inbox(alice))).toEqual(['broadcast read']);
    expect(await rights(bob, inbox(alice))).toEqual([]);
    expect(await rights(stranger, inbox(alice))).toEqual([]);
    expect(await rights(null, inbox(alice))).toEqual([]);
  });

  it('D10 a room belongs to its joined members', async () => {
    expect(await rights(alice, `room:${group.id}`)).toEqual(all);
    expect(await rights(bob, `room:${group.id}`)).toEqual(all);
    expect(await rights(stranger, `room:${group.id}`)).toEqual([]);
    expect(await rights(null, `room:${group.id}`)).toEqual([]);
    expect(await rights(alice, `room:${randomUUID()}`)).toEqual([]);
  });

  it('D10 a feed is heard by joined members who know the key, and nobody speaks in it', async () => {
    expect(await rights(alice, feed)).toEqual(['broadcast read']);
    expect(await rights(stranger, feed)).toEqual([]);
    expect(await rights(alice, `feed:${group.id}:${'0'.repeat(32)}`)).toEqual([]);
    expect(await rights(alice, `feed:${group.id}:`)).toEqual([]);
    expect(await rights(alice, `feed:${group.id}`)).toEqual([]);
  });

  it('D10 leaving, or being removed, closes room and feed', async () => {
    for (const state of ['left', 'removed', 'invited']) {
      const user = await newUser('Guest');
      const other = await newGroup(alice, user);
      const { feed_key: key } = await one<{ feed_key: string }>(
        `update confab.members m set state = $3 from confab.conversations c
         where c.id = m.conversation_id and m.conversation_id = $1 and m.user_id = $2 returning c.feed_key`,
        [other.id, user.id, state],
      );
      expect(await rights(user, `room:${other.id}`), state).toEqual([]);
      expect(await rights(user, `feed:${other.id}:${key}`), state).toEqual([]);
      expect(await rights(alice, `room:${other.id}`)).toEqual(all);
    }
  });

  it('D10 malformed topics and users are refused without an error', async () => {
    const topics = [
      '',
      'x',
      'inbox',
      'inbox:',
      'inbox:x',
      `inbox:${alice.id}:x`,
      `inbox:${alice.id.toUpperCase()}`,
      `inbox:${alice.id} `,
      `INBOX:${alice.id}`,
      'room:',
      'room:x',
      `room:${group.id}:x`,
      `room:${group.id.toUpperCase()}`,
      `room: ${group.id}`,
      `rooms:${group.id}`,
      'feed:',
      'feed:::',
      `feed:${group.id}:%`,
      `feed:${group.id}:' or true --`,
      ':',
      '::',
      '💬',
      'x'.repeat(255),
    ];
    for (const topic of topics) expect(await rights(alice, topic), topic).toEqual([]);
    for (const id of ['', 'x', "' or true --"])
      expect(await rights({ id }, `room:${group.id}`), id).toEqual([]);
  });
});
