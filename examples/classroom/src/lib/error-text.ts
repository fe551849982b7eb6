import { ConfabError } from '@confab/core';

/** What to tell the user about a failure: by its code, never by its text. */
export function errorText(error: unknown): string {
  if (!(error instanceof ConfabError))
    return error instanceof Error ? error.message : 'Something went wrong.';
  switch (error.code) {
    case 'invalid':
      return 'Something in it is missing or does not fit.';
    case 'content_too_long':
      return 'This is too long.';
    case 'content_empty':
      return 'Write something first.';
    case 'forbidden':
    case 'not_member':
      return 'You may not do this here.';
    case 'not_found':
      return 'This no longer exists.';
    case 'rate_limited':
    case 'slow_mode':
      return 'Too much at once. Try again in a moment.';
    case 'unauthenticated':
      return 'Your session has ended. Sign in again.';
    case 'offline':
    case 'timeout':
    case 'unavailable':
      return 'The server cannot be reached.';
    default:
      return 'The server refused this.';
  }
}
