import { one, query } from './database.js';
import { send, type Refusal, type User } from './users.js';

/** A row of members as it lies in the table. */
export interface MemberRow {
  role: string;
  state: string;
  visible_from_seq: number;
  joined_seq: number;
  invited_by: string | null;
  left_at: string | null;
}

export const ids = (...users: User[]): string[] => users.map(({ id }) => id);

export async function memberRow(conversationId: string, user: User): Promise<MemberRow | undefined> {
  const [row] = await query<MemberRow>(
    `select role, state, visible_from_seq::integer, joined_seq::integer, invited_by, left_at
     from confab.members where conversation_id = $1 and user_id = $2`,
    [conversationId, user.id],
  );
  return row;
}

/** `role state` of everybody who ever was in the conversation, by the name in `users`. */
export async function standing(conversationId: string, users: User[]): Promise<Record<string, string>> {
  const rows = await query<{ user_id: string; standing: string }>(
    `select user_id, role || ' ' || state as standing from confab.members where conversation_id = $1`,
    [conversationId],
  );
  const nameOf = (id: string): string => users.find((user) => user.id === id)?.name ?? id;
  return Object.fromEntries(rows.map((row) => [nameOf(row.user_id), row.standing]));
}

/** The data of the system messages, oldest first. */
export async function told(conversationId: string): Promise<Record<string, unknown>[]> {
  const rows = await query<{ data: Record<string, unknown> }>(
    `select data from confab.messages where conversation_id = $1 and kind = 'system' order by seq`,
    [conversationId],
  );
  return rows.map(({ data }) => data);
}

/** Everything a refused or repeated call has to leave as it was. */
export async function traces(conversationId: string): Promise<unknown> {
  return one(
    `select
       (select to_jsonb(c) from confab.conversations c where c.id = $1) as conversation,
       (select jsonb_agg(m order by m.user_id) from confab.members m where m.conversation_id = $1) as members,
       (select count(*) from confab.messages m where m.conversation_id = $1) as messages,
       (select count(*) from realtime.messages r where r.payload -> 'changes' @> jsonb_build_array(jsonb_build_object('conversation_id', $1::text))) as events`,
    [conversationId],
  );
}

/** `status code` of a refusal. */
export const refused = ({ status, code }: Refusal): string => `${status} ${code}`;

/** Sends so many messages, one after the other. */
export async function chat(user: User, conversationId: string, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) await send(user, conversationId, `${user.name} ${n}`);
}

/** A kind of conversation with rules of its own, for as long as the database lives. */
export async function newKind(kind: string, rules: Record<string, string | number | boolean>): Promise<void> {
  const names = Object.keys(rules);
  await query(
    `insert into confab.conversation_kinds (kind, ${names.join(', ')})
     values ($1, ${names.map((_, index) => `$${index + 2}`).join(', ')}) on conflict do nothing`,
    [kind, ...Object.values(rules)],
  );
}
