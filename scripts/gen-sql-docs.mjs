// `node scripts/gen-sql-docs.mjs [--check]`: docs/database.md, the reference of the schema `confab`, from the comments
// in the migrations. With --check nothing is written, and a stale file is an error.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { format, resolveConfig } from 'prettier';
import { CommandError, runMain } from './lib/command-error.mjs';
import { fromRoot } from './lib/root.mjs';
import { withMigratedDatabase } from './lib/supabase-cli.mjs';

const path = 'docs/database.md';

const intro = `# Database reference

<!-- Made by \`node scripts/gen-sql-docs.mjs\` from the comments in supabase/migrations; not to be edited. -->

Everything an app can call and read in the schema \`confab\`, from any client: supabase-js (\`supabase.schema('confab').rpc(…)\`),
Swift, Kotlin, SQL. [\`@confab/core\`](../packages/core/README.md) wraps all of it. Arguments go by name. A refusal carries its
code in \`details\` and, where waiting helps, \`{"retry_after": seconds}\` in \`hint\`; the codes are [below](#errors). The rules
(D3, D7, …) are in [architecture](architecture.md#database).

Each function in "Mutations" is also a type of mutation for \`push\`, with the same arguments in \`args\`; \`id\` and
\`conversation_id\` are the mutation's own.
`;

/** @param {pg.Client} db @param {string} sql */
const rowsOf = async (db, sql) => (await db.query(sql)).rows;

/** @param {string} text */
const inCell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** As one would write it: `default null` for `DEFAULT NULL::text`. @param {string} args */
const readable = (args) =>
  args.replace(
    / DEFAULT ('[^']*'|[^,:]+)(::[a-z[\] ]+)?(?=,|$)/g,
    (_, value) => ` default ${value === 'NULL' ? 'null' : value}`,
  );

/** @param {{ name: string, args: string, result: string, comment: string }} fn */
const functionSection = ({ name, args, result, comment }) =>
  `### ${name}\n\n\`\`\`sql\nconfab.${name}(${readable(args)}) returns ${result}\n\`\`\`\n\n${comment.replaceAll('<', '\\<')}\n`;

/** @param {pg.Client} db */
async function reference(db) {
  const functions = await rowsOf(
    db,
    `select p.proname as name, pg_get_function_arguments(p.oid) as args, pg_get_function_result(p.oid) as result,
            obj_description(p.oid, 'pg_proc') as comment,
            case
              when not has_function_privilege('authenticated', p.oid, 'execute') then 'service'
              when exists (select 1 from confab_private.mutation_types t where t.type = p.proname) then 'mutation'
              else 'read'
            end as sort
     from pg_proc p
     where p.pronamespace = 'confab'::regnamespace
     order by p.proname`,
  );
  const tables = await rowsOf(
    db,
    `select c.relname as name, obj_description(c.oid, 'pg_class') as comment,
            (select jsonb_agg(jsonb_build_object(
                      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                      'comment', coalesce(col_description(c.oid, a.attnum), '')) order by a.attnum)
             from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
     from pg_class c
     where c.relnamespace = 'confab'::regnamespace and c.relkind in ('r', 'v')
     order by c.relname`,
  );
  const errors = await rowsOf(
    db,
    'select code, status, retryable, description from confab_private.error_codes order by code',
  );
  const settings = await rowsOf(
    db,
    `select a.attname as name, to_jsonb(s) ->> a.attname as value, col_description(a.attrelid, a.attnum) as comment
     from pg_attribute a cross join confab_private.settings s
     where a.attrelid = 'confab_private.settings'::regclass and a.attnum > 0
       and a.attname not in ('is_only_row', 'install_id')
     order by a.attnum`,
  );
  /** @param {string} sort */
  const of = (sort) => functions.filter((fn) => fn.sort === sort).map(functionSection);
  return [
    intro,
    '## Mutations\n',
    ...of('mutation'),
    '## Reading and synchronising\n',
    ...of('read'),
    '## For servers\n\nCalled with the service role key only.\n',
    ...of('service'),
    '## Errors\n\n| code | status | retryable | meaning |\n| --- | --- | --- | --- |',
    ...errors.map(
      (e) => `| \`${e.code}\` | ${e.status} | ${e.retryable ? 'yes' : ''} | ${inCell(e.description)} |`,
    ),
    '\n## Settings\n\n| setting | at first | meaning |\n| --- | --- | --- |',
    ...settings.map((s) => `| \`${s.name}\` | ${s.value ?? 'null'} | ${inCell(s.comment ?? '')} |`),
    '\n## Tables and views\n\nReadable under row level security; nobody writes them but the functions.\n',
    ...tables.map(
      (t) =>
        `### confab.${t.name}\n\n${t.comment.replaceAll('<', '\\<')}\n\n| column | type | |\n| --- | --- | --- |\n${t.columns
          .map(
            (/** @type {{ name: string, type: string, comment: string }} */ c) =>
              `| \`${c.name}\` | ${c.type} | ${inCell(c.comment)} |`,
          )
          .join('\n')}\n`,
    ),
  ].join('\n');
}

await runMain(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const text = await withMigratedDatabase(async (dbUrl) => {
    const db = new pg.Client({ connectionString: dbUrl });
    await db.connect();
    try {
      return await reference(db);
    } finally {
      await db.end();
    }
  });
  const fresh = await format(text, { ...(await resolveConfig(fromRoot(path))), parser: 'markdown' });
  if (!values.check) {
    await writeFile(fromRoot(path), fresh);
    return;
  }
  if ((await readFile(fromRoot(path), 'utf8').catch(() => '')) !== fresh) {
    throw new CommandError(`unable to accept ${path}; it is stale: run node scripts/gen-sql-docs.mjs`);
  }
  console.log(`${path} is fresh`);
});
