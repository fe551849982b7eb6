import type { PoolClient } from 'pg';

/** What is needed to know of a table to tell its changes; read anew for every change, for it may change too. */
export interface Table {
  readonly hasRls: boolean;
  readonly columns: readonly Column[];
  /** `"schema"."name"`, quoted. */
  readonly sqlName: string;
}

export interface Column {
  readonly name: string;
  readonly sqlName: string;
  /** The short name of its type (`int8`). */
  readonly typeName: string;
  /** Its type as SQL (`bigint`). */
  readonly sqlType: string;
  readonly isKey: boolean;
  /** Roles that may SELECT it. */
  readonly readers: ReadonlySet<string>;
}

interface ColumnRow {
  name: string;
  sql_name: string;
  type_name: string;
  sql_type: string;
  is_key: boolean;
  readers: string[];
}

/** `undefined` when the table is gone. */
export async function readTable(
  client: PoolClient,
  oid: number,
  roles: readonly string[],
): Promise<Table | undefined> {
  const { rows } = await client.query<{ has_rls: boolean; sql_name: string; columns: ColumnRow[] }>({
    name: 'realtime_table',
    text: `
      select c.relrowsecurity as has_rls, format('%I.%I', n.nspname, c.relname) as sql_name, (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', a.attname, 'sql_name', quote_ident(a.attname), 'type_name', t.typname,
          'sql_type', format_type(a.atttypid, null),
          'is_key', exists (
            select from pg_index i
            where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)
          ),
          'readers', (
            select coalesce(jsonb_agg(r), '[]') from unnest($2::text[]) as r
            where has_column_privilege(r::name, c.oid, a.attnum, 'SELECT')
          )
        ) order by a.attnum), '[]')
        from pg_attribute a join pg_type t on t.oid = a.atttypid
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      ) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.oid = $1::oid`,
    values: [oid, roles],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    hasRls: row.has_rls,
    sqlName: row.sql_name,
    columns: row.columns.map((column) => ({
      name: column.name,
      sqlName: column.sql_name,
      typeName: column.type_name,
      sqlType: column.sql_type,
      isKey: column.is_key,
      readers: new Set(column.readers),
    })),
  };
}
