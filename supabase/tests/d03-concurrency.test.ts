import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { beginAs, connect, one, query, withSettings } from './support/database.js';
import { groupOf, newPeople, pickFrom, withConnectionsAs, type Person } from './support/people.js';
import { nextActionOf, remember, type World } from './support/random-actions.js';
import { randomOf } from './support/random.js';
import { expectRecount, misnumbered } from './support/recount.js';
import type { MutationResult } from './support/wire.js';

const connections = 20;
const sendsEach = 500;

const made: string[] = [];
const figures: string[] = [];

/** A group that is removed afterwards. */
async function newGroupOf(people: readonly Person[]): Promise<string> {
  const id = await groupOf(...people);
  made.push(id);
  return id;
}

afterAll(async () => {
  await query('delete from confab.conversations where id = any ($1)', [made]);
  // For the record: what this machine has done.
  if (figures.length > 0) console.info(`D3 ${figures.join('; ')}`);
});

/** Sends from all connections at once, and says how long it took in seconds. */
async function sendAll(
  people: readonly Person[],
  into: (person: Person) => readonly string[],
): Promise<number> {
  return withConnectionsAs(people, async (clients) => {
    const begun = performance.now();
    await Promise.all(
      clients.map(async (db, index) => {
        const ids = into(pickFrom(people, index));
        for (let n = 0; n < sendsEach; n += 1) {
          await db.query({
            name: 'send',
            text: `select confab.send_message($1, $2, $3) is not null as is_sent`,
            values: [randomUUID(), pickFrom(ids, n), `${index}/${n}`],
          });
        }
      }),
    );
    return (performance.now() - begun) / 1000;
  });
}

/** That every sender's messages stand in the order it sent them, and none is missing. */
async function expectSendersInOrder(ids: readonly string[]): Promise<void> {
  const rows = await query<{ sent: number; in_order: boolean }>(
    `select sum(n)::integer as sent, bool_and(is_growing) as in_order
     from (
       select count(*) as n,
              bool_and(m.number > m.previous or m.previous is null) as is_growing
       from (
         select sender_id, conversation_id, split_part(content, '/', 2)::integer as number,
                lag(split_part(content, '/', 2)::integer)
                  over (partition by sender_id, conversation_id order by seq) as previous
         from confab.messages
         where conversation_id = any ($1)
       ) m
       group by sender_id, conversation_id
     ) s`,
    [ids],
  );
  expect(rows).toEqual([{ sent: connections * sendsEach, in_order: true }]);
}

describe('20 connections × 500 sends', () => {
  let people: Person[];

  beforeAll(async () => {
    people = await newPeople(connections);
  });

  it('D3 into one conversation: no hole, no double, times that grow, and unread exact', async () => {
    const id = await newGroupOf(people);
    // One event per message, to the feed, instead of twenty: what is proved is the order.
    const seconds = await withSettings({ fanout_max_members: 10 }, () => sendAll(people, () => [id]));
    expect(await misnumbered([id])).toEqual([]);
    await expectSendersInOrder([id]);
    await expectRecount([id]);
    figures.push(
      `20 connections into one conversation of 20: ${Math.round((connections * sendsEach) / seconds)} sends/s`,
    );
  }, 300_000);

  it('D3 into fifty conversations: no hole, no double, times that grow, and unread exact', async () => {
    const groups = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const members = Array.from({ length: 4 }, (__, offset) => pickFrom(people, n + offset));
        return { id: await newGroupOf(members), members };
      }),
    );
    const ids = groups.map(({ id }) => id);
    const seconds = await sendAll(people, (person) =>
      groups.filter(({ members }) => members.includes(person)).map(({ id }) => id),
    );
    expect(await misnumbered(ids)).toEqual([]);
    await expectSendersInOrder(ids);
    await expectRecount(ids);
    figures.push(`into fifty of 4: ${Math.round((connections * sendsEach) / seconds)} sends/s`);
  }, 300_000);
});

