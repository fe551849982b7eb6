import { type Json, memberOf } from '../json.js';
import type { Database } from './pool.js';

const MAX_MESSAGES = 25;
/** What a date of the years 0 to 9999 allows, in milliseconds since 1970. */
const EARLIEST = -62_167_219_200_000;
const LATEST = 253_402_300_799_999;

export interface StoredMessage {
  readonly id: string;
  readonly event: string | null;
  /** JSON text. */
  readonly payload: string;
  readonly bytes: Buffer | null;
}

export type ReplayResult =
  | { readonly messages: StoredMessage[]; readonly problem?: never }
  | { readonly problem: 'invalid' | 'failed'; readonly messages?: never };

/**
 * The newest private broadcasts of a topic since `params.since` (ms), at most `params.limit` (25), oldest
 * first. Messages of one transaction have one time and come in no order.
 */
export async function readReplay(database: Database, topic: string, params: Json): Promise<ReplayResult> {
  const since = memberOf(params, 'since');
  const limit = memberOf(params, 'limit') ?? MAX_MESSAGES;
  if (!isInteger(since) || !isInteger(limit) || since < EARLIEST || since > LATEST) {
    return { problem: 'invalid' };
  }
  const found = await database.query(
    `select id, event, coalesce(payload::text, 'null') as payload, binary_payload
     from realtime.messages
     where topic = $1 and private and extension = 'broadcast'
       and inserted_at >= to_timestamp($2::float8 / 1000) at time zone 'utc'
       and inserted_at < now() at time zone 'utc' + interval '1 minute'
     order by inserted_at desc limit $3`,
    [topic, since, Math.max(1, Math.min(limit, MAX_MESSAGES))],
  );
  if (found.value === undefined) return { problem: 'failed' };
  return { messages: found.value.rows.map(messageOf).reverse() };
}

function isInteger(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

function messageOf(row: Record<string, unknown>): StoredMessage {
  const { id, event, payload, binary_payload: bytes } = row;
  return {
    id: String(id),
    event: typeof event === 'string' ? event : null,
    payload: typeof payload === 'string' ? payload : 'null',
    bytes: Buffer.isBuffer(bytes) ? bytes : null,
  };
}
