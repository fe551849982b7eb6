import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { guardChild, waitForExit } from '../lib/child-process.js';
import { assertPortFree, freePort } from '../lib/ports.js';
import { reasonOf, StackError } from '../lib/stack-error.js';
import { waitFor } from '../lib/wait.js';
import { findPostgres, type PostgresBinaries } from './binaries.js';
import { applyBootstrap, fingerprintOf, readBootstrap } from './bootstrap.js';
import { openDataFolder, type DataFolder } from './data-folder.js';
import { choosePostgresUser, spawnIds, type PostgresUser } from './os-user.js';

/** The password of every login role. Nothing here is a secret: the server listens on 127.0.0.1 only. */
const PASSWORD = 'postgres';

export interface StartPostgresOptions {
  /** Folder for the cluster and its log; made when missing. */
  dataDir: string;
  /** TCP port on 127.0.0.1; 0 (default) = any free one. */
  port?: number;
  /** Remove `dataDir` when this process dies without stopping the server (for temporary folders). */
  isTemporary?: boolean;
  /** Erase the cluster first. */
  isFresh?: boolean;
}

export interface RunningPostgres {
  readonly port: number;
  /** Id of the server's main process. It changes with `restart`. */
  readonly pid: number;
  /** True when this start made the cluster. */
  readonly isNew: boolean;
  /** The cluster's folder (PGDATA). */
  readonly cluster: string;
  /** Superuser `supabase_admin`. */
  readonly adminUrl: string;
  /** Role `postgres`: owns the database, is not a superuser, as on Supabase. */
  readonly dbUrl: string;
  /** Role `authenticator`, for PostgREST. */
  readonly authenticatorUrl: string;
  /** Role `supabase_auth_admin`, owner of the schema `auth`. */
  readonly authUrl: string;
  /** Stops the server (at once when `crash`) and starts it again on the same port. Cuts all connections. */
  restart(options?: { crash?: boolean }): Promise<void>;
  /** Stops the server; settles when its process has ended. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres on a data folder, making the cluster and applying `sql/*.sql` the first time.
 *
 * Settles when the server accepts connections. Rejects with a {@link StackError}: `port_taken`,
 * `postgres_missing`, `user_missing`, `folder_*`, `bootstrap_failed`, `postgres_failed`.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  const wantedPort = options.port ?? 0;
  if (wantedPort !== 0) await assertPortFree(wantedPort, 'Postgres');
  const [binaries, files] = await Promise.all([findPostgres(), readBootstrap()]);
  const fingerprint = fingerprintOf(binaries.version, files);
  await mkdirOrFail(dataDir);
  const user = await choosePostgresUser([binaries.postgres, dataDir]);
  const folder = await openDataFolder(dataDir, fingerprint, user.ids, options.isFresh === true);
  const removeFolder = options.isTemporary === true ? dataDir : '';
  const isNew = folder.state === 'empty';
  if (isNew) await initCluster(binaries, user, folder);

  let server = await launch({ binaries, user, folder, wantedPort, removeFolder });
  const urlOf = (role: string): string =>
    `postgresql://${role}:${PASSWORD}@127.0.0.1:${server.port}/postgres`;

  if (isNew) {
    try {
      await applyBootstrap(urlOf('supabase_admin'), files);
      await folder.markReady();
    } catch (thrown) {
      await end(server.child, false);
      throw thrown;
    }
  }
  let isStopped = false;
  return {
    port: server.port,
    get pid() {
      return server.child.pid ?? 0;
    },
    isNew,
    cluster: folder.cluster,
    adminUrl: urlOf('supabase_admin'),
    dbUrl: urlOf('postgres'),
    authenticatorUrl: urlOf('authenticator'),
    authUrl: urlOf('supabase_auth_admin'),
    async restart({ crash = false } = {}) {
      await end(server.child, crash);
      if (isStopped) return;
      server = await launch({ binaries, user, folder, wantedPort: server.port, removeFolder });
    },
    async stop() {
      isStopped = true;
      await end(server.child, false);
    },
  };
}

/** What a cluster made now would be built with: Postgres version and bootstrap SQL. */
export async function readFingerprint(): Promise<string> {
  const [binaries, files] = await Promise.all([findPostgres(), readBootstrap()]);
  return fingerprintOf(binaries.version, files);
}

async function mkdirOrFail(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (thrown) {
    throw new StackError(
      'folder_unwritable',
      `unable to make the data folder ${dataDir}; ${reasonOf(thrown)}: choose a writable one`,
      thrown,
    );
  }
}

async function initCluster(
  binaries: PostgresBinaries,
  user: PostgresUser,
  folder: DataFolder,
): Promise<void> {
  const passwordFile = join(folder.cluster, '..', 'initial-password');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o644 });
  // The builtin C.UTF-8 sorts the same on every system, whatever its own locales are.
  const { file, args } = user.command(binaries.initdb, [
    `--pgdata=${folder.cluster}`,
    '--username=supabase_admin',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ]);
  const child = spawn(file, args, {
    cwd: folder.cluster,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    ...spawnIds(user),
  });
  guardChild(child, 'KILL');
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done) => {
    child.once('error', (error) => {
      output += error.message;
      done(null);
    });
    child.once('close', done);
  });
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    throw new StackError(
      'postgres_failed',
      `unable to make the database in ${folder.cluster}; initdb said: ${lastWords(output)}`,
    );
  }
}

