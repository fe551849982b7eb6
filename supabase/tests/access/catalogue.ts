import { query } from '../support/database.js';
import type { Matrix } from './expected.js';

/** Compares what the matrix names with what the schema holds: neither may have more. */
export async function compareCatalogue(matrix: Matrix): Promise<string[]> {
  const relations = await query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'confab'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1`,
  );
  const functions = await query<{ name: string }>(
    `select p.proname as name from pg_proc p where p.pronamespace = 'confab'::regnamespace order by 1`,
  );
  return [
    ...difference(
      'table',
      relations.map(({ name }) => name),
      matrix.named('table'),
    ),
    ...difference(
      'function',
      functions.map(({ name }) => name),
      matrix.named('function'),
    ),
    ...(await checkMutations(matrix)),
    ...(await checkColumns(matrix)),
  ];
}

/** A name that occurs twice in the schema is overloaded: the matrix would speak of only one of them. */
function difference(what: string, present: string[], mentioned: string[]): string[] {
  const twice = present.filter((name, index) => present.indexOf(name) !== index);
  return [
    ...present
      .filter((name) => !mentioned.includes(name))
      .map((name) => `${what} ${name}: not in the matrix`),
    ...mentioned
      .filter((name) => !present.includes(name))
      .map((name) => `${what} ${name}: in the matrix, but not in the schema`),
    ...[...new Set(twice)].map((name) => `${what} ${name}: there are several of this name`),
  ];
}

/** Every mutation that push takes is asked for by push too. */
async function checkMutations(matrix: Matrix): Promise<string[]> {
  const types = await query<{ name: string }>('select type as name from confab_private.mutation_types');
  const pushed = matrix.cells.filter(({ operation }) => operation === 'push').map(({ name }) => name);
  return difference(
    'mutation',
    types.map(({ name }) => name),
    [...new Set(pushed)],
  );
}

/** A request tries some columns; a right to any other column would be missed by it. */
async function checkColumns(matrix: Matrix): Promise<string[]> {
  const granted = await query<{ name: string; role: string; operation: string }>(
    `select c.relname as name, r.rolname as role, o.operation
     from pg_class c
     cross join (values ('anon'), ('authenticated'), ('service_role')) r (rolname)
     cross join (values ('select'), ('insert'), ('update'), ('delete')) o (operation)
     where c.relnamespace = 'confab'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and case when o.operation = 'delete'
         then has_table_privilege(r.rolname, c.oid, 'delete')
         else has_any_column_privilege(r.rolname, c.oid, o.operation)
       end`,
  );
  return granted.flatMap(({ name, role, operation }) => {
    const allowed = matrix.cells.some(
      (cell) =>
        cell.section === 'table' &&
        cell.name === name &&
        cell.operation === operation &&
        databaseRole(cell.role) === role &&
        cell.expected !== '42501',
    );
    return allowed ? [] : [`table ${name}: ${role} may ${operation} a column, which the matrix refuses`];
  });
}

const databaseRole = (role: string): string =>
  role === 'anon' ? 'anon' : role === 'service' ? 'service_role' : 'authenticated';
