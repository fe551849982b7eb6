import { readFile, writeFile } from 'node:fs/promises';

import pg from 'pg';

import { reasonOf, StackError } from '../lib/stack-error.js';

/**
 * Runs a seed file once per data folder, in one transaction, as the role `postgres`.
 *
 * `markFile` remembers that it was done. Rejects with `seed_failed`; the next start tries again.
 */
export async function applySeed(dbUrl: string, seedFile: string, markFile: string): Promise<void> {
  const isDone = await readFile(markFile).then(
    () => true,
    () => false,
  );
  if (isDone) return;
  const client = new pg.Client({ connectionString: dbUrl });
  try {
    const text = await readFile(seedFile, 'utf8');
    await client.connect();
    await client.query(text);
  } catch (thrown) {
    throw new StackError('seed_failed', `unable to apply the seed ${seedFile}; ${reasonOf(thrown)}`, thrown);
  } finally {
    await client.end();
  }
  await writeFile(markFile, 'done\n');
}
