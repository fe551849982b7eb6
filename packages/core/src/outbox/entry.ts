import { ConfabError } from '../errors/confab-error';
import { isErrorCode } from '../errors/codes';
import { fields, nullable, number, oneOf, read, text, type Decoded } from '../lib/decode';
import { readMutation, type Mutation } from '../model/mutation';

/**
 * ```
 * storing ──stored──▶ queued ──taken──▶ sending ──ok──▶ confirmed ──(cache shows it)──▶ gone
 *                       ▲                  │
 *                       ├────retryable─────┤
 *                       └──retry── failed ◀┘ permanent
 * ```
 */
export type EntryStatus = 'storing' | 'queued' | 'sending' | 'failed' | 'confirmed';

export interface OutboxEntry {
  readonly mutation: Mutation;
  /** Place in the queue; ties (two tabs) are broken by id. */
  readonly order: number;
  readonly createdAt: number;
  readonly status: EntryStatus;
  readonly attempt: number;
  /** Not sent before this time. */
  readonly notBefore: number;
  /** Until then the server does not want to be asked, whatever else happens. */
  readonly askedUntil?: number;
  readonly error: ConfabError | null;
}

const stored = fields({
  v: oneOf(1),
  mutation: readMutation,
  order: number,
  createdAt: number,
  error: nullable(fields({ code: text, message: text })),
});

/** The form kept in storage; `v` tells later versions how to read it. */
export function encodeEntry(entry: OutboxEntry): Decoded<typeof stored> {
  const { mutation, order, createdAt, error } = entry;
  return {
    v: 1,
    mutation,
    order,
    createdAt,
    error: error && { code: error.code, message: error.message },
  };
}

/** Reads a stored entry; null when it cannot be read, and then it must be kept where it is (rule E4). */
export function decodeEntry(value: unknown): OutboxEntry | null {
  const result = read(stored, value);
  if (!result.ok) return null;
  const { mutation, order, createdAt, error } = result.value;
  return {
    mutation,
    order,
    createdAt,
    status: error ? 'failed' : 'queued',
    attempt: 0,
    notBefore: 0,
    error:
      error &&
      new ConfabError({ code: isErrorCode(error.code) ? error.code : 'internal', message: error.message }),
  };
}
