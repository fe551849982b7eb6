import pg from 'pg';

/** Connections for authorisation; few, as on a real project. */
const POOL_SIZE = 4;
const CONNECT_TIMEOUT_MS = 5_000;

/** Why a transaction did not happen, as far as the server's answers differ. */
export type DatabaseProblem =
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'missing_partition' }
  | { readonly kind: 'canceled'; readonly message: string }
  /** Whatever SQL said: a policy that raises, a role that does not exist. */
  | { readonly kind: 'sql'; readonly error: pg.DatabaseError };

export type DatabaseResult<T> =
  | { readonly value: T; readonly problem?: never }
  | { readonly problem: DatabaseProblem; readonly value?: never };

export interface Database {
  /** Runs `work` in a transaction that is rolled back in any case. */
  inRolledBack<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<DatabaseResult<T>>;
  query(text: string, values?: unknown[]): Promise<DatabaseResult<pg.QueryResult<Record<string, unknown>>>>;
  close(): Promise<void>;
}

export function createDatabase(dbUrl: string): Database {
  const pool = new pg.Pool({
    connectionString: dbUrl,
    application_name: 'realtime_connect',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Idle connections must not keep a server from ending, nor a test.
    allowExitOnIdle: true,
  });
  // A connection that breaks while idle is replaced at the next use.
  pool.on('error', () => undefined);
  // One that breaks while in use says so to its query, and beside that to whoever listens: nobody must be an error.
  pool.on('connect', (client) => void client.on('error', () => undefined));

  async function attempt<T>(work: () => Promise<T>): Promise<DatabaseResult<T>> {
    try {
      return { value: await work() };
    } catch (thrown) {
      return { problem: problemOf(thrown) };
    }
  }

  return {
    inRolledBack(work) {
      return attempt(async () => {
        const client = await pool.connect();
        let failure: Error | undefined;
        try {
          await client.query('begin');
          return await work(client);
        } catch (thrown) {
          if (problemOf(thrown).kind === 'unavailable') failure = new Error('connection lost');
          throw thrown;
        } finally {
          if (failure === undefined) {
            await client.query('rollback').catch((thrown: unknown) => {
              failure = thrown instanceof Error ? thrown : new Error(String(thrown));
            });
          }
          client.release(failure);
        }
      });
    },
    query: (text, values) => attempt(() => pool.query<Record<string, unknown>>(text, values)),
    close: () => pool.end(),
  };
}

function problemOf(thrown: unknown): DatabaseProblem {
  if (!(thrown instanceof pg.DatabaseError)) return { kind: 'unavailable' };
  const { code = '' } = thrown;
  // Class 08: connection; 57P: the server is shutting down or starting up; 53: no resources.
  if (code.startsWith('08') || code.startsWith('57P') || code.startsWith('53'))
    return { kind: 'unavailable' };
  if (code === '57014') return { kind: 'canceled', message: thrown.message };
  if (code === '23514' && thrown.table === 'messages') return { kind: 'missing_partition' };
  return { kind: 'sql', error: thrown };
}
