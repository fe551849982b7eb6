// `node scripts/advisors.mjs`: what the database advisors of Supabase say about the schemas of Confab (rule D14).
import { CommandError, runMain } from './lib/command-error.mjs';
import { runSupabase, withMigratedDatabase } from './lib/supabase-cli.mjs';

/** @typedef {{ name: string, level: string, detail: string, metadata?: { schema?: string, name?: string } | null }} Advice */

/** On a database without data no index has been used yet. */
const ignored = new Set(['unused_index']);

await runMain(async () => {
  const text = await withMigratedDatabase((dbUrl) =>
    runSupabase(['db', 'advisors', `--remote=${dbUrl}`, '--level', 'info']),
  );
  // With nothing to report the CLI prints a sentence.
  /** @type {Advice[]} */
  const all = text.includes('[') ? JSON.parse(text.slice(text.indexOf('['))) : [];
  const ours = all.filter(
    ({ name, detail, metadata }) =>
      !ignored.has(name) && (metadata?.schema?.startsWith('confab') ?? detail.includes('confab')),
  );
  for (const { level, name, detail } of ours) console.error(`${level} ${name}: ${detail}`);
  if (ours.length > 0)
    throw new CommandError(`unable to accept the schema; the advisors report ${ours.length} problems`);
  console.log(`advisors: ${all.length} reports at level info, 0 of them about confab but unused indexes`);
});
