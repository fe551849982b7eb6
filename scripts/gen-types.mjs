// `node scripts/gen-types.mjs [--check]`: packages/core/src/database.types.ts from the migrations (rule D14). With
// --check nothing is written, and a stale file is an error.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { CommandError, runMain } from './lib/command-error.mjs';
import { fromRoot } from './lib/root.mjs';
import { runSupabase, withMigratedDatabase } from './lib/supabase-cli.mjs';

const path = 'packages/core/src/database.types.ts';
const header = '// Made by `node scripts/gen-types.mjs` from supabase/migrations; not to be edited.\n\n';

await runMain(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const generated = await withMigratedDatabase((dbUrl) =>
    runSupabase(['gen', 'types', 'typescript', `--remote=${dbUrl}`, '--schema', 'confab']),
  );
  const options = await resolveConfig(fromRoot(path));
  const fresh = header + (await format(generated, { ...options, parser: 'typescript' }));
  if (!values.check) {
    await writeFile(fromRoot(path), fresh);
    return;
  }
  if ((await readFile(fromRoot(path), 'utf8').catch(() => '')) !== fresh) {
    throw new CommandError(`unable to accept ${path}; it is stale: run node scripts/gen-types.mjs`);
  }
  console.log(`${path} is fresh`);
});
