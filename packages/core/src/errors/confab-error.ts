import { errorClass, type ErrorClass, type ErrorCode } from './codes';

/** What {@link ConfabError} is made of; also its form in storage. */
export interface ErrorInfo {
  readonly code: ErrorCode;
  readonly message: string;
  /** Milliseconds the server asked to wait. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The one error of Confab. Decide by `code`; `message` reads "unable to <do>; <reason>" and is for people.
 */
export class ConfabError extends Error {
  override readonly name = 'ConfabError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(info: ErrorInfo, options?: { cause?: unknown }) {
    super(info.message, options);
    this.code = info.code;
    this.retryAfterMs = info.retryAfterMs;
  }

  /** What the failure means: retried by itself, waiting for a session, or final (rule E4). */
  get class(): ErrorClass {
    return errorClass(this.code);
  }
}

/** Wraps whatever was thrown; a {@link ConfabError} passes unchanged. */
export function toConfabError(error: unknown, doing: string): ConfabError {
  if (error instanceof ConfabError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ConfabError({ code: 'unavailable', message: `unable to ${doing}; ${reason}` }, { cause: error });
}
