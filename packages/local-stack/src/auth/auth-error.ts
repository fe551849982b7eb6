/** Codes and statuses as GoTrue has them; clients decide by these. */
const STATUS = {
  bad_json: 400,
  bad_jwt: 403,
  email_address_invalid: 400,
  email_exists: 422,
  invalid_credentials: 400,
  no_authorization: 401,
  not_admin: 403,
  refresh_token_already_used: 400,
  refresh_token_not_found: 400,
  request_too_large: 413,
  same_password: 422,
  session_not_found: 403,
  unexpected_failure: 500,
  user_already_exists: 422,
  user_banned: 400,
  user_not_found: 404,
  validation_failed: 400,
  weak_password: 422,
  not_found: 404,
} as const;

export type AuthErrorCode = keyof typeof STATUS;

/** A refusal of the Auth stand-in, to be answered as it is. */
export class AuthError extends Error {
  readonly code: AuthErrorCode;
  readonly status: number;

  constructor(code: AuthErrorCode, message: string, status: number = STATUS[code]) {
    super(message);
    this.name = 'AuthError';
    this.code = code;
    this.status = status;
  }
}

/** The API version from which the error body is `{code, message}`; before, it is `{code: status, error_code, msg}`. */
export const API_VERSION = '2024-01-01';

/** The body of an error, in the shape the client's API version expects. */
export function errorBody(error: AuthError, apiVersion: string | undefined): Record<string, unknown> {
  const reasons = error.code === 'weak_password' ? { weak_password: { reasons: ['length'] } } : {};
  if (apiVersion !== undefined && apiVersion >= API_VERSION) {
    return { code: error.code, message: error.message, ...reasons };
  }
  return { code: error.status, error_code: error.code, msg: error.message, ...reasons };
}
