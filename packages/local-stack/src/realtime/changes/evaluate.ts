import type { PoolClient } from 'pg';

import { canonicalJson } from '../json.js';
import type { Change } from '../replication/stream.js';
import type { Claims } from '../token.js';
import type { Action, ChangeParams, Filter } from './params.js';
import { readRowChange, type Row, type RowChange } from './row.js';
import { readTable, type Table } from './table.js';
import { canSeeRow, filterKey, matchingFilters } from './visible.js';

/** One accepted subscription: to one table, with the claims of its channel. */
export interface Subscription {
  readonly table: number;
  readonly params: ChangeParams;
  readonly role: string;
  readonly claims: Claims;
}

/** What some of the subscriptions are told of a change. */
export interface ChangeEvent<S extends Subscription> {
  readonly action: Action;
  /** The `data` of the event, as JSON text. */
  readonly data: string;
  readonly subscriptions: readonly S[];
}

const MAX_RECORD_BYTES = 1024 * 1024;
/** What a value may have at most, in a record that is too large as a whole. */
const SMALL_VALUE_BYTES = 64;

/**
 * Tells a change to those subscriptions that want it and may see it. Those with one role and one choice of
 * columns get the same event. INSERT and UPDATE are shown by RLS; a DELETE is shown to all, with its key only.
 */
export async function evaluateChange<S extends Subscription>(
  client: PoolClient,
  change: Change,
  commitTimestamp: string,
  interested: readonly S[],
): Promise<ChangeEvent<S>[]> {
  const roles = [...new Set(interested.map(({ role }) => role))].sort();
  const table = await readTable(client, change.relation.relationOid, roles);
  if (table === undefined) return [];
  const row = await readRowChange(client, table, change);
  const { schema, name } = change.relation;
  const base = { schema, table: name, type: row.action };
  const events: ChangeEvent<S>[] = [];
  const filters = new Map(
    interested.flatMap(({ params }) => params.filters.map((filter) => [filterKey(filter), filter] as const)),
  );
  const matching = await matchingFilters(client, row, filters);
  for (const role of roles) {
    const ofRole = interested.filter((subscription) => subscription.role === role);
    const refusal = refusalFor(table, row, role);
    const seen = refusal === undefined ? await visibleTo(client, table, row, role, ofRole, matching) : ofRole;
    for (const group of groupBy(seen, ({ params }) =>
      canonicalJson(params.select && [...params.select].sort()),
    )) {
      const select = group[0]?.params.select ?? null;
      const data =
        refusal === undefined
          ? eventData(base, table, row, role, select, commitTimestamp)
          : refusalData(base, refusal);
      events.push({ action: row.action, data, subscriptions: group });
    }
  }
  return events;
}

/** Why a role cannot be told the row at all. */
function refusalFor(table: Table, { action }: RowChange, role: string): string | undefined {
  if (action === 'DELETE') return undefined;
  const keys = table.columns.filter(({ isKey }) => isKey);
  if (keys.length === 0) return 'Error 400: Bad Request, no primary key';
  return keys.every(({ readers }) => readers.has(role)) ? undefined : 'Error 401: Unauthorized';
}

async function visibleTo<S extends Subscription>(
  client: PoolClient,
  table: Table,
  row: RowChange,
  role: string,
  subscriptions: readonly S[],
  matching: ReadonlySet<string>,
): Promise<S[]> {
  const answers = new Map<string, boolean>();
  const visible: S[] = [];
  for (const subscription of subscriptions) {
    const { claims, params } = subscription;
    if (!params.filters.every((filter: Filter) => matching.has(filterKey(filter)))) continue;
    if (!table.hasRls || row.action === 'DELETE') {
      visible.push(subscription);
      continue;
    }
    const key = canonicalJson(claims);
    const answer = answers.get(key) ?? (await canSeeRow(client, table, row.next, role, claims));
    answers.set(key, answer);
    if (answer) visible.push(subscription);
  }
  return visible;
}

interface EventBase {
  readonly schema: string;
  readonly table: string;
  readonly type: Action;
}

function refusalData(base: EventBase, error: string): string {
  return JSON.stringify({
    ...base,
    columns: [],
    record: {},
    ...(base.type === 'UPDATE' ? { old_record: {} } : {}),
    commit_timestamp: null,
    errors: [error],
  });
}

function eventData(
  base: EventBase,
  table: Table,
  { action, next, previous }: RowChange,
  role: string,
  select: readonly string[] | null,
  commitTimestamp: string,
): string {
  const isWanted = (name: string, isKey: boolean): boolean =>
    select === null || isKey || select.includes(name);
  const isTooLarge = sizeOf(next) + sizeOf(previous) > MAX_RECORD_BYTES;
  const record = (row: Row, isKeyOnly = false): string => {
    const members = [...row.values()].filter(({ column, json }) => {
      if (!column.readers.has(role) || !isWanted(column.name, column.isKey)) return false;
      if (isKeyOnly && !column.isKey) return false;
      return !isTooLarge || Buffer.byteLength(json) <= SMALL_VALUE_BYTES;
    });
    return `{${members.map(({ column, json }) => `${JSON.stringify(column.name)}:${json}`).join(',')}}`;
  };
  const columns = table.columns
    .filter(({ name, isKey, readers }) => readers.has(role) && isWanted(name, isKey))
    .map(({ name, typeName }) => ({ name, type: typeName }));
  const parts = [
    `"schema":${JSON.stringify(base.schema)},"table":${JSON.stringify(base.table)},"type":"${action}"`,
    `"commit_timestamp":"${commitTimestamp}","columns":${JSON.stringify(columns)}`,
    `"errors":${isTooLarge ? '["Error 413: Payload Too Large"]' : 'null'}`,
  ];
  // A value that did not change is taken from the old row, where that is known.
  if (action !== 'DELETE') parts.push(`"record":${record(new Map([...previous, ...next]))}`);
  if (action === 'UPDATE') parts.push(`"old_record":${record(previous)}`);
  // Nobody can tell who was allowed to see a row that is gone.
  if (action === 'DELETE') parts.push(`"old_record":${record(previous, table.hasRls)}`);
  return `{${parts.join(',')}}`;
}

function sizeOf(row: Row): number {
  let size = 0;
  for (const { json } of row.values()) size += Buffer.byteLength(json);
  return size;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), [...group, item]);
  }
  return [...groups.values()];
}
