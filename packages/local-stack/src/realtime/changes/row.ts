import type { PoolClient } from 'pg';

import type { Change } from '../replication/stream.js';
import type { Action } from './params.js';
import type { Column, Table } from './table.js';

/** A value of a row: as Postgres prints it, and as JSON text. */
export interface Value {
  readonly column: Column;
  readonly text: string | null;
  readonly json: string;
}

/** By column name; a column whose (large) value did not change is not there. */
export type Row = ReadonlyMap<string, Value>;

export interface RowChange {
  readonly action: Action;
  /** Empty for a DELETE. */
  readonly next: Row;
  /** The replica identity (as a rule the primary key) or, when that is FULL, the whole row; empty for an INSERT. */
  readonly previous: Row;
}

type Texts = Readonly<Record<string, unknown>>;

/** The change with all values as JSON, converted by Postgres: it alone knows its types. */
export async function readRowChange(client: PoolClient, table: Table, change: Change): Promise<RowChange> {
  switch (change.tag) {
    case 'insert':
      return { action: 'INSERT', next: await toRow(client, table, change.new), previous: new Map() };
    case 'update': {
      // The log tells the old key only when it changed.
      const before = change.old ?? change.key ?? pick(change.new, change.relation.keyColumns);
      const next = await toRow(client, table, change.new);
      return { action: 'UPDATE', next, previous: await toRow(client, table, before) };
    }
    case 'delete': {
      const before = change.old ?? change.key ?? {};
      return { action: 'DELETE', next: new Map(), previous: await toRow(client, table, before) };
    }
  }
}

function pick(texts: Texts, names: readonly string[]): Texts {
  return Object.fromEntries(names.map((name) => [name, texts[name]]));
}

async function toRow(client: PoolClient, table: Table, texts: Texts): Promise<Row> {
  const present = table.columns.flatMap((column) => {
    const text = texts[column.name];
    return typeof text === 'string' || text === null ? [{ column, text }] : [];
  });
  if (present.length === 0) return new Map();
  const expressions = present.map(({ column }, at) => {
    // Bytes come as their hexadecimal digits.
    if (column.typeName === 'bytea') return `to_jsonb(substr($${at + 1}::text, 3))::text`;
    return `to_jsonb($${at + 1}::${column.sqlType})::text`;
  });
  const { rows } = await client.query<(string | null)[]>({
    text: `select ${expressions.join(', ')}`,
    values: present.map(({ text }) => text),
    rowMode: 'array',
  });
  return new Map(
    present.map(({ column, text }, at) => [column.name, { column, text, json: rows[0]?.[at] ?? 'null' }]),
  );
}
