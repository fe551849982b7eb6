import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type pg from 'pg';
import { describe, expect, it } from 'vitest';

import { query, withDatabase } from './support/database.js';
import { become, groupOf, newPeople, pickFrom, withConnectionsAs, type Person } from './support/people.js';
import { mutation } from './support/users.js';

interface Sent {
  topic: string;
  payload: { xid: number; changes: { type: string; conversation_id: string }[]; is_cut?: true };
}

/** The events that `act` wrote to these topics, in their order. */
async function eventsOf(topics: readonly string[], act: () => Promise<unknown>): Promise<Sent[]> {
  const [last] = await query<{ at: string }>('select max(inserted_at)::text as at from realtime.messages');
  await act();
  return query<Sent>(
    `select topic, payload from realtime.messages
     where topic = any ($1) and inserted_at > $2 order by inserted_at, topic`,
    [topics, last?.at ?? '-infinity'],
  );
}

const inboxOf = ({ id }: Person): string => `inbox:${id}`;

interface Answer {
  xid: number | null;
  told: string[];
  results: { ok: boolean }[];
}

async function pushOver(db: pg.Client, ...mutations: unknown[]): Promise<Answer> {
  const { rows } = await db.query<{ answer: Answer }>('select confab.push($1) as answer', [
    JSON.stringify(mutations),
  ]);
  const { answer } = pickFrom(rows, 0);
  for (const [n, { ok }] of answer.results.entries()) expect(ok, `mutation ${n}`).toBe(true);
  return answer;
}

const sending = (id: string, content: string, args: object = {}) =>
  mutation('send_message', id, { content, ...args });
/** The versions of the messages in an event, and the types of other changes. */
const versionsOf = (event: Sent | undefined): unknown[] =>
  (event?.payload.changes ?? []).map((change) => ('version' in change ? change.version : change.type));

describe('one event for each topic and transaction', () => {
  it('D10 all that a push tells somebody is one event, in the order of the mutations', async () => {
    const [alice, bob] = (await newPeople(2)) as [Person, Person];
    const id = await groupOf(alice, bob);
    await withConnectionsAs([alice], async ([db]) => {
      if (!db) return;
      const first = sending(id, 'one');
      let answer: Answer | undefined;
      const events = await eventsOf([inboxOf(alice), inboxOf(bob)], async () => {
        answer = await pushOver(
          db,
          first,
          sending(id, 'two'),
          mutation('edit_message', id, { message_id: first.id, content: 'ONE' }),
          mutation('set_membership', id, { changes: { is_pinned: true } }),
        );
      });
      expect(events.map(({ topic }) => topic).sort()).toEqual([inboxOf(alice), inboxOf(bob)].sort());
      const to = (person: Person) => events.find(({ topic }) => topic === inboxOf(person));
      expect(versionsOf(to(bob))).toEqual([1, 2, 3]);
      expect(to(alice)?.payload.changes.map(({ type }) => type)).toEqual([
        'message',
        'message',
        'message',
        'member',
      ]);
      expect(answer).toMatchObject({ xid: to(alice)?.payload.xid, told: [alice.id] });
      expect(to(bob)?.payload.xid).toBe(answer?.xid);
    });
  });

  it('D10 the answer of a push says where its events go: to the inbox, to feeds, or nowhere', async () => {
    const people = await newPeople(51);
    const [alice, bob] = people as [Person, Person];
    const large = await groupOf(...people);
    const small = await groupOf(alice, bob);
    await withConnectionsAs([alice], async ([db]) => {
      if (!db) return;
      const sent = sending(large, 'to the feed');
      expect(await pushOver(db, sent)).toMatchObject({ told: [large] });
      expect(await pushOver(db, sent)).toMatchObject({ xid: null, told: [] });
      const both = await pushOver(db, sending(large, 'to the feed'), sending(small, 'to inboxes'));
      expect(both.told.sort()).toEqual([alice.id, large].sort());
      // Never the key of a feed: it is renewed for those who stay.
      const gone = mutation('remove_member', large, { user_id: people[50]?.id });
      expect((await pushOver(db, gone)).told.sort()).toEqual([alice.id, large].sort());
    });
  });

  it('D10 it is that of the transaction: several calls, without what a savepoint has taken back', async () => {
    const [alice, bob] = (await newPeople(2)) as [Person, Person];
    const id = await groupOf(alice, bob);
    const events = await eventsOf([inboxOf(bob)], () =>
      withDatabase(async (db) => {
        await db.query('begin');
        await become(db, alice);
        const send = (content: string) =>
          db.query('select confab.send_message($1, $2, $3)', [randomUUID(), id, content]);
        await db.query('savepoint a');
        await send('taken back');
        await db.query('rollback to savepoint a');
        await send('one');
        await db.query('savepoint b');
        await send('taken back');
        await db.query('rollback to savepoint b');
        await send('two');
        await db.query('commit');
      }),
    );
    expect(events).toHaveLength(1);
    expect(versionsOf(events[0])).toEqual([1, 2]);
    expect(await query('select * from confab_private.outgoing_changes')).toEqual([]);
  });

  it('D10 what is beyond 200 kB is left out, and the event says so', async () => {
    const [alice, bob] = (await newPeople(2)) as [Person, Person];
    const id = await groupOf(alice, bob);
    const large = () => sending(id, 'large', { data: { text: 'x'.repeat(60_000) } });
    const [event, ...more] = await withConnectionsAs([alice], ([db]) =>
      eventsOf(
        [inboxOf(bob)],
        async () => db && pushOver(db, large(), large(), large(), large(), sending(id, 'small')),
      ),
    );
    expect(more).toEqual([]);
    expect(versionsOf(event)).toEqual([1, 2, 3]);
    expect(event?.payload.is_cut).toBe(true);
  });
});