interface Launch {
  binaries: PostgresBinaries;
  user: PostgresUser;
  folder: DataFolder;
  wantedPort: number;
  removeFolder: string;
}

/** Starts the server; when the port was left to us and somebody takes it first, tries another. */
async function launch(what: Launch): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = what.wantedPort === 0 ? await freePort() : what.wantedPort;
    const child = await spawnServer(what, port);
    if (child !== undefined) return { child, port };
    const isLast = what.wantedPort !== 0 || attempt >= 3;
    if (!isLast) continue;
    const log = await readFile(what.folder.log, 'utf8').catch(() => '');
    throw new StackError('postgres_failed', `unable to start Postgres; its log ends with: ${lastWords(log)}`);
  }
}

async function spawnServer(what: Launch, port: number): Promise<ChildProcess | undefined> {
  const { binaries, folder, user } = what;
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    wal_level: 'logical',
    max_wal_senders: '10',
    max_replication_slots: '10',
    // A forgotten slot must not fill the disk.
    max_slot_wal_keep_size: '256MB',
    // Turned off it saves nothing here, but delays logical decoding to the WAL writer's next round.
    synchronous_commit: 'on',
    fsync: 'off',
    full_page_writes: 'off',
    log_min_messages: 'warning',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  const { file, args } = user.command(binaries.postgres, [
    '-D',
    folder.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const log = await open(folder.log, 'w');
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      cwd: folder.cluster,
      env: environment(),
      stdio: ['ignore', log.fd, log.fd],
      // Its own session: Ctrl-C reaches this process only, which then stops things in order.
      detached: process.platform !== 'win32',
      windowsHide: true,
      ...spawnIds(user),
    });
  } finally {
    await log.close();
  }
  guardChild(child, 'QUIT', what.removeFolder);
  let hasFailed = false;
  child.once('error', () => (hasFailed = true));
  const status = await waitFor(async () => {
    if (hasFailed || child.exitCode !== null || child.signalCode !== null) return 'failed';
    return (await isServerReady(folder.cluster, child.pid)) ? 'ready' : undefined;
  }, 60_000);
  if (status === 'ready') return child;
  await end(child, true);
  return undefined;
}

/** The server writes `ready` on the last line of its pid file, as soon as it accepts connections. */
async function isServerReady(cluster: string, pid: number | undefined): Promise<boolean> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** Nothing of the caller's PG* variables may reach the server; times are UTC as on Supabase. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PG') && !name.startsWith('LC_'),
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

/** A fast shutdown; it can hang on a replication connection that reads slowly, hence the immediate one. */
async function end(child: ChildProcess, isCrash: boolean): Promise<void> {
  if (!isCrash) {
    child.kill('SIGINT');
    if (await waitForExit(child, 2000)) return;
  }
  child.kill('SIGQUIT');
  if (await waitForExit(child, 6000)) return;
  child.kill('SIGKILL');
  await waitForExit(child, 1000);
}

function lastWords(output: string): string {
  const lines = output.trim().split('\n').filter(Boolean);
  return lines.slice(-3).join(' / ') || 'nothing';
}
