import { query } from './database.js';

const tablesSql = `
  select n.nspname || '.' || c.relname as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('confab', 'confab_private') and c.relkind = 'r'
  order by 1`;

/** Of every table of the two schemas, how many rows it has and a checksum of them. */
export async function checksums(): Promise<Record<string, string>> {
  const tables = await query<{ name: string }>(tablesSql);
  const rows = await query<{ name: string; sum: string }>(
    tables
      .map(
        ({ name }) =>
          `select '${name}' as name,
                  count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum
           from ${name} t`,
      )
      .join(' union all '),
  );
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
}

/** The tables of the two schemas in which a text occurs anywhere. */
export async function tablesWith(text: string): Promise<string[]> {
  const tables = await query<{ name: string }>(tablesSql);
  const found = await query<{ name: string }>(
    tables
      .map(
        ({ name }) =>
          `select '${name}' as name where exists (select 1 from ${name} t where position($1 in t::text) > 0)`,
      )
      .join(' union all '),
    [text],
  );
  return found.map(({ name }) => name).sort();
}
