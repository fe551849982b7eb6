import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startLocalStack, type LocalStack } from '@confab/local-stack';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { dump, restore, type Dump } from './support/dump.js';
import { become, pickFrom, pullAs, type Person } from './support/people.js';
import type { Pulled } from './support/wire.js';

const run = promisify(execFile);
const migrationsDir = fileURLToPath(new URL('../migrations', import.meta.url));

// Databases of its own, whatever the others run against: they are stopped, copied and restored.
let root: string;
let stack: LocalStack | undefined;
let alice: Person;
let bob: Person;
let id: string;
/** Given by the first database, and by the same one later. */
let early: string;
let late: string;
let dumped: Dump;

async function withDb<T>(use: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = new pg.Client({ connectionString: stack?.dbUrl });
  await db.connect();
  try {
    return await use(db);
  } finally {
    await db.end();
  }
}

const asPerson = <T>(person: Person, use: (db: pg.Client) => Promise<T>): Promise<T> =>
  withDb(async (db) => {
    await become(db, person);
    return use(db);
  });

const pull = (cursor: string | null): Promise<Pulled> =>
  asPerson(alice, (db) => pullAs(db, cursor, { [id]: 0 }));

const sendBob = (...contents: string[]): Promise<void> =>
  asPerson(bob, async (db) => {
    for (const content of contents) {
      await db.query('select confab.send_message($1, $2, $3)', [randomUUID(), id, content]);
    }
  });

const folder = (name: string): string => join(root, name);

async function start(name: string): Promise<void> {
  await stack?.stop();
  stack = await startLocalStack({ dataDir: folder(name), migrationsDir });
}

async function stop(): Promise<void> {
  await stack?.stop();
  stack = undefined;
}

/** That a cursor is refused, that the one given instead is good, and that changes come exactly once. */
async function expectReset(cursor: string): Promise<void> {
  const reset = await pull(cursor);
  expect(reset).toMatchObject({ reset: true, conversations: [], members: [], messages: [] });
  const { rows } = await asPerson(alice, (db) =>
    db.query<{ total: string }>('select confab.unread_total() as total'),
  );
  expect(reset.unread_total).toBe(Number(pickFrom(rows, 0).total));
  // Rows may carry numbers of transactions that are still to come here.
  expect(await pull(reset.cursor)).toMatchObject({ reset: false, conversations: [], members: [] });
  await sendBob('after the reset');
  const changed = await pull(reset.cursor);
  expect(changed).toMatchObject({ reset: false, conversations: [{ id }] });
  expect(changed.messages.at(-1)).toMatchObject({ content: 'after the reset' });
  expect(await pull(changed.cursor)).toMatchObject({ reset: false, conversations: [] });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'confab-epoch-'));
  // Postgres may run as another user, who must be able to go through.
  await chmod(root, 0o711);
  await start('first');
  const people = await withDb(async (db) => {
    await db.query('update confab_private.settings set rate_limit_burst = 0');
    const { rows } = await db.query<Person>(
      `insert into auth.users (instance_id, id, aud, role, email)
       select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated', n || '@example.com'
       from generate_series(1, 2) n
       returning id`,
    );
    return rows;
  });
  [alice, bob] = people as [Person, Person];
  id = await asPerson(alice, async (db) => {
    const { rows } = await db.query<{ id: string }>(`select confab.get_or_create_direct($1) ->> 'id' as id`, [
      bob.id,
    ]);
    return pickFrom(rows, 0).id;
  });
  await sendBob('one');
  early = (await pull(null)).cursor;
}, 240_000);

afterAll(async () => {
  await stop();
  await rm(root, { recursive: true, force: true });
});

describe('the epoch', () => {
  it('D4 stays over a crash and over a restart, and nothing is missed', async () => {
    expect(await pull(early)).toMatchObject({ reset: false });
    await sendBob('before the crash');
    await stack?.restartPostgres({ crash: true });
    const crashed = await pull(early);
    expect(crashed).toMatchObject({ reset: false, conversations: [{ id, unread: 2 }] });
    await sendBob('before the restart');
    await start('first');
    expect(await pull(early)).toMatchObject({ reset: false, conversations: [{ id, unread: 3 }] });
    expect(await pull(crashed.cursor)).toMatchObject({ reset: false, conversations: [{ id, unread: 3 }] });
  }, 240_000);

  it('D4 of a folder put back as it was: a cursor from what is now the future is refused', async () => {
    await stop();
    await run('cp', ['-a', folder('first'), folder('copy')]);
    await start('first');
    await sendBob(...Array.from({ length: 300 }, (_, n) => `${n}`));
    late = (await pull(null)).cursor;
    expect(await pull(late)).toMatchObject({ reset: false });
    expect(await pull(early)).toMatchObject({ reset: false });
    dumped = await withDb(dump);
    await start('copy');
    await expectReset(late);
    expect(await pull(early)).toMatchObject({ reset: false, conversations: [{ id, unread: 4 }] });
  }, 240_000);

  it('D4 is another after a recovery, which begins a new timeline', async () => {
    await stop();
    const cluster = join(folder('copy'), 'postgres');
    await appendFile(join(cluster, 'postgresql.auto.conf'), `restore_command = 'false'\n`);
    await writeFile(join(cluster, 'recovery.signal'), '');
    await start('copy');
    const { rows } = await withDb((db) =>
      db.query<{ timeline: number }>('select timeline_id as timeline from pg_control_checkpoint()'),
    );
    expect(rows).toEqual([{ timeline: 2 }]);
    await expectReset(early);
  }, 240_000);

  it('D4 is another after a dump and restore into a new database', async () => {
    await start('second');
    await withDb((db) => restore(db, dumped));
    const { rows } = await withDb((db) =>
      db.query<{ install_id: string; ahead: boolean }>(
        `select s.install_id,
                (select max(changed_xid) from confab.messages) > pg_snapshot_xmax(pg_current_snapshot()) as ahead
         from confab_private.settings s`,
      ),
    );
    // The same installation, to look at its tables, and rows of transactions that have not been yet.
    const settings = dumped.find(({ table }) => table.name === 'confab_private.settings');
    expect(settings?.rows).toMatchObject([{ install_id: rows[0]?.install_id }]);
    expect(rows[0]?.ahead).toBe(true);
    await expectReset(late);
    // And when the new database has got as far as the old one was: nothing but the epoch tells them apart.
    const there = Number(late.split('.')[1]);
    await withDb((db) =>
      db.query(
        `do $$ begin while pg_current_xact_id() <= '${there + 100}'::xid8 loop commit; end loop; end $$`,
      ),
    );
    expect(Number((await pull(null)).cursor.split('.')[1])).toBeGreaterThan(there);
    for (const cursor of [early, late]) await expectReset(cursor);
    const list = await asPerson(alice, (db) =>
      db.query<{ list: { conversations: unknown[] } }>('select confab.conversations() as list'),
    );
    expect(pickFrom(list.rows, 0).list.conversations).toMatchObject([
      { id, last_seq: 306, unread: 306, last_message: { content: 'after the reset' } },
    ]);
  }, 240_000);
});
