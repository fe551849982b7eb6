import { afterAll, describe, expect, it } from 'vitest';

import { one, query, withSettings } from './support/database.js';
import { groupOf, newPeople, pickFrom, withConnectionsAs } from './support/people.js';
import { nextActionOf, remember, type World } from './support/random-actions.js';
import { randomOf } from './support/random.js';
import { expectRecount, miscountSql, misnumbered, recountSql } from './support/recount.js';
import type { MutationResult } from './support/wire.js';

const seed = 20_261_121;
const operations = 10_000;
const ids: string[] = [];
const figures: string[] = [];

afterAll(async () => {
  await query('delete from confab.conversations where id = any ($1)', [ids]);
  // For the record: what was done.
  if (figures.length > 0) console.info(`D7 ${figures.join('; ')}`);
});

describe('a random history', () => {
  it('D7 of 10,000 operations leaves every count equal to a recount', async () => {
    const random = randomOf(seed);
    const people = await newPeople(5);
    for (let n = 0; n < 4; n += 1) ids.push(await groupOf(...people));
    await query(
      `insert into confab.message_kinds (kind, counts_as_unread) values ('hush', false) on conflict do nothing`,
    );
    const world: World = { people, conversationIds: ids, sent: [] };
    const done: Record<string, number> = {};
    const refused: Record<string, number> = {};
    let seen = { unread: 0, mentions: 0, threads: 0 };

    // One event for all instead of one for each: they are not what is counted here.
    await withSettings({ fanout_max_members: 0 }, () =>
      withConnectionsAs(people, async (clients) => {
        const clientOf = new Map(people.map((person, index) => [person.id, pickFrom(clients, index)]));
        for (let n = 0, checked = 0; n < operations;) {
          // What one person does in one go, as an outbox sends it.
          const person = pickFrom(people, random.below(people.length));
          const actions = Array.from({ length: 1 + random.below(9) }, () =>
            nextActionOf(person, random, world),
          );
          const answer = await clientOf.get(person.id)?.query<{ results: MutationResult[] }>({
            name: 'push',
            text: `select confab.push($1) -> 'results' as results`,
            values: [JSON.stringify(actions.map((action) => action.mutation))],
          });
          const what = `operation ${n} of seed ${seed}`;
          for (const [place, action] of actions.entries()) {
            const result = pickFrom(answer?.rows[0]?.results ?? [], place);
            const { type } = action.mutation;
            if (result.ok) done[type] = (done[type] ?? 0) + 1;
            else {
              refused[result.error.code] = (refused[result.error.code] ?? 0) + 1;
              expect(
                ['internal', 'invalid', 'blocked_by_previous'],
                `${what}: ${JSON.stringify(action.mutation)}`,
              ).not.toContain(result.error.code);
            }
            remember(world, action, result);
          }
          n += actions.length;
          // Every so often the server empties a few messages, as retention does.
          if (random.below(100) === 0) await bury(world, random.below);
          if (n - checked >= 200 || n >= operations) {
            checked = n;
            expect(await query(miscountSql, [ids]), `before operation ${n} of seed ${seed}`).toEqual([]);
            const counts = await one<typeof seen>(
              `select sum(unread)::integer as unread, sum(unread_mentions)::integer as mentions,
                    sum(unread_threads)::integer as threads
             from (${recountSql}) c`,
              [ids],
            );
            seen = {
              unread: seen.unread + counts.unread,
              mentions: seen.mentions + counts.mentions,
              threads: seen.threads + counts.threads,
            };
          }
        }
        await expectRecount(ids);
        expect(await misnumbered(ids), `seed ${seed}`).toEqual([]);
        for (const person of people) {
          const totals = await clientOf
            .get(person.id)
            ?.query<{ counts: unknown; total: string }>(
              'select confab.unread_counts() as counts, confab.unread_total() as total',
            );
          const expected = await one<{ counts: unknown; total: string }>(
            `select jsonb_build_object(
             'messages', coalesce(sum(counted_unread), 0),
             'conversations', count(*) filter (where counted_unread > 0),
             'mentions', coalesce(sum(counted_mentions), 0),
             'threads', coalesce(sum(counted_threads), 0)) as counts,
           coalesce(sum(counted_unread), 0)::text as total
           from (${recountSql}) c where user_id = $2`,
            [ids, person.id],
          );
          expect(totals?.rows, `seed ${seed}`).toEqual([expected]);
        }
      }),
    );
    // A history in which nothing happens proves nothing.
    expect(Object.keys(done)).toHaveLength(23);
    for (const [type, count] of Object.entries(done)) expect(count, type).toBeGreaterThan(30);
    for (const [name, count] of Object.entries(seen)) expect(count, name).toBeGreaterThan(100);
    figures.push(
      `${operations} operations, applied ${JSON.stringify(done)}, refused ${JSON.stringify(refused)}`,
    );
  }, 300_000);
});

async function bury({ sent }: World, below: (limit: number) => number): Promise<void> {
  const some = Array.from({ length: 5 }, () => pickFrom(sent, below(sent.length)));
  for (const id of ids) {
    await query('select confab_private.bury_messages($1, $2)', [
      id,
      some.filter(({ conversationId }) => conversationId === id).map((message) => message.id),
    ]);
  }
}
