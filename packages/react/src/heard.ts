import { ConfabError } from '@confab/core';

/**
 * Actions as a hook gives them to an app. Buttons often ignore the promise of what they do, and a refusal shows elsewhere:
 * in the connection, in the list, as the `error` of the hook. So it is no unhandled rejection, and who awaits the promise
 * gets it all the same. `invalid` stays one: only the app's own code can cause it (rule H2).
 */
export function heard<D extends object>(actions: D): D {
  const all = Object.entries(actions).map(([name, act]: [string, (...args: unknown[]) => unknown]) => [
    name,
    (...args: unknown[]) => {
      const done = act(...args);
      if (!(done instanceof Promise)) return done;
      const result: Promise<unknown> = done.catch((error: unknown) => {
        if (error instanceof ConfabError && error.code !== 'invalid') result.catch(() => undefined);
        throw error;
      });
      return result;
    },
  ]);
  return Object.fromEntries(all) as D;
}