/** What is measured: in a group whose members are all connected with one device, by its first or second member. */
const acts: Readonly<Record<string, (group: Group) => unknown[]>> = {
  'a message': ({ id }) => [sending(id, 'hello')],
  'ten messages in one push': ({ id }) => Array.from({ length: 10 }, (_, n) => sending(id, `message ${n}`)),
  'a reply in a thread': ({ id, messageId }) => [sending(id, 'a reply', { thread_root_id: messageId })],
  'a message forwarded to the group': ({ id, messageId }) => [
    mutation('forward_message', id, { message_id: messageId }),
  ],
  'an edit': ({ id, messageId }) => [
    mutation('edit_message', id, { message_id: messageId, content: 'edited' }),
  ],
  'a reaction, given or taken back': ({ id, messageId }) => [
    mutation('add_reaction', id, { message_id: messageId, emoji: '👍' }),
  ],
  'pinning, or unpinning': ({ id, messageId }) => [mutation('pin_message', id, { message_id: messageId })],
  'read by one member': ({ id, seq }) => [mutation('mark_read', id, { seq })],
  'delivered to one member': ({ id, seq }) => [mutation('mark_delivered', id, { seq })],
  'delivered and read in one push': ({ id, seq }) => [
    mutation('mark_delivered', id, { seq }),
    mutation('mark_read', id, { seq }),
  ],
  'marked as unread': ({ id, seq }) => [mutation('mark_unread', id, { seq })],
  'muted, pinned or archived': ({ id }) => [mutation('set_membership', id, { changes: { is_pinned: true } })],
  'a draft saved': ({ id }) => [
    mutation('save_draft', id, { content: 'unsent', saved_at: '2026-01-01T00:00:00Z' }),
  ],
  'deleted for oneself': ({ id, messageId }) => [mutation('hide_message', id, { message_id: messageId })],
  'a new name': ({ id }) => [mutation('update_conversation', id, { changes: { title: 'New' } })],
  'a role given': ({ id, others }) => [
    mutation('set_role', id, { user_id: pickFrom(others, 1).id, role: 'admin' }),
  ],
  'a deletion': ({ id, messageId }) => [mutation('delete_message', id, { message_id: messageId })],
  'a member removed': ({ id, others }) => [
    mutation('remove_member', id, { user_id: pickFrom(others, others.length - 1).id }),
  ],
};
/** Done by the second member: of what the first has sent. */
const BY_READER = new Set([
  'read by one member',
  'delivered to one member',
  'delivered and read in one push',
  'marked as unread',
  'deleted for oneself',
]);
const SIZES = [3, 10, 50, 100];

interface Group {
  readonly id: string;
  readonly messageId: string;
  /** Its place. */
  readonly seq: number;
  readonly others: readonly Person[];
}

/** What Realtime counts: each event, and each device it goes to. */
async function costsIn(people: readonly Person[]): Promise<string[]> {
  const [owner, ...others] = people as [Person, ...Person[]];
  const id = await groupOf(...people);
  return withConnectionsAs([owner, pickFrom(others, 0)], async ([db, reader]) => {
    if (!db || !reader) return [];
    const xids: (number | null)[] = [];
    for (const [name, act] of Object.entries(acts)) {
      const first = sending(id, 'first');
      await pushOver(db, first);
      const { rows } = await db.query<{ seq: number }>(
        'select last_seq::integer as seq from confab.conversations where id = $1',
        [id],
      );
      const { seq } = pickFrom(rows, 0);
      // Nothing can be unread that was not read.
      if (name === 'marked as unread') await pushOver(reader, mutation('mark_read', id, { seq }));
      const by = BY_READER.has(name) ? reader : db;
      const { xid } = await pushOver(by, ...act({ id, messageId: first.id, seq, others }));
      xids.push(xid);
    }
    const sent = await query<{ xid: number; cost: number }>(
      `select (payload ->> 'xid')::bigint::integer as xid,
              sum(case when topic like 'inbox:%' then 2 when $2 > 50 then 1 + $2 else 1 end)::integer as cost
       from realtime.messages where (payload ->> 'xid')::bigint = any ($1) group by 1`,
      [xids, people.length],
    );
    return xids.map((xid) => String(sent.find((row) => row.xid === xid)?.cost));
  });
}

describe('what a change costs of the events a project may have in a second', () => {
  it('D10 is what the documentation says', async () => {
    const people = await newPeople(Math.max(...SIZES));
    const columns: string[][] = [];
    for (const size of SIZES) columns.push(await costsIn(people.slice(0, size)));
    const rows = Object.keys(acts).map((name, row) => [name, ...columns.map((costs) => costs[row])]);
    const docs = readFileSync(fileURLToPath(new URL('../../docs/operations.md', import.meta.url)), 'utf8');
    const written = docs
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, -1),
      )
      .filter(([name = '']) => name in acts);
    expect(written).toEqual(rows);
  }, 240_000);
});
