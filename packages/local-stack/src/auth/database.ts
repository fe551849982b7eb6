import pg from 'pg';

/** What queries of the Auth stand-in run on: the pool, or one connection inside a transaction. */
export type Queryable = Pick<pg.PoolClient, 'query'>;

export interface AuthDatabase {
  readonly pool: Queryable;
  /** Runs `work` in one transaction; rolls back when it rejects. */
  transaction<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connects as `supabase_auth_admin`; nothing is opened before the first query. */
export function openAuthDatabase(connectionString: string): AuthDatabase {
  const pool = new pg.Pool({ connectionString, max: 8, allowExitOnIdle: true });
  // An idle connection that dies (a restart of the server) is replaced at the next query.
  pool.on('error', () => undefined);
  // One that breaks while in use says so to its query, and beside that to whoever listens: nobody must be an error.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return {
    pool: { query: pool.query.bind(pool) },
    async transaction(work) {
      const client = await pool.connect();
      let isBroken = true;
      try {
        await client.query('begin');
        const result = await work(client);
        await client.query('commit');
        isBroken = false;
        return result;
      } catch (thrown) {
        isBroken = await client.query('rollback').then(
          () => false,
          () => true,
        );
        throw thrown;
      } finally {
        client.release(isBroken);
      }
    },
    close: () => pool.end(),
  };
}

/** Whether a query failed because a unique index refused it. */
export function isUniqueViolation(thrown: unknown): boolean {
  return thrown instanceof pg.DatabaseError && thrown.code === '23505';
}

/** Whether a query failed because the server is away or going away: worth trying again. */
export function isDatabaseAway(thrown: unknown): boolean {
  if (thrown instanceof pg.DatabaseError) return /^(57P|08)/.test(thrown.code ?? '');
  // What pg throws about its connection are plain errors; mistakes in the program are of other kinds.
  return thrown instanceof Error && Object.getPrototypeOf(thrown) === Error.prototype;
}
