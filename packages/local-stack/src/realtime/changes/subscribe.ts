import type { Json } from '../json.js';
import type { Claims } from '../token.js';
import type { Database, DatabaseProblem } from '../database/pool.js';
import { IS_WORDS } from './filter-sql.js';
import { type ChangeParams, describeParams, type Filter, type Parsed } from './params.js';

export const CHANGES_PUBLICATION = 'supabase_realtime';
const MAX_IN_VALUES = 100;

const UNABLE = 'Unable to subscribe to changes with given parameters.';

/** `isFinal`: trying again is of no use. */
export interface SubscribeError {
  readonly error: string;
  readonly isFinal: boolean;
  readonly tables?: never;
}

/** The published tables that match, by their object id, after the checks of columns and values. */
export async function resolveTables(
  database: Database,
  params: ChangeParams,
  claims: Claims,
): Promise<{ readonly tables: readonly number[] } | SubscribeError> {
  const found = await database.query(
    `select format('%I.%I', schemaname, tablename)::regclass::oid::int8::text as oid
     from pg_publication_tables
     where pubname = $1
       and schemaname like (case $2 when '*' then '%' else $2 end) escape ''
       and tablename like (case $3 when '*' then '%' else $3 end) escape ''`,
    [CHANGES_PUBLICATION, params.schema, params.table],
  );
  if (found.value === undefined) return failure(params, found.problem);
  const tables = found.value.rows.map((row) => Number(row['oid']));
  if (tables.length === 0) {
    const hint = 'Please check Realtime is enabled for the given connect parameters';
    return { error: `${UNABLE} ${hint}: ${describeParams(params)}`, isFinal: true };
  }
  for (const table of tables) {
    const problem = await checkTable(database, table, params, claims.role);
    if (problem !== undefined) return problem;
  }
  return { tables };
}

async function checkTable(
  database: Database,
  table: number,
  params: ChangeParams,
  role: Json,
): Promise<SubscribeError | undefined> {
  const columns = await database.query(
    `select attname as name, format_type(atttypid, null) as type
     from pg_attribute
     where attrelid = $1::oid and attnum > 0 and not attisdropped
       and has_column_privilege($2::text::name, attrelid, attnum, 'SELECT')`,
    [table, role],
  );
  if (columns.value === undefined) return failure(params, columns.problem);
  const types = new Map(columns.value.rows.map((row) => [String(row['name']), String(row['type'])]));
  for (const filter of params.filters) {
    const type = types.get(filter.column);
    const checked =
      type === undefined
        ? { error: `invalid column for filter ${filter.column}` }
        : await checkFilter(database, filter, type);
    if (checked.error !== undefined) return { error: exceptionText(params, checked.error), isFinal: true };
  }
  const unknown = params.select?.find((column) => !types.has(column));
  if (unknown === undefined) return undefined;
  return { error: exceptionText(params, raised(`invalid column for select ${unknown}`)), isFinal: true };
}

/** The error is complete when it begins with its severity, otherwise a text that the checks raise. */
async function checkFilter(database: Database, filter: Filter, type: string): Promise<Parsed<true>> {
  const { operator, value } = filter;
  switch (operator) {
    case 'in': {
      const cast = await database.query(`select cardinality($1::${type}[]) as size`, [value]);
      if (cast.value === undefined) return { error: sqlText(cast.problem) };
      const isTooMany = Number(cast.value.rows[0]?.['size']) > MAX_IN_VALUES;
      return isTooMany ? { error: `too many values for \`in\` filter. Maximum ${MAX_IN_VALUES}` } : OK;
    }
    case 'is':
      if (!IS_WORDS.includes(value)) {
        return { error: 'invalid value for is filter: must be null, true, false, or unknown' };
      }
      if (value !== 'null' && type !== 'boolean') {
        return { error: `is ${value} filter requires a boolean column, got ${type}` };
      }
      return OK;
    case 'like':
    case 'ilike':
      return requireOperator(database, operator, '~~', type);
    case 'match':
    case 'imatch': {
      const symbol = operator === 'imatch' ? '~*' : '~';
      const has = await requireOperator(database, operator, symbol, type);
      if (has.error !== undefined) return has;
      const tried = await database.query(`select '' ~ $1 as matches`, [value]);
      if (tried.value !== undefined) return OK;
      return { error: `invalid regular expression for ${operator} filter: ${messageOf(tried.problem)}` };
    }
    default: {
      const cast = await database.query(`select $1::${type} is null as is_null`, [value]);
      return cast.value === undefined ? { error: sqlText(cast.problem) } : OK;
    }
  }
}

const OK: Parsed<true> = { value: true };

async function requireOperator(
  database: Database,
  name: string,
  symbol: string,
  type: string,
): Promise<Parsed<true>> {
  const found = await database.query(
    'select 1 from pg_operator where oprname = $1 and oprleft = $2::regtype',
    [symbol, type],
  );
  if (found.value !== undefined && found.value.rows.length > 0) return OK;
  return { error: `operator ${name} requires a text-compatible column type, got ${type}` };
}

function failure(params: ChangeParams, problem: DatabaseProblem): SubscribeError {
  if (problem.kind === 'unavailable') return { error: 'Too many database timeouts', isFinal: false };
  return { error: exceptionText(params, sqlText(problem)), isFinal: true };
}

function exceptionText(params: ChangeParams, error: string): string {
  const text = error.startsWith('ERROR ') ? error : raised(error);
  const hint = 'An exception happened so please check your connect parameters';
  return `${UNABLE} ${hint}: ${describeParams(params)}. Exception: ${text}`;
}

function raised(message: string): string {
  return `ERROR P0001 (raise_exception) ${message}`;
}

/** Names of the SQL errors that a value of a wrong form causes. */
const CONDITIONS: Readonly<Record<string, string>> = {
  '22P02': 'invalid_text_representation',
  '22003': 'numeric_value_out_of_range',
  '22007': 'invalid_datetime_format',
  '22008': 'datetime_field_overflow',
  '22P03': 'invalid_binary_representation',
  '42704': 'undefined_object',
  '42883': 'undefined_function',
  '42601': 'syntax_error',
};

function sqlText(problem: DatabaseProblem): string {
  if (problem.kind !== 'sql') return raised(messageOf(problem));
  const { code = 'XX000', severity = 'ERROR', message, detail } = problem.error;
  const name = CONDITIONS[code] ?? 'raise_exception';
  return `${severity} ${code} (${name}) ${message}${detail === undefined ? '' : `\n\n${detail}`}`;
}

function messageOf(problem: DatabaseProblem): string {
  if (problem.kind === 'sql') return problem.error.message;
  return problem.kind === 'canceled' ? problem.message : problem.kind;
}
