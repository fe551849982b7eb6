import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startLocalStack } from '@confab/local-stack';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromRoot } from '../lib/root.mjs';

const exec = promisify(execFile);
const program = fromRoot('packages/core/bin/confab-migrations.mjs');
const ownFolder = fromRoot('supabase/migrations');

/** @type {string} a project of an app */
let project;
/** @type {string} its migrations */
let folder;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'confab-migrations-'));
  folder = join(project, 'supabase', 'migrations');
});
afterEach(() => rm(project, { recursive: true, force: true }));

/**
 * @param {string} command
 * @param {...string} args
 * @returns {Promise<{ code: number, said: string }>}
 */
async function runIn(command, ...args) {
  const env = { ...process.env, DO_NOT_TRACK: '1', HOME: project };
  return exec(process.execPath, [command, ...args], { cwd: project, env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error) => ({ code: Number(error.code), said: `${error.stdout}${error.stderr}` }),
  );
}

const copy = () => runIn(program);
const files = async () => (await readdir(folder)).sort();
/** @param {string} file @param {string} sql */
const write = async (file, sql) => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), sql);
};
/** Confab's own, by hand. @param {(sql: string) => string} [change] @param {number} [count] */
const copyByHand = async (change = (sql) => sql, count = Infinity) => {
  const own = (await readdir(ownFolder)).filter((file) => file.endsWith('.sql')).sort();
  for (const file of own.slice(0, count))
    await write(file, change(await readFile(join(ownFolder, file), 'utf8')));
};

describe('npx confab-migrations', () => {
  it('D14 copies all of them, in their order and as they are, after what is there', async () => {
    await write('20991231235958_app.sql', 'select 1;');
    expect(await copy()).toMatchObject({ code: 0, said: expect.stringContaining('supabase db push') });
    const [first, ...copies] = await files();
    expect(first).toBe('20991231235958_app.sql');
    const own = (await readdir(ownFolder)).filter((file) => file.endsWith('.sql')).sort();
    expect(copies.map((file) => file.replace(/^\d{14}_confab_/, ''))).toEqual(
      own.map((file) => file.replace(/^\d+_/, '')),
    );
    expect(copies[0]).toMatch(/^20991231235959_/);
    // Stamps are times: a minute has sixty seconds.
    expect(copies[1]).toMatch(/^21000101000000_/);
    for (const [i, file] of copies.entries())
      expect(await readFile(join(folder, file), 'utf8')).toBe(
        await readFile(join(ownFolder, own[i] ?? ''), 'utf8'),
      );
  });

  it('D14 begins now where nothing newer is there, in a folder it makes', async () => {
    await copy();
    const [first = ''] = await files();
    expect(first.slice(0, 4)).toBe(String(new Date().getUTCFullYear()));
  });

  it('D14 changes nothing a second time, also with other ends of lines, and later migrations of the app', async () => {
    await copy();
    await write('20991231235959_app.sql', 'select 1;');
    const [first = ''] = await files();
    const sql = await readFile(join(folder, first), 'utf8');
    await writeFile(join(folder, first), sql.replaceAll('\n', '\r\n'));
    const before = await files();
    expect(await copy()).toMatchObject({ code: 0, said: expect.stringContaining(first) });
    expect(await files()).toEqual(before);
  });

  it('D14 copies what is missing at the end: after an interruption, or of a later version', async () => {
    await copyByHand(undefined, 5);
    expect(await copy()).toMatchObject({ code: 0 });
    const all = await files();
    expect(all.slice(0, 5).filter((file) => file.includes('confab_'))).toEqual([]);
    expect(all.slice(5).every((file) => file.includes('_confab_'))).toBe(true);
    expect(all).toHaveLength((await readdir(ownFolder)).length);
  });

  it('D14 says what to do where they were copied by hand, before others of the app', async () => {
    await copyByHand();
    await write('20991231235959_app.sql', 'select 1;');
    const before = await files();
    expect(await copy()).toMatchObject({
      code: 0,
      said: expect.stringMatching(/before 20991231235959_app\.sql.*delete them, and run this again/s),
    });
    expect(await files()).toEqual(before);
  });

  it('D14 refuses where one is missing in between, or they are in another order', async () => {
    await copy();
    const all = await files();
    await rm(join(folder, all[7] ?? ''));
    const before = await files();
    expect(await copy()).toMatchObject({ code: 1, said: expect.stringContaining(all[8] ?? '-') });
    expect(await files()).toEqual(before);
    await rm(folder, { recursive: true });
    await copy();
    const [first = ''] = await files();
    await rename(join(folder, first), join(folder, first.replace(/^\d+/, '20991231235959')));
    expect(await copy()).toMatchObject({ code: 1 });
  });

  it('D14 refuses where those of another version are there, and writes nothing', async () => {
    await copy();
    const [, second = ''] = await files();
    await writeFile(join(folder, second), 'select 2;');
    expect(await copy()).toMatchObject({ code: 1, said: expect.stringContaining(second) });
    await rm(folder, { recursive: true });
    await write('9_app.sql', 'select 1;');
    expect(await copy()).toMatchObject({ code: 1, said: expect.stringContaining('9_app.sql') });
    expect(await files()).toEqual(['9_app.sql']);
    expect(await runIn(program, '--help')).toMatchObject({ code: 1, said: expect.stringContaining('usage') });
  });

  it('D14 lets supabase db push bring them to a project whose last migration is newer', async () => {
    await write('20270101000000_app.sql', 'create table public.notes (id integer primary key);');
    const empty = join(project, 'empty');
    await mkdir(empty);
    const stack = await startLocalStack({ migrationsDir: empty });
    try {
      const require = createRequire(fromRoot('packages/local-stack/package.json'));
      const manifest = require.resolve('supabase/package.json');
      const cli = join(dirname(manifest), require(manifest).bin.supabase);
      const push = () => runIn(cli, 'db', 'push', '--yes', '--db-url', `${stack.dbUrl}?sslmode=disable`);
      expect(await push()).toMatchObject({ code: 0 });
      // What happens to those who copy the files as they are.
      await copyByHand();
      expect(await push()).toMatchObject({ code: 1, said: expect.stringContaining('--include-all') });
      expect(await copy()).toMatchObject({ said: expect.stringContaining('delete them') });
      for (const file of await readdir(ownFolder)) await rm(join(folder, file), { force: true });

      expect(await copy()).toMatchObject({ code: 0 });
      expect(await push()).toMatchObject({ code: 0 });
      const db = new pg.Client({ connectionString: stack.dbUrl });
      await db.connect();
      const { rows } = await db.query('select count(*)::integer as n from confab.message_kinds');
      await db.end();
      expect(rows[0]?.n).toBeGreaterThan(0);

      await copy();
      expect(await push()).toMatchObject({ code: 0, said: expect.stringMatching(/up to date/i) });
    } finally {
      await stack.stop();
    }
  }, 120_000);
});