describe('both sides of a direct conversation at once', () => {
  it('D8 100 pairs, each asked for by 20 connections, are 100 conversations', async () => {
    const people = await newPeople(25);
    const pairs = Array.from({ length: 100 }, (_, n): [Person, Person] => [
      pickFrom(people, n),
      pickFrom(people, n + 1 + Math.floor(n / 25)),
    ]);
    const clients = await Promise.all(Array.from({ length: connections }, connect));
    const answers: string[][] = [];
    try {
      for (const pair of pairs) {
        // All of them are let go at once, half of them from either side.
        await Promise.all(clients.map((db, index) => beginAs(db, pickFrom(pair, index))));
        answers.push(
          await Promise.all(
            clients.map(async (db, index) => {
              const { rows } = await db.query<{ id: string }>(
                `select confab.get_or_create_direct($1) ->> 'id' as id`,
                [pickFrom(pair, index + 1).id],
              );
              await db.query('commit');
              return rows[0]?.id ?? '';
            }),
          ),
        );
      }
    } finally {
      await Promise.all(clients.map((db) => db.end()));
    }
    const ids = answers.map((found) => new Set(found));
    expect(ids.every((found) => found.size === 1)).toBe(true);
    const made_ = ids.flatMap((found) => [...found]);
    made.push(...made_);
    expect(new Set(made_).size).toBe(pairs.length);
    const wrong = await query(
      `select p.low, count(distinct c.id), count(m.user_id)
       from unnest($1::uuid[], $2::uuid[]) p (low, high)
       left join confab.conversations c
         on c.direct_low = least(p.low, p.high) and c.direct_high = greatest(p.low, p.high)
       left join confab.members m on m.conversation_id = c.id and m.state = 'joined'
       group by p.low, p.high
       having count(distinct c.id) <> 1 or count(m.user_id) <> 2`,
      [pairs.map(([one_]) => one_.id), pairs.map(([, other]) => other.id)],
    );
    expect(wrong).toEqual([]);
    figures.push(`${pairs.length} pairs × ${connections} connections: ${made_.length} direct conversations`);
  });
});

describe('pushes over the same conversations in opposite orders', () => {
  const seed = 31_337;

  it('D3 of 12 connections with everything in them never deadlock', async () => {
    const people = await newPeople(8);
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.push(await newGroupOf(people));
    await query(
      `insert into confab.message_kinds (kind, counts_as_unread) values ('hush', false) on conflict do nothing`,
    );
    const deadlocks = async (): Promise<number> => {
      const { n } = await one<{ n: number }>(
        'select deadlocks::integer as n from pg_stat_database where datname = current_database()',
      );
      return n;
    };
    const before = await deadlocks();
    const world: World = { people, conversationIds: ids, sent: [] };
    const rounds = 40;
    const outcomes: Record<string, number> = {};
    // Four people have two devices, which share member rows and a rate bucket.
    const devices = [...people, ...people.slice(0, 4)];
    await withConnectionsAs(devices, async (clients) => {
      await Promise.all(
        clients.map(async (db, index) => {
          const person = pickFrom(devices, index);
          const random = randomOf(seed + index);
          for (let round = 0; round < rounds; round += 1) {
            const actions = Array.from({ length: 12 }, () => nextActionOf(person, random, world));
            if (index % 2 === 1)
              actions.sort((a, b) =>
                (a.mutation.conversation_id ?? '') < (b.mutation.conversation_id ?? '') ? 1 : -1,
              );
            const { rows } = await db.query<{ results: MutationResult[] }>(
              `select confab.push($1) -> 'results' as results`,
              [JSON.stringify(actions.map((action) => action.mutation))],
            );
            rows[0]?.results.forEach((result, place) => {
              const action = pickFrom(actions, place);
              const outcome = result.ok ? 'ok' : result.error.code;
              outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
              if (outcome === 'internal') figures.push(`${action.mutation.type}: ${JSON.stringify(result)}`);
              remember(world, action, result);
            });
          }
        }),
      );
    });
    expect(outcomes['internal'], `seed ${seed}: ${JSON.stringify(outcomes)}`).toBeUndefined();
    expect(outcomes['blocked_by_previous']).toBeUndefined();
    expect(outcomes['ok']).toBeGreaterThan(2000);
    expect(await deadlocks()).toBe(before);
    expect(await misnumbered(ids)).toEqual([]);
    await expectRecount(ids);
    figures.push(
      `${devices.length * rounds} pushes of 12 mutations: ${JSON.stringify(outcomes)}, no deadlock`,
    );
  }, 300_000);
});
