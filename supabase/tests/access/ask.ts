import { randomUUID } from 'node:crypto';

import { functionCalls, mutationOf } from './function-calls.js';
import { request, refusalOf, type Reply } from './rest.js';
import type { Scene } from './scenes.js';
import { tableRows } from './table-rows.js';

/** What a call of a function comes to in a scene. */
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
  if (operation === 'push') return askPush(mutationOf(name, args), scene);
  const reply = await request(scene.actor, 'POST', `rpc/${name}`, args);
  const refusal = refusalOf(reply);
  if (refusal !== null) return refusal;
  const shown = call.shows?.(scene);
  return shown === undefined || JSON.stringify(reply.body).includes(shown) ? 'ok' : 'none';
}

async function askPush(mutation: Record<string, unknown>, scene: Scene): Promise<string> {
  const reply = await request(scene.actor, 'POST', 'rpc/push', { mutations: [mutation] });
  return refusalOf(reply) ?? outcomeOf(reply);
}

function outcomeOf({ body }: Reply): string {
  const text = JSON.stringify(body);
  const code = /"error":\s*\{[^}]*"code":\s*"(\w+)"/.exec(text)?.[1];
  return code ?? (text.includes('"ok":true') ? 'ok' : text);
}

/** What a request to a table comes to, for the row of the scene's target. */
export async function askTable(
  name: string,
  operation: string,
  scene: Scene,
  rowOf: (table: string, where: string) => Record<string, unknown>,
): Promise<string> {
  const table = tableRows[name];
  if (table === undefined) return 'no row known';
  const where = table.where(scene);
  if (operation === 'select') {
    const reply = await request(scene.actor, 'GET', `${name}?${where}`);
    return refusalOf(reply) ?? (Array.isArray(reply.body) && reply.body.length > 0 ? 'ok' : 'none');
  }
  const row = rowOf(name, where);
  if (operation === 'insert') {
    // The same row under a key of its own, so that nothing but the right to write it can refuse it.
    const fresh = 'kind' in row && !('id' in row) ? { kind: `k${randomUUID().replaceAll('-', '')}` } : {};
    const key = 'id' in row ? { id: randomUUID() } : fresh;
    const reply = await request(scene.actor, 'POST', name, { ...row, ...key });
    return refusalOf(reply) ?? 'ok';
  }
  const body = operation === 'update' ? { [table.changes]: row[table.changes] ?? null } : undefined;
  const reply = await request(scene.actor, operation === 'update' ? 'PATCH' : 'DELETE', `${name}?${where}`, body);
  return refusalOf(reply) ?? (reply.count === 0 ? 'none' : 'ok');
}
