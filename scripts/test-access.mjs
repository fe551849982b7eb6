// `pnpm test:access [--json]`: compares every cell of supabase/tests/access/expected.md with what the database,
// PostgREST and Realtime really do. With --json the last line is {"cells":…,"failures":…}.
import { parseArgs } from 'node:util';
import { askAccessMatrix } from './lib/access-suite.mjs';
import { buildPackages } from './lib/build-packages.mjs';
import { runMain } from './lib/command-error.mjs';

await runMain(async () => {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  await buildPackages('@confab/local-stack');
  const { cells, failures } = await askAccessMatrix();
  for (const failure of failures) console.error(failure);
  console.log(`${cells} cells of the access matrix, ${failures.length} failures`);
  if (values.json) console.log(JSON.stringify({ cells, failures: failures.length }));
  return failures.length === 0 ? 0 : 1;
});
