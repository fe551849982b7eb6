import { describe, expect, it } from 'vitest';

import { one, query, withDatabase, withSettings } from './support/database.js';
import { inboxOf, type Event } from './support/events.js';
import { callService, deleteUser } from './support/service.js';
import { target } from './support/target.js';
import { direct, newClient, newGroup, newUser, newUsers, type User } from './support/users.js';

type Named = [User, User, User];
const three = async (): Promise<Named> => (await newUsers('Alice', 'Bob', 'Carol')) as Named;

/** The events of type `profile` about a user that `act` wrote. */
async function told(user: User, act: () => Promise<unknown>): Promise<Event[]> {
  const sql = `
    select m.id::text as id, m.topic, m.event, m.private, c.change as payload
    from realtime.messages m, jsonb_array_elements(m.payload -> 'changes') c (change)
    where c.change ->> 'type' = 'profile' and c.change -> 'profile' ->> 'id' = $1`;
  const before = await query<{ id: string }>(sql, [user.id]);
  await act();
  const after = await query<Event>(sql, [user.id]);
  return after.filter(({ id }) => !before.some((row) => row.id === id));
}
const topics = (events: readonly Event[]): string[] => events.map(({ topic }) => topic).sort();
const inboxes = (...users: User[]): string[] => users.map(inboxOf).sort();

const rename = (user: User, name: string) =>
  callService('set_profile', { user_id: user.id, display_name: name });

describe('a new name or picture', () => {
  it('D10 is told to those who share a conversation, once each, and to nobody else', async () => {
    const [alice, bob, carol] = await three();
    const dave = await newUser('Dave');
    await newGroup(alice, bob, carol);
    await newGroup(bob, alice);
    await direct(alice, bob);
    await newGroup(carol, dave);
    const events = await told(bob, () => rename(bob, 'Bobby'));
    expect(topics(events)).toEqual(inboxes(alice, bob, carol));
    for (const { event, private: isPrivate, payload } of events) {
      expect([event, isPrivate]).toEqual(['changes', true]);
      expect(payload).toEqual({
        type: 'profile',
        profile: expect.objectContaining({ id: bob.id, display_name: 'Bobby', avatar_url: null }),
      });
    }
  });

  it('D10 is told where the user changes it in Auth, and where it is deleted', async () => {
    const [alice, bob] = await three();
    await newGroup(alice, bob);
    const admin = newClient(target().serviceRoleKey).auth.admin;
    const renamed = await told(bob, () =>
      admin.updateUserById(bob.id, { user_metadata: { avatar_url: 'https://example.com/b.png' } }),
    );
    expect(topics(renamed)).toEqual(inboxes(alice, bob));
    const deleted = await told(bob, () => deleteUser(bob.id));
    expect(topics(deleted)).toContain(inboxOf(alice));
    expect(deleted[0]?.payload['profile']).toMatchObject({
      display_name: 'Deleted user',
      deleted_at: expect.any(String),
    });
  });

  it('D10 is told once however often a transaction changes it, as it was in the end', async () => {
    const [alice, bob] = await three();
    await newGroup(alice, bob);
    const events = await told(bob, () =>
      withDatabase(async (db) => {
        await db.query('begin');
        for (const name of ['One', 'Two', 'Three'])
          await db.query('select confab.set_profile($1, $2)', [bob.id, name]);
        await db.query('commit');
      }),
    );
    expect(topics(events)).toEqual(inboxes(alice, bob));
    expect(events.map(({ payload }) => payload['profile'])).toEqual(
      events.map(() => expect.objectContaining({ display_name: 'Three' })),
    );
  });

  it('D10 is told to nobody when nothing that others see has changed, or the change is undone', async () => {
    const [alice, bob] = await three();
    await newGroup(alice, bob);
    expect(
      await told(bob, async () => {
        await bob.call('pull', {});
        await withDatabase(async (db) => {
          await db.query('begin');
          await db.query('select confab.set_profile($1, $2)', [bob.id, 'Undone']);
          await db.query('rollback');
        });
      }),
    ).toEqual([]);
    await rename(bob, 'Bobby');
    expect(await told(bob, () => rename(bob, 'Bobby'))).toEqual([]);
  });

  it('D10 goes to the feed of a large conversation, and to who was in one with somebody who left', async () => {
    const [alice, bob, carol] = await three();
    const large = await newGroup(alice, bob, carol);
    const small = await newGroup(alice, bob);
    await bob.call('leave_conversation', { conversation_id: small.id });
    await withSettings({ fanout_max_members: 2 }, async () => {
      const { feed_key: key } = await one<{ feed_key: string }>(
        'select feed_key from confab.conversations where id = $1',
        [large.id],
      );
      const events = await told(bob, () => rename(bob, 'Bobby'));
      expect(topics(events)).toEqual([`feed:${large.id}:${key}`, ...inboxes(alice, bob)].sort());
    });
  });

  it('D10 of a mass change is told of fifty people, the rest comes by pull', async () => {
    const users = await query<{ id: string }>(
      `insert into confab.profiles (id, display_name) select gen_random_uuid(), 'Somebody' from generate_series(1, 60) returning id`,
    );
    const ids = users.map(({ id }) => id);
    await query(`update confab.profiles set display_name = 'Everybody' where id = any ($1::uuid[])`, [ids]);
    const [row] = await query<{ n: number }>(
      `select count(*)::integer as n
       from realtime.messages m, jsonb_array_elements(m.payload -> 'changes') c (change)
       where c.change ->> 'type' = 'profile' and (c.change -> 'profile' ->> 'id')::uuid = any ($1::uuid[])`,
      [ids],
    );
    expect(row?.n).toBe(50);
  });

  it('D10 is told to at most 200 inboxes', async () => {
    const [alice, bob] = await three();
    await withSettings({ fanout_max_members: 1000 }, async () => {
      const { id } = await newGroup(alice, bob);
      await query(
        `with people as (
           insert into confab.profiles (id, display_name) select gen_random_uuid(), 'Somebody' from generate_series(1, 300) returning id
         )
         insert into confab.members (conversation_id, user_id) select $1, p.id from people p`,
        [id],
      );
      const events = await told(bob, () => rename(bob, 'Bobby'));
      expect(events.length).toBeGreaterThanOrEqual(200);
      expect(events.length).toBeLessThanOrEqual(201);
    });
  });
});
