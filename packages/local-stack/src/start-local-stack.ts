import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { createAuth } from './auth/create-auth.js';
import { startGateway, type RunningGateway } from './gateway/start-gateway.js';
import { DEFAULT_JWT_SECRET, makeApiKeys } from './lib/keys.js';
import { assertPortFree } from './lib/ports.js';
import { StackError } from './lib/stack-error.js';
import { applyMigrations, listMigrations } from './migrations/apply-migrations.js';
import { applySeed } from './migrations/apply-seed.js';
import { startPostgres } from './postgres/index.js';
import { createRealtime, type RealtimeOptions } from './realtime/index.js';
import { findPostgrest, startPostgrest } from './rest/start-postgrest.js';
import { copyTemplate } from './template.js';

export interface LocalStackOptions {
  /** Folder of the database; made when missing, kept on stop. Default: a new temporary one, removed on stop. */
  dataDir?: string;
  /** Erase what `dataDir` holds first. */
  fresh?: boolean;
  /** Port of `apiUrl` on 127.0.0.1; 0 (default) = any free one. */
  port?: number;
  /** Port of Postgres on 127.0.0.1; 0 (default) = any free one. */
  dbPort?: number;
  /** A `supabase/migrations` folder, applied with the Supabase CLI at every start. */
  migrationsDir?: string;
  /** A `.sql` file, run once per data folder, after the migrations. */
  seed?: string;
  /** Schemas that the API shows; default `public` and `confab`. */
  schemas?: readonly string[];
  /** HS256 secret, at least 32 characters; default a well-known one. */
  jwtSecret?: string;
  auth?: {
    /** How long access tokens are good, in seconds; default 3600. */
    accessTokenSeconds?: number;
  };
  /** Delays and limits of Realtime that differ from the real server's. */
  realtime?: Omit<RealtimeOptions, 'dbUrl' | 'jwtSecret'>;
}

export interface LocalStack {
  /** What `createClient` takes: `/rest/v1`, `/auth/v1` and `/realtime/v1` are under it. */
  readonly apiUrl: string;
  /** Role `postgres`: may create schemas and set roles, is not a superuser, as on Supabase. */
  readonly dbUrl: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  readonly jwtSecret: string;
  /** Process ids of the servers, for tests that end them. */
  readonly pids: { readonly postgres: number; readonly postgrest: number };
  /** Stops Postgres (as in a crash when `crash`) and starts it again: every connection is cut. */
  restartPostgres(options?: { crash?: boolean }): Promise<void>;
  /** Kills PostgREST and starts it again: calls fail meanwhile. */
  restartPostgrest(): Promise<void>;
  /** Stops Auth, Realtime and the address in front of them, and starts them again under it: every socket is cut. */
  restartGateway(): Promise<void>;
  /** Stops everything; settles when all processes have ended. Calling it again changes nothing. */
  stop(): Promise<void>;
}

