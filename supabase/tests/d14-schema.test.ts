import { readdir, readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { one, query, withDatabase } from './support/database.js';
import { direct, newUsers, send, type User } from './support/users.js';

const ours = `n.nspname in ('confab', 'confab_private')`;

describe('the schema', () => {
  it('D14 every migration has a timestamp and a name, and all are applied', async () => {
    const files = (await readdir(new URL('../migrations', import.meta.url))).sort();
    for (const file of files) expect(file).toMatch(/^\d{14}_[a-z0-9_]+\.sql$/);
    const applied = await query<{ version: string }>(
      'select version from supabase_migrations.schema_migrations order by version',
    );
    expect(applied.map(({ version }) => version)).toEqual(files.map((file) => file.slice(0, 14)));
  });

  it('D14 every function has a fixed search path and a description', async () => {
    const functions = await query<{ name: string; is_fixed: boolean; is_described: boolean }>(`
      select n.nspname || '.' || p.proname as name,
             p.proconfig @> array['search_path=""'] as is_fixed,
             obj_description(p.oid, 'pg_proc') is not null as is_described
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace and ${ours}`);
    expect(functions.length).toBeGreaterThan(40);
    expect(functions.filter(({ is_fixed }) => !is_fixed)).toEqual([]);
    expect(functions.filter(({ is_described }) => !is_described)).toEqual([]);
  });

  it('D14 every table and view has a description, exposed tables row level security, exposed views the rights of the caller', async () => {
    const relations = await query<{
      name: string;
      is_described: boolean;
      is_guarded: boolean;
    }>(`
      select n.nspname || '.' || c.relname as name,
             obj_description(c.oid, 'pg_class') is not null as is_described,
             c.relrowsecurity or coalesce('security_invoker=on' = any (c.reloptions), false) as is_guarded
      from pg_class c join pg_namespace n on n.oid = c.relnamespace and ${ours}
      where c.relkind in ('r', 'v')`);
    expect(relations.filter(({ is_described }) => !is_described)).toEqual([]);
    expect(relations.filter(({ name, is_guarded }) => name.startsWith('confab.') && !is_guarded)).toEqual([]);
  });

  it('D1 functions that are exposed run as the caller, bodies in the private schema take no identity', async () => {
    const exposed = await query(`
      select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'confab' and p.prosecdef`);
    expect(exposed).toEqual([]);
    const callable = await query<{ proname: string; proargnames: string[] | null }>(`
      select p.proname, p.proargnames from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'confab_private' and has_function_privilege('authenticated', p.oid, 'execute')`);
    expect(callable.length).toBeGreaterThan(10);
    for (const { proname, proargnames } of callable) {
      expect(proargnames ?? [], proname).not.toContain('p_me');
      expect(proargnames ?? [], proname).not.toContain('p_sender_id');
    }
  });

  it('D10 events and answers show a message with the same keys', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await send(alice, (await direct(alice, bob)).id, 'one');
    const { event, answer } = await one<{ event: string[]; answer: string[] }>(
      `select array(select json_object_keys(w.wire) from confab_private.message_wire w where w.id = $1) as event,
              array(
                select json_object_keys(w.wire) from confab_private.visible_message w where w.viewer_id = $2 and w.id = $1
              ) as answer`,
      [id, bob.id],
    );
    expect(answer).toContain('reactions');
    expect(event).toEqual(answer);
  });

  it('D4 every synced table is stamped by its trigger', async () => {
    const stamped = await query<{ name: string }>(`
      select c.relname as name
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace and ${ours}
      where t.tgname = 'stamp_changed_xid' and t.tgenabled = 'O'
      order by 1`);
    expect(stamped.map(({ name }) => name)).toEqual([
      'conversations',
      'drafts',
      'hidden_messages',
      'members',
      'messages',
      'profiles',
      'threads',
    ]);
  });

  it('D14 outside its schemas it makes policies and one trigger, nothing else', async () => {
    const triggers = await query<{ name: string }>(`
      select t.tgrelid::regclass || '.' || t.tgname as name
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_namespace n on n.oid = p.pronamespace and ${ours}
      join pg_class c on c.oid = t.tgrelid join pg_namespace cn on cn.oid = c.relnamespace
      where cn.nspname not in ('confab', 'confab_private')`);
    expect(triggers).toEqual([{ name: 'auth.users.confab_keep_profile' }]);
    const text = await Promise.all(
      (await readdir(new URL('../migrations', import.meta.url))).map((file) =>
        readFile(new URL(`../migrations/${file}`, import.meta.url), 'utf8'),
      ),
    );
    for (const sql of text) {
      expect(sql).not.toMatch(
        /\b(create|alter|drop)\s+(or replace\s+)?(table|function|view|index)\s+(auth|realtime|storage)\./i,
      );
      expect(sql).not.toMatch(/create extension/i);
    }
  });
});

describe('the seed', () => {
  it('D7 gives three people conversations whose numbers are right', async () => {
    const text = await readFile(new URL('../seed.sql', import.meta.url), 'utf8');
    await withDatabase(async (db) => {
      // The file's own transaction, not committed.
      await db.query(text.replace(/^commit;$/m, ''));
      const { rows } = await db.query<Record<string, unknown>>(`
        select c.title, c.kind, c.member_count, count(*)::integer as messages,
               bool_and(m.seq = m.place and m.version = m.place and m.counted = m.place) as is_numbered,
               count(*) = max(c.last_seq) and count(*) = max(c.version) and count(*) = max(c.counted)
                 and count(*) = max(c.last_timeline_seq) as is_counted,
               bool_and(m.created_at >= coalesce(m.previous_at, m.created_at)) and max(m.created_at) < now() as is_in_order
        from confab.conversations c
        join (
          select *,
                 row_number() over (partition by conversation_id order by seq) as place,
                 lag(created_at) over (partition by conversation_id order by seq) as previous_at
          from confab.messages
        ) m on m.conversation_id = c.id
        join auth.users u on u.id = c.created_by and u.email ~ '^(alice|bob|carol)@example.com$'
        group by c.id
        order by messages desc`);
      const right = { is_numbered: true, is_counted: true, is_in_order: true };
      expect(rows).toEqual([
        { title: null, kind: 'direct', member_count: 2, messages: 250, ...right },
        { title: 'Weekend hike', kind: 'group', member_count: 3, messages: 120, ...right },
        { title: null, kind: 'direct', member_count: 2, messages: 60, ...right },
        { title: 'Book club', kind: 'group', member_count: 3, messages: 40, ...right },
      ]);
      const unread = await db.query<{ name: string; unread: number }>(`
        select p.display_name as name, sum(v.unread)::integer as unread
        from confab_private.memberships v join confab.profiles p on p.id = v.user_id
        join auth.users u on u.id = p.id and u.email ~ '^(alice|bob|carol)@example.com$'
        group by 1 order by 1`);
      expect(unread.rows.map(({ name }) => name)).toEqual(['Alice', 'Bob', 'Carol']);
      for (const row of unread.rows) expect(row.unread, row.name).toBeGreaterThan(0);
      await db.query('rollback');
    });
  });
});
