import { randomUUID } from 'node:crypto';

import pg from 'pg';

import { functionCalls, mutationOf } from './function-calls.js';
import { request, refusalOf } from './rest.js';
import type { Scene } from './scenes.js';
import { tableRows } from './table-rows.js';

/** What a call of a function, or the same as a mutation of `push`, comes to in a scene. */
export async function askFunction(
  name: string,
  operation: string,
  scene: Scene,
  cursor: string | null,
): Promise<string> {
  const call = functionCalls[name];
  if (call === undefined) return 'no arguments known';
  const args = call.args(scene);
  if ('cursor' in args) args['cursor'] = cursor;
  const isPushed = operation === 'push';
  const reply = isPushed
    ? await request(scene.actor, 'POST', 'rpc/push', { mutations: [mutationOf(name, args)] })
    : await request(scene.actor, 'POST', `rpc/${name}`, args);
  const refusal = refusalOf(reply);
  if (refusal !== null)
    return JSON.stringify(reply.body).includes(scene.message.word) ? `${refusal}, but told` : refusal;
  if (isPushed) return pushOutcome(reply.body);
  const shown = call.shows?.(scene);
  return shown === undefined || JSON.stringify(reply.body).includes(shown) ? 'ok' : 'none';
}

/** `ok` or the code of the only mutation of a push. */
export function pushOutcome(body: unknown): string {
  const results = isObject(body) ? body['results'] : undefined;
  const result: unknown = Array.isArray(results) ? results[0] : undefined;
  if (!isObject(result)) return 'no result';
  if (result['ok'] === true) return 'ok';
  return isObject(result['error']) ? String(result['error']['code']) : 'no error';
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** What a request to a table comes to, for the row of the scene's target. */
export async function askTable(
  db: pg.Client,
  name: string,
  operation: string,
  scene: Scene,
): Promise<string> {
  const table = tableRows[name];
  if (table === undefined) return 'no row known';
  const key = Object.entries(table.key(scene));
  const path = `${name}?${key.map(([column, value]) => `${column}=eq.${value}`).join('&')}`;
  if (operation === 'select') {
    const reply = await request(scene.actor, 'GET', path);
    return refusalOf(reply) ?? (Array.isArray(reply.body) && reply.body.length > 0 ? 'ok' : 'none');
  }
  if (operation === 'delete') {
    const reply = await request(scene.actor, 'DELETE', path);
    return refusalOf(reply) ?? (reply.count === 0 ? 'none' : 'ok');
  }
  const row = await readRow(db, name, key);
  if (operation === 'update') {
    const reply = await request(scene.actor, 'PATCH', path, { [table.changes]: row[table.changes] ?? null });
    return refusalOf(reply) ?? (reply.count === 0 ? 'none' : 'ok');
  }
  // The same row under a key of its own, so that nothing but the right to write it can refuse it.
  const fresh = 'id' in row ? { id: randomUUID() } : { kind: `k${randomUUID().replaceAll('-', '')}` };
  const isKeyed = 'id' in row || name.endsWith('_kinds');
  return refusalOf(await request(scene.actor, 'POST', name, { ...row, ...(isKeyed ? fresh : {}) })) ?? 'ok';
}

/** The row as the owner of the schema sees it, without what the database computes; only its key when there is none. */
async function readRow(
  db: pg.Client,
  table: string,
  key: [column: string, value: string | number][],
): Promise<Record<string, unknown>> {
  const where = key.map(([column], index) => `${pg.escapeIdentifier(column)} = $${index + 1}`).join(' and ');
  const { rows } = await db.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(t) - array(
       select a.attname::text from pg_attribute a
       where a.attrelid = 'confab.${pg.escapeIdentifier(table)}'::regclass and (a.attgenerated <> '' or a.attidentity = 'a')
     ) as row
     from confab.${pg.escapeIdentifier(table)} t where ${where}`,
    key.map(([, value]) => value),
  );
  return rows[0]?.row ?? Object.fromEntries(key);
}
