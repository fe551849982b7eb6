import type { Change } from './stream.js';
import type { UserBroadcast } from '../wire/messages.js';

export const MESSAGES_PUBLICATION = 'supabase_realtime_messages_publication';
export const MESSAGES_SLOT = 'supabase_realtime_messages_replication_slot';

/** A row that was added to realtime.messages, as the broadcast it is. */
export interface DatabaseMessage {
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly broadcast: UserBroadcast;
}

/** The broadcast in a change; `undefined` when it is none or lacks a part. */
export function databaseMessageOf(change: Change): DatabaseMessage | undefined {
  if (change.tag !== 'insert') return undefined;
  const { schema, name } = change.relation;
  if (schema !== 'realtime' || !name.startsWith('messages')) return undefined;
  const row: Readonly<Record<string, unknown>> = change.new;
  const { id, topic, event, private: isPrivate, payload, binary_payload: bytes } = row;
  if (typeof id !== 'string' || typeof topic !== 'string' || typeof event !== 'string') return undefined;
  if (typeof isPrivate !== 'string') return undefined;
  const body = bodyOf(payload, bytes);
  if (body === undefined) return undefined;
  return { topic, isPrivate: isPrivate === 't', broadcast: { kind: 'user', event, ...body, meta: { id } } };
}

function bodyOf(payload: unknown, bytes: unknown): Pick<UserBroadcast, 'encoding' | 'data'> | undefined {
  // Postgres writes bytea as `\x` and hexadecimal digits.
  if (typeof bytes === 'string') return { encoding: 'binary', data: Buffer.from(bytes.slice(2), 'hex') };
  if (typeof payload === 'string') return { encoding: 'json', data: Buffer.from(payload, 'utf8') };
  return undefined;
}
