import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmod,
  copyFile,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { applyMigrations, listMigrations } from './migrations/apply-migrations.js';
import { applySeed } from './migrations/apply-seed.js';
import { readFingerprint, startPostgres } from './postgres/index.js';

export interface Contents {
  migrationsDir?: string | undefined;
  seed?: string | undefined;
}

const KEEP = 6;
const IN_USE_MS = 5 * 60 * 1000;
const run = promisify(execFile);

/**
 * Fills an empty data folder with a copy of a ready-made cluster, which is made when there is none yet.
 *
 * Copying takes a tenth of a second; initdb and the CLI take more than one. The copy is called by a hash of
 * everything that went into it, so any change of a migration, the seed, the bootstrap SQL or Postgres makes
 * another. Copies share their system identifier: use them for throw-away stacks only, never for a folder
 * whose clients must notice that it was made anew.
 */
export async function copyTemplate(dataDir: string, contents: Contents): Promise<void> {
  const root = join(tmpdir(), `confab-templates-${process.getuid?.() ?? 'user'}`);
  await mkdir(root, { recursive: true, mode: 0o711 });
  const found = await lstat(root);
  // Somebody else's folder of that name is not to be trusted; without a copy all is made from nothing.
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return;
  const template = join(root, await keyOf(contents));
  if (!(await exists(join(template, 'stack.json')))) {
    await build(root, template, contents);
    await prune(root);
  }
  const now = new Date();
  await utimes(template, now, now);
  await copyFolder(join(template, 'postgres'), join(dataDir, 'postgres'));
  // Last: without it the folder counts as unfinished.
  await copyFile(join(template, 'stack.json'), join(dataDir, 'stack.json'));
}

async function keyOf({ migrationsDir, seed }: Contents): Promise<string> {
  const hash = createHash('sha256').update(await readFingerprint());
  if (migrationsDir !== undefined) {
    for (const name of await listMigrations(migrationsDir)) {
      hash.update(`\0${name}\0`).update(await readFile(join(migrationsDir, name)));
    }
  }
  // A missing seed is reported where it is applied.
  if (seed !== undefined) hash.update('\0seed\0').update(await readFile(seed).catch(() => ''));
  return hash.digest('hex').slice(0, 20);
}

async function build(root: string, template: string, { migrationsDir, seed }: Contents): Promise<void> {
  const folder = await mkdtemp(join(root, 'making-'));
  await chmod(folder, 0o711);
  try {
    const postgres = await startPostgres({ dataDir: folder, isTemporary: true });
    try {
      if (migrationsDir !== undefined) await applyMigrations(postgres.dbUrl, migrationsDir);
      if (seed !== undefined) await applySeed(postgres.dbUrl, seed, join(postgres.cluster, 'confab-seeded'));
    } finally {
      await postgres.stop();
    }
    // Another process may have made the same one meanwhile: either will do.
    await rename(folder, template).catch(() => undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Keeps the copies used last; the rest goes, unless it is so young that it may be in use. */
async function prune(root: string): Promise<void> {
  const paths = (await readdir(root)).map((name) => join(root, name));
  const found = await Promise.all(
    paths.map(async (path) => ({ path, used: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const old = found.sort((a, b) => b.used - a.used).slice(KEEP);
  const inUse = Date.now() - IN_USE_MS;
  for (const { path, used } of old) {
    if (used < inUse) await rm(path, { recursive: true, force: true });
  }
}

/** `cp` keeps the owner, which matters when root runs Postgres as another user, and is the fastest. */
async function copyFolder(from: string, to: string): Promise<void> {
  if (process.platform === 'win32') await cp(from, to, { recursive: true });
  else await run('cp', ['-a', from, to]);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
