import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CommandError } from './command-error.mjs';
import { fromRoot } from './root.mjs';
import { run } from './run.mjs';

/** The CLI the local stack brings along. */
const cli = () => {
  const require = createRequire(fromRoot('packages/local-stack/package.json'));
  const manifest = require.resolve('supabase/package.json');
  return join(dirname(manifest), require(manifest).bin.supabase);
};

/**
 * Runs the Supabase CLI and answers what it prints.
 *
 * @param {string[]} args
 * @returns {Promise<string>}
 */
export async function runSupabase(args) {
  const { code, stdout } = await run(process.execPath, [cli(), ...args], { capture: true });
  if (code !== 0) throw new CommandError(`unable to run supabase ${args[0]}; exit code ${code}`);
  return stdout;
}

/**
 * Starts a stack with the migrations of this repository and nothing else, and stops it when `use` has settled.
 *
 * @template T
 * @param {(dbUrl: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withMigratedDatabase(use) {
  const folder = fromRoot('packages/local-stack');
  if (!existsSync(join(folder, 'dist/index.js'))) {
    const { code } = await run('tsup', [], { cwd: folder });
    if (code !== 0) throw new CommandError('unable to build the local stack; see the messages above');
  }
  const { startLocalStack } = await import('@confab/local-stack');
  const stack = await startLocalStack({ migrationsDir: fromRoot('supabase/migrations') });
  try {
    // Said plainly, or the CLI warns about it in the middle of what it prints.
    return await use(`${stack.dbUrl}?sslmode=disable`);
  } finally {
    await stack.stop();
  }
}
