import pg from 'pg';

import type { Json } from '../../../src/realtime/json.js';
import { PEOPLE, type Person } from './people.js';

/** Everything the scenarios need in the database. */
const SETUP = `
  create schema rt_conf;
  grant usage on schema rt_conf to anon, authenticated, service_role;

  create function rt_conf.uid() returns uuid language sql stable as $$
    select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;

  -- Who may read a private topic, and who may also write to it. only_extension restricts a member to one extension.
  create table rt_conf.members (
    topic text, user_id uuid, can_write bool not null default false, only_extension text,
    primary key (topic, user_id)
  );
  grant select on rt_conf.members to authenticated;
  create policy rt_conf_read on realtime.messages for select to authenticated using (
    exists (select from rt_conf.members m where m.user_id = rt_conf.uid() and m.topic = realtime.topic()
            and coalesce(m.only_extension, messages.extension) = messages.extension));
  create policy rt_conf_write on realtime.messages for insert to authenticated with check (
    exists (select from rt_conf.members m
            where m.user_id = rt_conf.uid() and m.can_write and m.topic = realtime.topic()));

  -- A row is visible to its owner.
  create table rt_conf.items (id bigint primary key, room text, owner uuid, body text);
  alter table rt_conf.items enable row level security;
  create policy rt_conf_items_read on rt_conf.items for select to authenticated using (owner = rt_conf.uid());
  grant all on rt_conf.items to authenticated, service_role;

  create table rt_conf.notes (id bigint primary key, body text);
  grant select, insert on rt_conf.notes to authenticated;

  -- Of every type that is told in its own way; everybody sees all rows, but not the column "secret".
  create table rt_conf.samples (
    id bigint primary key, amount numeric, big bigint, happened timestamptz, tags text[], extra jsonb, bytes bytea,
    is_done boolean, secret text
  );
  alter table rt_conf.samples replica identity full;
  grant select (id, amount, big, happened, tags, extra, bytes, is_done) on rt_conf.samples to authenticated;
  grant select on rt_conf.samples to service_role;

  -- A trigger sends every change of a row to the topic named in it.
  create table rt_conf.docs (id bigint primary key, topic text, body text);
  create function rt_conf.docs_changed() returns trigger language plpgsql security definer as $$
  begin
    perform realtime.broadcast_changes(
      coalesce(new.topic, old.topic), tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
    return null;
  end $$;
  create trigger docs_changed after insert or update or delete on rt_conf.docs
    for each row execute function rt_conf.docs_changed();

  alter publication supabase_realtime add table rt_conf.items, rt_conf.samples;
`;

export type Statement = string | readonly [text: string, values: readonly unknown[]];

export interface TransactionOptions {
  /** As this user, with the role `authenticated`. */
  as?: Person;
  end?: 'commit' | 'rollback';
}

/** A connection of one scenario. */
export interface ScenarioDatabase {
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Runs statements in one transaction; answers how it ended, and the warnings on the way. */
  transaction(statements: readonly Statement[], options?: TransactionOptions): Promise<Json>;
  end(): Promise<void>;
}

export async function openDatabase(dbUrl: string): Promise<ScenarioDatabase> {
  const client = new pg.Client({ connectionString: dbUrl });
  let notices: string[] = [];
  client.on('notice', (notice) => notices.push(`${notice.severity ?? ''}: ${notice.message ?? ''}`));
  client.on('error', () => undefined);
  await client.connect();
  await client.query('set client_min_messages = warning');

  return {
    query: async (text, values) => (await client.query<Record<string, unknown>>(text, values)).rows,
    async transaction(statements, { as, end = 'commit' } = {}) {
      notices = [];
      await client.query('begin');
      try {
        if (as !== undefined) {
          const claims = JSON.stringify({ sub: PEOPLE[as], role: 'authenticated' });
          await client.query(`select set_config('request.jwt.claims', $1, true)`, [claims]);
          await client.query('set local role authenticated');
        }
        for (const statement of statements) {
          if (typeof statement === 'string') await client.query(statement);
          else await client.query(statement[0], [...statement[1]]);
        }
        await client.query(end);
      } catch (thrown) {
        await client.query('rollback');
        return { sql: 'failed', error: thrown instanceof Error ? thrown.message : String(thrown) };
      }
      const sql = end === 'commit' ? 'committed' : 'rolled back';
      return notices.length === 0 ? { sql } : { sql, notices };
    },
    end: () => client.end(),
  };
}

/** Makes the schema `rt_conf` and its policies. */
export async function prepareDatabase(dbUrl: string): Promise<void> {
  const database = await openDatabase(dbUrl);
  await database.query(SETUP);
  await database.end();
}
