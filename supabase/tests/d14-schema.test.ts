import { readdir, readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { query } from './support/database.js';

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

  it('D14 every table and view has a description, every exposed table row level security', async () => {
    const relations = await query<{
      name: string;
      kind: string;
      is_described: boolean;
      is_guarded: boolean;
    }>(`
      select n.nspname || '.' || c.relname as name, c.relkind::text as kind,
             obj_description(c.oid, 'pg_class') is not null as is_described,
             c.relrowsecurity as is_guarded
      from pg_class c join pg_namespace n on n.oid = c.relnamespace and ${ours}
      where c.relkind in ('r', 'v')`);
    expect(relations.filter(({ is_described }) => !is_described)).toEqual([]);
    expect(
      relations.filter(
        ({ name, kind, is_guarded }) => name.startsWith('confab.') && (kind !== 'r' || !is_guarded),
      ),
    ).toEqual([]);
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

  it('D4 every synced table is stamped by its trigger', async () => {
    const stamped = await query<{ name: string }>(`
      select c.relname as name
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace and ${ours}
      where t.tgname = 'stamp_changed_xid' and t.tgenabled = 'O'
      order by 1`);
    expect(stamped.map(({ name }) => name)).toEqual(['conversations', 'members', 'messages', 'profiles']);
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
