import type { PoolClient } from 'pg';

import { canonicalJson } from '../json.js';
import type { Claims } from '../token.js';
import { filterSql } from './filter-sql.js';
import type { Filter } from './params.js';
import type { Row, RowChange } from './row.js';
import type { Table } from './table.js';

/** Which of the given filters hold for the change: for the new row or, after a DELETE, for what is known of the old. */
export async function matchingFilters(
  client: PoolClient,
  change: RowChange,
  filters: ReadonlyMap<string, Filter>,
): Promise<Set<string>> {
  const row = change.action === 'DELETE' ? change.previous : change.next;
  const values: (string | null)[] = [];
  const bind = (value: string | null): string => `$${values.push(value)}`;
  const known = [...filters].flatMap(([key, filter]) => {
    const value = row.get(filter.column);
    if (value === undefined) return [];
    const text = value.column.typeName === 'bytea' ? (value.text?.slice(2) ?? null) : value.text;
    return [{ key, sql: filterSql(filter, value.column.sqlType, bind(text), bind) }];
  });
  if (known.length === 0) return new Set();
  const { rows } = await client.query<(boolean | null)[]>({
    text: `select ${known.map(({ sql }) => `(${sql})`).join(', ')}`,
    values,
    rowMode: 'array',
  });
  return new Set(known.filter((_, at) => rows[0]?.[at] === true).map(({ key }) => key));
}

/** One text per filter: equal filters are evaluated once. */
export function filterKey(filter: Filter): string {
  return canonicalJson([filter.column, filter.operator, filter.value, filter.isNegated]);
}

/** Whether a user sees the row, looked up by its primary key with the user's role and claims. */
export async function canSeeRow(
  client: PoolClient,
  table: Table,
  row: Row,
  role: string,
  claims: Claims,
): Promise<boolean> {
  const keys = [...row.values()].filter(({ column }) => column.isKey);
  const conditions = keys.map(({ column }, at) => `${column.sqlName} = $${at + 1}::${column.sqlType}`);
  if (conditions.length === 0) return false;
  await client.query('savepoint look');
  try {
    await client.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
      role,
      JSON.stringify(claims),
    ]);
    const { rows } = await client.query<{ can_see: boolean }>(
      `select exists (select from ${table.sqlName} where ${conditions.join(' and ')}) as can_see`,
      keys.map(({ text }) => text),
    );
    return rows[0]?.can_see === true;
  } catch {
    // A policy that raises shows nothing.
    return false;
  } finally {
    // The role and the claims go back to what they were, too.
    await client.query('rollback to savepoint look');
  }
}
