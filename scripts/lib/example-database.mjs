import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from './root.mjs';

/**
 * The database an example runs on. One with a `supabase` folder of its own gets its migrations after Confab's, as in the
 * project of an app, and its own seed.
 *
 * @param {string} example its folder in `examples`
 * @returns {Promise<{ migrationsDir: string, seed: string, remove: () => Promise<void> }>}
 */
export async function exampleDatabase(example) {
  const migrationsDir = fromRoot('supabase/migrations');
  const own = fromRoot(`examples/${example}/supabase`);
  if (!existsSync(own)) {
    return { migrationsDir, seed: fromRoot('supabase/seed.sql'), remove: async () => {} };
  }
  const gathered = await mkdtemp(join(tmpdir(), 'confab-migrations-'));
  for (const folder of [migrationsDir, join(own, 'migrations')]) {
    await cp(folder, gathered, { recursive: true });
  }
  return {
    migrationsDir: gathered,
    seed: join(own, 'seed.sql'),
    remove: () => rm(gathered, { recursive: true, force: true }),
  };
}