/**
 * Starts Supabase for development: Postgres, PostgREST, Auth and Realtime behind one address, no Docker.
 *
 * Settles when everything answers. Nothing of it outlives this process, even when it is killed, and a folder
 * left behind like that starts again. Rejects with a {@link StackError} whose message is one line that says
 * what to do: `port_taken`, `postgres_missing`, `postgrest_missing`, `folder_unwritable`, `folder_in_use`,
 * `migration_failed`, `seed_failed`, …; nothing is left running then.
 *
 * @example
 * const stack = await startLocalStack({ migrationsDir: 'supabase/migrations' });
 * const supabase = createClient(stack.apiUrl, stack.anonKey);
 * // …
 * await stack.stop();
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const jwtSecret = readSecret(options.jwtSecret);
  const { migrationsDir, seed } = options;
  const port = options.port ?? 0;
  // Said before anything is started, because it needs no database to know.
  if (port !== 0) await assertPortFree(port, 'the local stack');
  await findPostgrest();
  if (migrationsDir !== undefined) await listMigrations(migrationsDir);

  // Undone in reverse order, on stop and when a later step fails.
  const undo: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= undoAll(undo));
  const isStopping = (): boolean => stopping !== undefined;

  try {
    const isTemporary = options.dataDir === undefined;
    const dataDir = resolve(options.dataDir ?? (await makeTemporaryFolder()));
    if (isTemporary) {
      undo.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));
      await copyTemplate(dataDir, { migrationsDir, seed });
    }
    const postgres = await startPostgres({
      dataDir,
      port: options.dbPort ?? 0,
      isTemporary,
      isFresh: options.fresh === true,
    });
    undo.push(() => postgres.stop());

    const startRest = async (): Promise<Awaited<ReturnType<typeof startPostgrest>>> => {
      if (migrationsDir !== undefined) await applyMigrations(postgres.dbUrl, migrationsDir);
      if (seed !== undefined) await applySeed(postgres.dbUrl, seed, join(postgres.cluster, 'confab-seeded'));
      const running = await startPostgrest({
        dbUrl: postgres.authenticatorUrl,
        schemas: options.schemas ?? ['public', 'confab'],
        jwtSecret,
        logFile: join(dataDir, 'postgrest.log'),
      });
      undo.push(() => running.stop());
      return running;
    };
    const openRealtime = (): ReturnType<typeof createRealtime> =>
      createRealtime({ ...options.realtime, dbUrl: postgres.adminUrl, jwtSecret });
    const startRealtime = async (): Promise<Awaited<ReturnType<typeof createRealtime>>> => {
      const running = await openRealtime();
      undo.push(() => running.close());
      return running;
    };
    const [firstRealtime, rest, keys] = await settleAll([
      startRealtime(),
      startRest(),
      makeApiKeys(jwtSecret),
    ]);

    const auth = createAuth({ dbUrl: postgres.authUrl });
    undo.push(() => auth.close());
    let realtime = firstRealtime;
    const openGateway = (at: number): Promise<RunningGateway> =>
      startGateway({
        port: at,
        apiKeys: [keys.anonKey, keys.serviceRoleKey],
        restPort: rest.port,
        realtime,
        createAuth: (apiUrl) => ({
          handleRequest: auth.handlerFor({
            jwtSecret,
            issuer: `${apiUrl}/auth/v1`,
            accessTokenSeconds: options.auth?.accessTokenSeconds ?? 3600,
          }),
        }),
      });
    let gateway = await openGateway(port);
    const closeGateway = async (): Promise<void> => {
      // Realtime first: the gateway waits until its last websocket is closed.
      await realtime.close();
      await gateway.stop();
    };
    undo.push(closeGateway);
    const { apiUrl } = gateway;

    return {
      apiUrl,
      dbUrl: postgres.dbUrl,
      ...keys,
      jwtSecret,
      get pids() {
        return { postgres: postgres.pid, postgrest: rest.pid };
      },
      restartPostgres: (how) => postgres.restart(how),
      restartPostgrest: () => rest.restart(),
      async restartGateway() {
        await closeGateway();
        if (isStopping()) return;
        realtime = await openRealtime();
        gateway = await openGateway(Number(new URL(apiUrl).port));
        // Stopped meanwhile: what was to be closed then did not exist yet.
        if (isStopping()) await closeGateway();
      },
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function makeTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'confab-stack-'));
  // Root runs Postgres as another user, who must be able to go through.
  await chmod(folder, 0o711);
  return folder;
}

function readSecret(secret: string = DEFAULT_JWT_SECRET): string {
  if (secret.length >= 32) return secret;
  throw new StackError(
    'invalid_option',
    'unable to start the local stack; jwtSecret needs at least 32 characters',
  );
}

/** Like `Promise.all`, but waits for all: a step that still runs could not be undone. */
async function settleAll<A, B, C>(steps: [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> {
  await Promise.allSettled(steps);
  return Promise.all(steps);
}

async function undoAll(undo: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.reverse()) {
    await step().catch((thrown: unknown) => failures.push(thrown));
  }
  if (failures.length > 0) throw failures[0];
}
