// Makes the data set once and keeps it: a data folder per schema, generator and scale, of which every run measures a
// copy, so that nothing a run writes is seen by the next one.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startLocalStack } from '@confab/local-stack';
import pg from 'pg';

import { measureBytes } from './bytes.mjs';

const run = promisify(execFile);
const root = join(tmpdir(), `confab-bench-sql-${process.getuid?.() ?? 'user'}`);
const KEEP = 3;

/** Scale 1: a tenth of the full data set, which is scale 10. */
const UNIT = { users: 500, conversations: 2000 };
/** User 1 talks to a thousand others, however small the data set is. */
const MIN_USERS = 1001;

const GENERATOR = ['generate.sql', 'fill-confab.sql', 'baseline.sql', 'fill-baseline.sql', 'check.sql'];

/** The same for both sides: room for the whole data set, nothing that works in the background. */
const SETTINGS = `
shared_buffers = '2GB'
effective_cache_size = '4GB'
random_page_cost = 1.1
max_wal_size = '16GB'
checkpoint_timeout = '1h'
autovacuum = off
`;

/**
 * Starts a stack on a copy of the data set, which it makes first when it is missing.
 * Settles with the running stack, the folder for results of this schema, and `stop`, which removes the copy.
 */
export async function openDataSet({ migrationsDir, scale, print }) {
  await mkdir(root, { recursive: true, mode: 0o711 });
  await removeLeftCopies();
  const key = await keyOf(migrationsDir);
  const kept = join(root, `${key}-${scale}`);
  if (!(await exists(join(kept, 'stack.json')))) await build(kept, { migrationsDir, scale, print });
  const copy = `${kept}.run-${process.pid}`;
  print(`copying the data set of ${kept}`);
  await run('cp', ['-a', kept, copy]);
  const stack = await startLocalStack({ dataDir: copy, migrationsDir }).catch(async (thrown) => {
    await rm(copy, { recursive: true, force: true });
    throw thrown;
  });
  return {
    stack,
    resultsFile: join(root, `${key}.results.json`),
    bytes: JSON.parse(await readFile(join(kept, 'bytes.json'), 'utf8')),
    async stop() {
      await stack.stop();
      await rm(copy, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function build(kept, { migrationsDir, scale, print }) {
  const making = `${kept}.making-${process.pid}`;
  const began = performance.now();
  const step = (what) => print(`  ${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${what}`);
  print(`generating the data set of scale ${scale}, which is kept in ${root}`);
  await mkdir(making, { mode: 0o711 });
  try {
    // The settings belong to the cluster, which the first start makes.
    const first = await startLocalStack({ dataDir: making, migrationsDir });
    await first.stop();
    await appendFile(join(making, 'postgres', 'postgresql.conf'), SETTINGS);
    const stack = await startLocalStack({ dataDir: making, migrationsDir });
    const client = new pg.Client({ connectionString: stack.dbUrl });
    await client.connect();
    try {
      await client.query(
        `select set_config('bench.users', $1, false), set_config('bench.conversations', $2, false)`,
        [String(Math.max(MIN_USERS, UNIT.users * scale)), String(UNIT.conversations * scale)],
      );
      for (const name of GENERATOR.filter((file) => file !== 'check.sql')) {
        step(name);
        await client.query('begin');
        await client.query(await readSql(name));
        await client.query('commit');
      }
      step('vacuum');
      await client.query('vacuum (analyze)');
      step('recount');
      await client.query('set search_path = baseline');
      const wrong = await client.query(await readSql('check.sql'));
      if (wrong.rows.length > 0) {
        const first3 = wrong.rows.slice(0, 3).map((row) => `${row.what} ${row.id}`);
        throw new Error(
          `unable to use the data set; ${wrong.rows.length} counters are wrong: ${first3.join(', ')}`,
        );
      }
      step('bytes per message');
      const bytes = await measureBytes(client);
      // The plan of conversations stays: the measured cases are found in it.
      await client.query(
        'drop table bench.drawn, bench.messages, bench.reactions, bench.members, bench.sentences, bench.words',
      );
      await writeFile(join(making, 'bytes.json'), JSON.stringify(bytes));
    } finally {
      await client.end();
      await stack.stop();
    }
    await rename(making, kept);
    await chmod(kept, 0o711);
    step('ready');
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  await prune();
}

/** Names the schema and the generator: any change of either makes another data set. */
async function keyOf(migrationsDir) {
  const hash = createHash('sha256').update(SETTINGS);
  for (const name of (await readdir(migrationsDir)).filter((file) => file.endsWith('.sql')).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(join(migrationsDir, name)));
  }
  for (const name of [...GENERATOR, 'data-set.mjs', 'bytes.mjs']) {
    hash.update('\0').update(await readSql(name));
  }
  return hash.digest('hex').slice(0, 16);
}

function readSql(name) {
  return readFile(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
}

/** Copies and unfinished data sets of runs that were killed. */
async function removeLeftCopies() {
  for (const name of await readdir(root)) {
    const pid = Number(/\.(?:run|making)-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
}

/** Keeps the data sets made last. */
async function prune() {
  const names = (await readdir(root)).filter((name) => /^[0-9a-f]{16}-\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => ({ name, made: (await stat(join(root, name, 'bytes.json'))).mtimeMs })),
  );
  for (const { name } of found.sort((a, b) => b.made - a.made).slice(KEEP)) {
    await rm(join(root, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown.code === 'EPERM';
  }
}

async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}
