import { randomUUID } from 'node:crypto';

import type pg from 'pg';

import { connect, query } from './database.js';
import type { Pulled } from './wire.js';

export interface Person {
  id: string;
}

/** Users who never sign in, made by the dozen: for suites that speak to Postgres as them. */
export async function newPeople(count: number): Promise<Person[]> {
  return query<{ id: string }>(
    `with made as (
       insert into auth.users (instance_id, id, aud, role, email, raw_user_meta_data)
       select '00000000-0000-0000-0000-000000000000', u.id, 'authenticated', 'authenticated',
              u.id || '@example.com', jsonb_build_object('display_name', 'Person ' || u.n)
       from unnest($1::uuid[]) with ordinality u (id, n)
       returning id
     )
     select p.id from made p`,
    [Array.from({ length: count }, () => randomUUID())],
  );
}

/** A connection that is the user in every statement, as one of PostgREST is for a request. */
async function connectAs(person: Person): Promise<pg.Client> {
  const db = await connect();
  await become(db, person);
  return db;
}

/** Makes a connection somebody else's. */
export async function become(db: pg.Client, person: Person): Promise<void> {
  await db.query(
    `select set_config('role', 'authenticated', false), set_config('request.jwt.claims', $1, false)`,
    [JSON.stringify({ sub: person.id, role: 'authenticated' })],
  );
}

/** Runs `use` with one connection for each. */
export async function withConnectionsAs<T>(
  people: readonly Person[],
  use: (connections: pg.Client[]) => Promise<T>,
): Promise<T> {
  const connections = await Promise.all(people.map(connectAs));
  try {
    return await use(connections);
  } finally {
    await Promise.all(connections.map((db) => db.end()));
  }
}

/** A group of all of them, made by the first. */
export async function groupOf(...people: readonly Person[]): Promise<string> {
  const id = randomUUID();
  const [first, ...others] = people;
  if (first === undefined) throw new Error('a group of nobody');
  const db = await connectAs(first);
  try {
    await db.query(`select confab.create_conversation($1, 'group', $2, 'Group')`, [
      id,
      others.map((other) => other.id),
    ]);
  } finally {
    await db.end();
  }
  return id;
}

/** The first of some rows, or of people; there has to be one. */
export function pickFrom<T>(from: readonly T[], index: number): T {
  const found = from[index % from.length];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

/** Pulls over a connection of `connectAs`. */
export async function pullAs(
  db: pg.Client,
  cursor: string | null,
  windows: Record<string, number>,
): Promise<Pulled> {
  const { rows } = await db.query<{ answer: Pulled }>('select confab.pull($1, $2) as answer', [
    cursor,
    JSON.stringify(windows),
  ]);
  return pickFrom(rows, 0).answer;
}
