#!/usr/bin/env node
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

import { watchLaunchers } from './lib/launcher-watch.js';
import { preferPort } from './lib/ports.js';
import { reasonOf, StackError } from './lib/stack-error.js';
import { startLocalStack, type LocalStack } from './start-local-stack.js';

const USAGE = `Starts Supabase for development: Postgres, PostgREST, Auth and Realtime, without Docker.

  pnpm stack [options]

  --json          print one line of JSON when ready, and nothing else
  --port N        port of the API (default 54321 when free; 0 = any free one)
  --db-port N     port of Postgres (default 54322 when free; 0 = any free one)
  --data-dir DIR  where the database lives (default .confab in the project)
  --fresh         erase the database first
  --no-seed       leave out supabase/seed.sql
  --help          this text
`;

interface CliOptions {
  isJson: boolean;
  isFresh: boolean;
  hasSeed: boolean;
  port: number | undefined;
  dbPort: number | undefined;
  dataDir: string | undefined;
}

function readOptions(): CliOptions | 'help' {
  let values;
  try {
    ({ values } = parseArgs({
      args: process.argv.slice(2).filter((argument) => argument !== '--'),
      options: {
        json: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        'no-seed': { type: 'boolean', default: false },
        port: { type: 'string' },
        'db-port': { type: 'string' },
        'data-dir': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (thrown) {
    throw new StackError(
      'invalid_option',
      `unable to start the local stack; ${reasonOf(thrown)} (see --help)`,
    );
  }
  if (values.help) return 'help';
  return {
    isJson: values.json,
    isFresh: values.fresh,
    hasSeed: !values['no-seed'],
    port: readPort('--port', values.port),
    dbPort: readPort('--db-port', values['db-port']),
    dataDir: values['data-dir'],
  };
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (text !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StackError(
    'invalid_option',
    `unable to start the local stack; ${name} must be a number from 0 to 65535`,
  );
}

/** The nearest folder, going up from the current one, that holds `supabase/migrations`. */
async function findProject(): Promise<string | undefined> {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (await exists(join(folder, 'supabase', 'migrations'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function start(options: CliOptions): Promise<LocalStack> {
  const project = await findProject();
  const seed = join(project ?? '', 'supabase', 'seed.sql');
  return startLocalStack({
    dataDir: options.dataDir ?? join(project ?? process.cwd(), '.confab'),
    fresh: options.isFresh,
    // The same ports as the Supabase CLI's, so that an app's settings stay the same from run to run.
    port: options.port ?? (await preferPort(54_321)),
    dbPort: options.dbPort ?? (await preferPort(54_322)),
    ...(project === undefined ? {} : { migrationsDir: join(project, 'supabase', 'migrations') }),
    ...(project !== undefined && options.hasSeed && (await exists(seed)) ? { seed } : {}),
  });
}

/**
 * Settles on the first signal, or when what launched this process has gone. A later signal ends at once (the
 * guards clean up then), but not one that is only the echo of the first: Ctrl-C reaches us from several sides.
 */
function untilAskedToStop(): Promise<undefined> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const now = performance.now();
        if (askedAt !== undefined && now - askedAt > 1000) process.exit(1);
        askedAt ??= now;
        resolve(undefined);
      });
    }
    void watchLaunchers(() => resolve(undefined));
  });
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  const asked = untilAskedToStop();
  const stack = await Promise.race([start(options), asked]);
  // Asked while it starts: whatever runs by then ends with this process, and the next start begins anew.
  if (stack === undefined) return;
  const { apiUrl, dbUrl, anonKey, serviceRoleKey, jwtSecret } = stack;
  if (options.isJson) {
    process.stdout.write(`${JSON.stringify({ apiUrl, dbUrl, anonKey, serviceRoleKey, jwtSecret })}\n`);
  } else {
    process.stdout.write(
      `The local stack is ready. It is for development only; Ctrl-C stops it.\n\n` +
        `  API               ${apiUrl}\n` +
        `  Postgres          ${dbUrl}\n` +
        `  anon key          ${anonKey}\n` +
        `  service role key  ${serviceRoleKey}\n` +
        `  JWT secret        ${jwtSecret}\n`,
    );
  }
  await asked;
  await stack.stop();
}

main().then(
  () => process.exit(0),
  (thrown: unknown) => {
    process.stderr.write(`${reasonOf(thrown)}\n`);
    process.exit(1);
  },
);
