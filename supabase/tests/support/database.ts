import pg from 'pg';

import { target } from './target.js';
import type { User } from './users.js';

const backendIds = new WeakMap<pg.Client, number>();

/** A connection as the owner of the schemas. */
export async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: target().dbUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  backendIds.set(client, rows[0]?.pid ?? 0);
  return client;
}

/** Whether a connection of `connect` is waiting for a lock. */
export async function isWaiting(client: pg.Client): Promise<boolean> {
  const { found } = await one<{ found: boolean }>(
    `select exists (select 1 from pg_stat_activity where pid = $1 and wait_event_type = 'Lock') as found`,
    [backendIds.get(client)],
  );
  return found;
}

/** Runs `use` with a connection of its own. */
export async function withDatabase<T>(use: (db: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** All rows of one query. */
export async function query<Row extends pg.QueryResultRow>(
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return withDatabase(async (db) => (await db.query<Row>(sql, values)).rows);
}

/** The only row of one query. */
export async function one<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row> {
  const rows = await query<Row>(sql, values);
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`not one row but ${rows.length}: ${sql}`);
  return row;
}

/** Begins a transaction in which the connection is the user, as PostgREST does. */
export async function beginAs(db: pg.Client, user: Pick<User, 'id'>): Promise<void> {
  await db.query('begin');
  await db.query(
    `select set_config('role', 'authenticated', true),
            set_config('request.jwt.claims', $1, true)`,
    [JSON.stringify({ sub: user.id, role: 'authenticated' })],
  );
}

/** Changes settings while `use` runs. */
export async function withSettings<T>(
  changes: Record<string, number | null>,
  use: () => Promise<T>,
): Promise<T> {
  const names = Object.keys(changes);
  const assign = names.map((name, index) => `${pg.escapeIdentifier(name)} = $${index + 1}`).join(', ');
  const old = await one<Record<string, number | null>>('select * from confab_private.settings');
  await query(`update confab_private.settings set ${assign}`, Object.values(changes));
  try {
    return await use();
  } finally {
    await query(
      `update confab_private.settings set ${assign}`,
      names.map((name) => old[name]),
    );
  }
}
