import type pg from 'pg';

interface Table {
  name: string;
  /** All but generated ones. */
  columns: string[];
  /** Where numbers are handed out: the column, and its sequence. */
  counters: { column: string; sequence: string }[];
  /** Tables its rows refer to. */
  needs: string[];
}

export type Dump = { table: Table; rows: unknown }[];

/** The tables of the two schemas, those first to which others refer. */
async function tablesOf(db: pg.Client): Promise<Table[]> {
  const { rows } = await db.query<Table>(`
    select t.oid::regclass::text as name,
           array(
             select quote_ident(a.attname)
             from pg_attribute a
             where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
             order by a.attnum
           ) as columns,
           array(
             select jsonb_build_object(
               'column', quote_ident(a.attname),
               'sequence', pg_get_serial_sequence(t.oid::regclass::text, a.attname)
             )
             from pg_attribute a
             where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attidentity <> ''
           ) as counters,
           array(
             select c.confrelid::regclass::text
             from pg_constraint c
             where c.conrelid = t.oid and c.contype = 'f' and c.confrelid <> t.oid
           ) as needs
    from pg_class t
    join pg_namespace n on n.oid = t.relnamespace
    where n.nspname in ('confab', 'confab_private') and t.relkind = 'r'
    order by 1`);
  const ordered: Table[] = [];
  const isDone = (name: string): boolean => ordered.some((table) => table.name === name);
  while (ordered.length < rows.length) {
    const next = rows.find(({ name, needs }) => !isDone(name) && needs.every(isDone));
    if (next === undefined) throw new Error('tables refer to each other in a circle');
    ordered.push(next);
  }
  return ordered;
}

/** Everything in the two schemas, as `pg_dump --data-only` writes it. */
export async function dump(db: pg.Client): Promise<Dump> {
  const found: Dump = [];
  await db.query('begin isolation level repeatable read read only');
  for (const table of await tablesOf(db)) {
    const { rows } = await db.query<{ rows: unknown }>(
      `select coalesce(jsonb_agg(to_jsonb(t)), '[]') as rows from ${table.name} t`,
    );
    found.push({ table, rows: rows[0]?.rows });
  }
  await db.query('commit');
  return found;
}

/** Puts a dump in the place of whatever is there, with triggers off, as `pg_restore` does. */
export async function restore(db: pg.Client, dumped: Dump): Promise<void> {
  await db.query('begin');
  for (const { table } of [...dumped].reverse()) await db.query(`delete from ${table.name}`);
  for (const { table, rows } of dumped) {
    const columns = table.columns.join(', ');
    await db.query(`alter table ${table.name} disable trigger user`);
    await db.query(
      `insert into ${table.name} (${columns}) overriding system value
       select ${columns} from jsonb_populate_recordset(null::${table.name}, $1)`,
      [JSON.stringify(rows)],
    );
    for (const { column, sequence } of table.counters) {
      await db.query(`select setval($1, greatest(max(${column}), 1)) from ${table.name}`, [sequence]);
    }
    await db.query('set constraints all immediate');
    await db.query(`alter table ${table.name} enable trigger user`);
  }
  await db.query('commit');
}
