import type { Cache } from '../cache/cache';
import { ConfabError } from '../errors/confab-error';

/**
 * Loads again what failed while the server was away, or by chance.
 *
 * @param isForced also what the server has refused for good
 */
export function reloadFailed(cache: Cache, isForced: boolean): void {
  /** Whether a load may succeed now: by what was pulled one may have come back, after the server refused it. */
  const isOverBy = (error: ConfabError, [, , conversationId]: readonly unknown[]): boolean => {
    if (error.code === 'not_member') return cache.conversation(String(conversationId)) !== undefined;
    return error.class !== 'permanent';
  };
  cache.loads.reload(
    ({ state: { error }, queryKey }) =>
      error instanceof ConfabError && (isForced || isOverBy(error, queryKey)),
  );
}
