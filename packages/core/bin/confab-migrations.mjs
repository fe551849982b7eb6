#!/usr/bin/env node
// `npx confab-migrations [folder]`: copies Confab's migrations into the migrations of an app, by default
// supabase/migrations, with stamps that follow those that are there. `supabase db push` refuses files whose stamps lie
// before the last one applied, and a living project has newer ones than Confab.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MIGRATION = /^(\d+)_(.*)\.sql$/;

/** Refused for a reason that the user can do something about. */
class Refusal extends Error {}

/** The folder in the package, or that of the repository. */
function ownFolder() {
  const packed = fileURLToPath(new URL('../migrations', import.meta.url));
  return existsSync(packed)
    ? packed
    : fileURLToPath(new URL('../../../supabase/migrations', import.meta.url));
}

/**
 * The migrations of a folder, in the order in which they apply. Git may have changed the ends of their lines.
 *
 * @param {string} folder
 */
async function readMigrations(folder) {
  const files = (await readdir(folder)).filter((file) => MIGRATION.test(file)).sort();
  return Promise.all(
    files.map(async (file) => {
      const [, stamp = '', name = ''] = MIGRATION.exec(file) ?? [];
      const sql = await readFile(join(folder, file), 'utf8');
      return { file, stamp, name, sql, text: sql.replaceAll('\r\n', '\n').trimEnd() };
    }),
  );
}

/** @typedef {Awaited<ReturnType<typeof readMigrations>>[number]} Migration */

/** @param {string} name of a migration of Confab */
const nameOfCopy = (name) => `confab_${name}`;

/**
 * The copies that are there already: in order, and all that come before them too.
 *
 * @param {readonly Migration[]} own
 * @param {readonly Migration[]} there
 */
function findCopies(own, there) {
  const copies = own.map(({ text }) => there.find((other) => other.text === text));
  const found = copies.filter((copy) => copy !== undefined);
  const changed = own.flatMap(({ name }, i) =>
    copies[i] ? [] : there.filter((other) => other.name === nameOfCopy(name)),
  );
  if (changed.length > 0)
    throw new Refusal(
      `${changed.map(({ file }) => file).join(', ')} of another version of Confab is there already. ` +
        'A migration that has been applied cannot be changed: start from a database without Confab, and delete it first.',
    );
  const wrong = found.findIndex((copy, i) => copy !== copies[i] || copy.file < (found[i - 1]?.file ?? ''));
  if (wrong >= 0)
    throw new Refusal(
      `${own[wrong]?.name} is missing before ${found[wrong]?.file}, or comes after it. Delete those of Confab's ` +
        'migrations that have not been applied, and run this again.',
    );
  return found;
}

/**
 * As many stamps as asked for, a second apart, all later than now and than every file that is there.
 *
 * @param {readonly Migration[]} there
 * @param {number} count
 */
function freshStamps(there, count) {
  const last = there.at(-1);
  const now = stampOf(new Date());
  if (last && last.stamp.length !== 14 && last.stamp > now)
    throw new Refusal(
      `${last.file} has no stamp of 14 digits, so that nothing can be put after it. Rename it first.`,
    );
  const latest = last && last.stamp > now ? last.stamp : now;
  const [year = '', month = '', day = '', hour = '', minute = '', second = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(latest)?.slice(1) ?? [];
  const start = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
  return Array.from({ length: count }, (_, i) => stampOf(new Date(start + (i + 1) * 1000)));
}

/** @param {Date} date */
const stampOf = (date) => date.toISOString().replace(/\D/g, '').slice(0, 14);

/** @param {string} folder */
async function copyInto(folder) {
  const own = await readMigrations(ownFolder());
  await mkdir(folder, { recursive: true });
  const there = await readMigrations(folder);
  const found = findCopies(own, there);
  const missing = own.slice(found.length);
  const stamps = freshStamps(there, missing.length);
  for (const [i, { name, sql }] of missing.entries())
    await writeFile(join(folder, `${stamps[i]}_${nameOfCopy(name)}.sql`), sql, { flag: 'wx' });
  return { own, there, found, missing };
}

try {
  const [folder = join('supabase', 'migrations'), ...rest] = process.argv.slice(2);
  if (folder.startsWith('-') || rest.length > 0) throw new Refusal('usage: confab-migrations [folder]');
  const { own, there, found, missing } = await copyInto(folder);
  if (missing.length > 0)
    console.log(
      `Copied ${missing.length} migrations to ${folder}. Apply them with \`supabase db push\`, and expose the schema ` +
        '`confab` (Dashboard → API → Exposed schemas, or `[api] schemas` in supabase/config.toml).',
    );
  else
    console.log(
      `All ${own.length} migrations of Confab are in ${folder} already, from ${found[0]?.file} on.`,
    );
  const [last] = found.slice(-1);
  const later = last && there.filter(({ file, name }) => file > last.file && !name.startsWith('confab_'));
  if (missing.length === 0 && later && later.length > 0)
    console.log(
      `If \`supabase db push\` wants to insert them before ${later[0]?.file}, they have not been applied: ` +
        'delete them, and run this again.',
    );
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`unable to copy the migrations; ${error.message}`);
  process.exitCode = 1;
}
