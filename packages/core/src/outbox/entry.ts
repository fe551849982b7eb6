import { ConfabError } from '../errors/confab-error';
import { isErrorCode } from '../errors/codes';
import { choice, fields, mapped, nullable, number, oneOf, read, text, type Decoded } from '../lib/decode';
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
  /** How often it was tried in vain. */
  readonly attempt: number;
  /** Whether the server may know it already, though it has not said so: then nothing is folded into it any more. */
  readonly isTried: boolean;
  readonly error: ConfabError | null;
}

const shape = {
  mutation: readMutation,
  order: number,
  createdAt: number,
  error: nullable(fields({ code: text, message: text })),
};
const current = fields({ v: oneOf(2), attempt: number, ...shape });
/** Every version that was ever stored, as the current one. */
const stored = choice(({ v }) =>
  v === 1 ? mapped(fields(shape), (old) => ({ ...old, v: 2 as const, attempt: 0 })) : current,
);

/** The form kept in storage and told to other tabs; `v` tells later versions how to read it. */
export function encodeEntry(entry: OutboxEntry): Decoded<typeof current> {
  const { mutation, order, createdAt, attempt, error } = entry;
  return {
    v: 2,
    mutation,
    order,
    createdAt,
    attempt,
    error: error && { code: error.code, message: error.message },
  };
}

/** Reads a stored entry; null when it cannot be read, and then it must be kept where it is (rule E4). */
export function decodeEntry(value: unknown): OutboxEntry | null {
  const result = read(stored, value);
  if (!result.ok) return null;
  const { mutation, order, createdAt, attempt, error } = result.value;
  return {
    mutation,
    order,
    createdAt,
    status: error ? 'failed' : 'queued',
    attempt,
    isTried: false,
    error: error && decodeError(error),
  };
}

/** An error that was stored, or told by another tab. */
export function decodeError({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): ConfabError {
  return new ConfabError({ code: isErrorCode(code) ? code : 'internal', message });
}
