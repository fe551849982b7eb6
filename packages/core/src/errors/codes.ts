/** What a failure means for the write or read that met it (rule E4). */
export type ErrorClass =
  /** The same call may succeed later: it is retried. */
  | 'retryable'
  /** The session is missing or over: everything waits for a new one. */
  | 'auth'
  /** The same call will fail again: it is reported and not retried. */
  | 'permanent';

/** Codes the database raises; the table `confab_private.error_codes` lists the same ones (rule D11). */
export const serverErrorCodes = {
  unauthenticated: 'auth',
  forbidden: 'permanent',
  not_member: 'permanent',
  edit_window_closed: 'permanent',
  delete_window_closed: 'permanent',
  locked: 'permanent',
  user_deleted: 'permanent',
  not_found: 'permanent',
  conflict: 'permanent',
  id_taken: 'permanent',
  last_owner: 'permanent',
  not_invited: 'permanent',
  message_deleted: 'permanent',
  invalid: 'permanent',
  content_empty: 'permanent',
  content_too_long: 'permanent',
  unknown_kind: 'permanent',
  too_many_members: 'permanent',
  too_many_reactions: 'permanent',
  rate_limited: 'retryable',
  slow_mode: 'retryable',
  blocked_by_previous: 'retryable',
  internal: 'retryable',
} as const satisfies Record<string, ErrorClass>;

/** Codes that arise on the client. */
export const clientErrorCodes = {
  /** The server cannot be reached. */
  offline: 'retryable',
  /** No answer in time; the call may have succeeded, which is why every write carries its id. */
  timeout: 'retryable',
  /** The server answered 5xx, or what it answered is not JSON. */
  unavailable: 'retryable',
  /** The answer is JSON of an unexpected shape: the schema is of another version. */
  unexpected_response: 'permanent',
  /** The functions of the schema `confab` are not there: the migrations are not applied. */
  not_installed: 'permanent',
  /** The API does not expose the schema `confab`. */
  schema_not_exposed: 'permanent',
  /** The project does not know the key that the supabase-js client was made with. */
  invalid_key: 'auth',
  /** The user discarded the message. */
  discarded: 'permanent',
  /** The client is closed. */
  closed: 'permanent',
} as const satisfies Record<string, ErrorClass>;

export type ServerErrorCode = keyof typeof serverErrorCodes;
export type ErrorCode = ServerErrorCode | keyof typeof clientErrorCodes;

const classes: Record<ErrorCode, ErrorClass> = { ...serverErrorCodes, ...clientErrorCodes };

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(classes, value);
}

export function errorClass(code: ErrorCode): ErrorClass {
  return classes[code];
}
