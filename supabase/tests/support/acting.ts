import pg from 'pg';

import { beginAs } from './database.js';
import type { User } from './users.js';

/** How one statement of a user ended: `ok`, or the code of the refusal. */
export async function outcomeAs(
  db: pg.Client,
  user: Pick<User, 'id'>,
  sql: string,
  values: unknown[],
): Promise<string> {
  await beginAs(db, user);
  try {
    await db.query(sql, values);
    await db.query('commit');
    return 'ok';
  } catch (error) {
    await db.query('rollback');
    if (error instanceof pg.DatabaseError) return error.detail ?? error.message;
    throw error;
  }
}
