import { ConfabError } from '@confab/core';

/**
 * What an action of a hook returns. That nobody is signed in the client says itself, so it is no unhandled rejection where
 * a button ignores the promise (rule H2); who awaits it gets it all the same.
 */
export function heard<T>(act: Promise<T>): Promise<T> {
  const result: Promise<T> = act.catch((error: unknown) => {
    if (error instanceof ConfabError && error.code === 'unauthenticated') result.catch(() => undefined);
    throw error;
  });
  return result;
}
