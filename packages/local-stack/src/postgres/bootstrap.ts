import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

import { reasonOf, StackError } from '../lib/stack-error.js';

export interface BootstrapFile {
  readonly name: string;
  readonly text: string;
}

/** The SQL that makes an empty cluster look like a new Supabase project, in the order to apply it. */
export async function readBootstrap(): Promise<BootstrapFile[]> {
  const folder = await findSqlFolder();
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(`${folder}${name}`, 'utf8') })));
}

/** The `sql` folder of this package: two levels up from a source file, one from the built one. */
async function findSqlFolder(): Promise<string> {
  for (const relative of ['../sql/', '../../sql/']) {
    const folder = fileURLToPath(new URL(relative, import.meta.url));
    try {
      await readdir(folder);
      return folder;
    } catch {
      // try the next
    }
  }
  throw new StackError(
    'bootstrap_failed',
    'unable to find the SQL of the stack; the package is not complete',
  );
}

/** What a cluster built with these files and this Postgres is called. */
export function fingerprintOf(version: string, files: readonly BootstrapFile[]): string {
  const hash = createHash('sha256').update(version);
  for (const file of files) hash.update('\0').update(file.name).update('\0').update(file.text);
  return hash.digest('hex').slice(0, 16);
}

/** Applies the files, each in one transaction, as the superuser. */
export async function applyBootstrap(adminUrl: string, files: readonly BootstrapFile[]): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  try {
    await client.connect();
    for (const file of files) {
      try {
        await client.query(file.text);
        await client.query('discard all');
      } catch (thrown) {
        throw new StackError(
          'bootstrap_failed',
          `unable to prepare the database; ${file.name}: ${reasonOf(thrown)}`,
          thrown,
        );
      }
    }
  } finally {
    await client.end();
  }
}
