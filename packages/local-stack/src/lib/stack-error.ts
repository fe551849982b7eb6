/** Why the stack could not do something; decide by `code`, show `message` (one line, says what to do). */
export type StackErrorCode =
  | 'port_taken'
  | 'postgres_missing'
  | 'postgrest_missing'
  | 'cli_missing'
  | 'user_missing'
  | 'folder_unwritable'
  | 'folder_in_use'
  | 'folder_foreign'
  | 'folder_outdated'
  | 'postgres_failed'
  | 'postgrest_failed'
  | 'bootstrap_failed'
  | 'migration_failed'
  | 'seed_failed'
  | 'invalid_option';

/** The one error class of this package. */
export class StackError extends Error {
  readonly code: StackErrorCode;

  constructor(code: StackErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StackError';
    this.code = code;
  }
}

/** The text of anything thrown, on one line. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/\s+/g, ' ').trim();
}

/** The `code` Node puts on its system errors (`EACCES`, `EADDRINUSE`, …), if there is one. */
export function systemCodeOf(thrown: unknown): string | undefined {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return undefined;
}
