import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import pg from 'pg';

import { guardChild } from '../lib/child-process.js';
import { reasonOf, StackError } from '../lib/stack-error.js';

const require = createRequire(import.meta.url);
const MIGRATION_NAME = /^(\d+)_.*\.sql$/;

/** Names of the migration files, in the order they apply. Rejects with `invalid_option` for a missing folder. */
export async function listMigrations(migrationsDir: string): Promise<string[]> {
  try {
    return (await readdir(migrationsDir)).filter((name) => MIGRATION_NAME.test(name)).sort();
  } catch (thrown) {
    throw new StackError(
      'invalid_option',
      `unable to read the migrations; ${reasonOf(thrown)}: give the path of a supabase/migrations folder`,
      thrown,
    );
  }
}

/**
 * Brings the database up to the files in `migrationsDir` with the official CLI (`supabase db push`).
 *
 * Rejects with `migration_failed` (the file and the database's words), or `cli_missing`.
 */
export async function applyMigrations(dbUrl: string, migrationsDir: string): Promise<void> {
  const names = await listMigrations(migrationsDir);
  // The CLI takes half a second even to find nothing to do. When the database already lists exactly these
  // files, asking it is left out; with any difference, missing or foreign, it decides.
  if (await isUpToDate(dbUrl, names)) return;
  const program = findCli();
  // The CLI leaves its own files beside the migrations and in the home folder: give it copies of both.
  const workdir = await mkdtemp(join(tmpdir(), 'confab-push-'));
  try {
    await mkdir(join(workdir, 'supabase', 'migrations'), { recursive: true });
    await Promise.all(
      names.map((name) => cp(join(migrationsDir, name), join(workdir, 'supabase', 'migrations', name))),
    );
    const { code, output } = await push(program, dbUrl, workdir);
    if (code !== 0) {
      throw new StackError('migration_failed', `unable to apply the migrations; ${explain(output)}`);
    }
  } finally {
    await rm(workdir, { recursive: true, force: true });
  }
}

async function isUpToDate(dbUrl: string, names: readonly string[]): Promise<boolean> {
  const client = new pg.Client({ connectionString: dbUrl });
  await client.connect();
  try {
    const known = await client.query<{ found: boolean }>(
      `select to_regclass('supabase_migrations.schema_migrations') is not null as found`,
    );
    if (known.rows[0]?.found !== true) return names.length === 0;
    const applied = await client.query<{ version: string }>(
      'select version from supabase_migrations.schema_migrations order by version',
    );
    const wanted = names.map((name) => MIGRATION_NAME.exec(name)?.[1] ?? '').sort();
    return applied.rows.map((row) => row.version).join() === wanted.join();
  } finally {
    await client.end();
  }
}

/** The CLI's own program: its npm wrapper would cost another Node start. */
function findCli(): string {
  const isWindows = process.platform === 'win32';
  const os = isWindows ? 'windows' : process.platform;
  const fromWrapper = createRequire(require.resolve('supabase/package.json'));
  for (const suffix of ['', '-musl']) {
    try {
      const manifest = fromWrapper.resolve(`@supabase/cli-${os}-${process.arch}${suffix}/package.json`);
      return join(dirname(manifest), 'bin', isWindows ? 'supabase.exe' : 'supabase');
    } catch {
      // try the next
    }
  }
  throw new StackError(
    'cli_missing',
    `unable to apply the migrations; the Supabase CLI for ${process.platform}-${process.arch} is not installed: ` +
      'run the install again with optional dependencies',
  );
}

function push(
  program: string,
  dbUrl: string,
  workdir: string,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(
      program,
      [
        'db',
        'push',
        `--remote=${dbUrl}?sslmode=disable`,
        '--yes',
        '--skip-vault',
        '--agent',
        'no',
        '--workdir',
        workdir,
      ],
      {
        cwd: workdir,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: workdir,
          USERPROFILE: workdir,
          NO_COLOR: '1',
          // It must not ask, phone home or look for a newer version of itself.
          CI: '1',
          DO_NOT_TRACK: '1',
          SUPABASE_TELEMETRY_DISABLED: '1',
          SUPABASE_NO_UPDATE_NOTIFIER: '1',
          SUPABASE_NO_KEYRING: '1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
        windowsHide: true,
      },
    );
    guardChild(child, 'KILL', workdir);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => resolve({ code: null, output: `${output}\n${error.message}` }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** The file that was being applied and what came after it, on one line. For people only. */
function explain(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '^' && !line.startsWith('Try rerunning'));
  const at = lines.findLastIndex((line) => line.startsWith('Applying migration'));
  const told = (at >= 0 ? lines.slice(at) : lines.slice(-4)).slice(0, 6).join(' ');
  return told.length > 500 ? `${told.slice(0, 500)}…` : told;
}
