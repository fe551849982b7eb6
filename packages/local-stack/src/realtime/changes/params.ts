import { inspectList, inspectString, inspectTerm, type Json, type JsonObject, memberOf } from '../json.js';

export type Action = 'INSERT' | 'UPDATE' | 'DELETE';

export interface Filter {
  readonly column: string;
  readonly operator: Operator;
  readonly value: string;
  readonly isNegated: boolean;
}

const OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'like',
  'ilike',
  'is',
  'match',
  'imatch',
  'isdistinct',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** One subscription to row changes, as asked for. */
export interface ChangeParams {
  readonly action: Action | '*';
  /** `*`: all. */
  readonly schema: string;
  readonly table: string;
  readonly filters: readonly Filter[];
  /** Columns wanted besides the primary key; null: all. */
  readonly select: readonly string[] | null;
}

export type Parsed<T> =
  { readonly value: T; readonly error?: never } | { readonly error: string; readonly value?: never };

const NO_PARAMS =
  'No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: ';

/** Reads one entry of `postgres_changes`. */
export function parseChangeParams(params: JsonObject): Parsed<ChangeParams> {
  const select = parseSelect(params['select']);
  if (select.value === undefined) return select;
  const schema = memberOf(params, 'schema');
  const table = memberOf(params, 'table');
  const filter = memberOf(params, 'filter');
  const action = actionOf(params['event']);
  const build = (schemaName: string, tableName: string, filters: readonly Filter[]): Parsed<ChangeParams> => {
    const isWildcard = schemaName === '*' || tableName === '*';
    if (select.value.length > 0 && isWildcard) return { error: NO_WILDCARD_SELECT };
    const wanted = select.value.length === 0 ? null : select.value;
    return { value: { action, schema: schemaName, table: tableName, filters, select: wanted } };
  };
  if (typeof schema === 'string' && typeof table === 'string') {
    if (filter === undefined) return build(schema, table, []);
    if (typeof filter === 'string') {
      const filters = parseFilters(filter);
      if (filters.value === undefined) return { error: `Error parsing \`filter\` params: ${filters.error}` };
      return build(schema, table, filters.value);
    }
  }
  if (filter === undefined) {
    if (typeof schema === 'string' && table === undefined) return build(schema, '*', []);
    if (typeof table === 'string' && schema === undefined) return build('public', table, []);
  }
  const hasToken = params['user_token'] !== undefined || params['auth_token'] !== undefined;
  return { error: `${NO_PARAMS}${hasToken ? '<redacted>' : inspectTerm(params)}` };
}

const NO_WILDCARD_SELECT =
  'Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.';

/** The parameters as the server prints them in its error texts. */
export function describeParams({ action, schema, table, filters, select }: ChangeParams): string {
  const tuples = filters.map(({ column, operator, value, isNegated }) => {
    return `{${[column, operator, value].map(inspectString).join(', ')}, ${isNegated}}`;
  });
  const columns = select === null ? 'nil' : inspectList(select.map(inspectString));
  return `[event: ${action}, schema: ${schema}, table: ${table}, filters: ${inspectList(tuples)}, select: ${columns}]`;
}

function parseSelect(select: Json | undefined): Parsed<readonly string[]> {
  if (typeof select === 'string') {
    return {
      error:
        'Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]',
    };
  }
  const list = Array.isArray(select) ? select : [];
  return { value: list.filter((column) => typeof column === 'string') };
}

function actionOf(event: Json | undefined): Action | '*' {
  const name = typeof event === 'string' ? event.toUpperCase() : '*';
  return name === 'INSERT' || name === 'UPDATE' || name === 'DELETE' ? name : '*';
}

function parseFilters(text: string): Parsed<readonly Filter[]> {
  if (text.trim() === '') return { value: [] };
  const filters: Filter[] = [];
  for (const segment of splitAtCommas(text.trim())) {
    const filter = parseFilter(segment.trim());
    if (filter.value === undefined) return filter;
    filters.push(filter.value);
  }
  return { value: filters };
}

/** Splits at commas outside parentheses and outside quotes that begin a value. */
function splitAtCommas(text: string): string[] {
  const segments: string[] = [];
  let current = '';
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (isQuoted) {
      if (char === '\\') {
        current += char + text.charAt(at + 1);
        at += 1;
        continue;
      }
      isQuoted = char !== '"';
    } else if (char === '"') {
      isQuoted = current !== '' && '.(,'.includes(text.charAt(at - 1));
    } else if (char === '(') {
      depth += 1;
    } else if (char === ')') {
      depth = Math.max(0, depth - 1);
    } else if (char === ',' && depth === 0) {
      segments.push(current);
      current = '';
      continue;
    }
    current += char;
  }
  return [...segments, current];
}

function parseFilter(segment: string): Parsed<Filter> {
  if (segment === '') return { error: 'filter must not contain empty segments (check for extra commas)' };
  const equals = segment.indexOf('=');
  if (equals < 0) return { error: inspectTerm([segment]) };
  const rest = segment.slice(equals + 1);
  const isNegated = rest.startsWith('not.');
  const condition = isNegated ? rest.slice('not.'.length) : rest;
  const dot = condition.indexOf('.');
  if (dot < 0) return { error: inspectTerm([condition]) };
  const name = condition.slice(0, dot);
  const value = condition.slice(dot + 1);
  const operator = OPERATORS.find((known) => known === name);
  if (operator === undefined) return { error: inspectTerm([name, value]) };
  const column = segment.slice(0, equals);
  if (operator !== 'in') return { value: { column, operator, value: unquote(value), isNegated } };
  if (!(value.startsWith('(') && value.endsWith(')') && value.length >= 2)) {
    return { error: '`in` filter value must be wrapped by parentheses' };
  }
  return { value: { column, operator, value: `{${value.slice(1, -1)}}`, isNegated } };
}

/** The text inside quotes that enclose the whole value; otherwise the value as it is. */
function unquote(value: string): string {
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(value)) return value;
  return value.slice(1, -1).replace(/\\(.)/gs, '$1');
}
