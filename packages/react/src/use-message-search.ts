import type { MessageQuery, SearchResult } from '@confab/core';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { followMessage, usePages, type Follow, type Pages } from './use-pages';
import { useStable } from './use-stable';

export interface UseMessageSearchOptions extends Omit<MessageQuery, 'query' | 'after' | 'limit'> {
  /** False asks for nothing and shows nothing; by default true. */
  readonly enabled?: boolean;
}

export interface UseMessageSearchResult extends Pages {
  /** Those of the words before while others are on their way (`isFetching`). */
  readonly results: readonly SearchResult<RegisteredKinds>[];
}

/** As long as nobody reads while typing. */
const PAUSE_MS = 250;

/**
 * Messages in which all words of `query` are, 20 to a page, with an excerpt in which they are marked; in one conversation
 * or in all, newest first or by relevance. The server is asked when typing has paused for 250 ms, and what was asked for
 * before is given up; without a word nothing is. What is deleted meanwhile goes, what is edited shows its new text.
 *
 * `error` has the code `offline`, `not_member`, `invalid` or `unauthenticated`.
 *
 * @example
 * ```tsx
 * function Found({ query }: { query: string }) {
 *   const { results, isFetching, hasNextPage, fetchNextPage } = useMessageSearch(query, { sort: 'relevance' });
 *   return (
 *     <section aria-busy={isFetching}>
 *       {results.map(({ message, snippet }) => (
 *         <p key={message.id}>
 *           {snippet.map(({ text, isMatch }, i) => (isMatch ? <mark key={i}>{text}</mark> : text))}
 *         </p>
 *       ))}
 *       {hasNextPage && <button onClick={() => void fetchNextPage()}>More</button>}
 *     </section>
 *   );
 * }
 * ```
 */
export function useMessageSearch(
  query: string,
  { enabled = true, ...given }: UseMessageSearchOptions = {},
): UseMessageSearchResult {
  const { search } = useConfab();
  const where = useStable<MessageQuery>({ ...given, query: query.trim() });
  return usePages('results', ['search', where], (page) => search.messages({ ...where, ...page }), {
    isEnabled: enabled && where.query !== '',
    delayMs: PAUSE_MS,
    keepsPrevious: true,
    follow: followResult,
  });
}

/** Of another text there is no excerpt before the server is asked again. */
const followResult: Follow<SearchResult<RegisteredKinds>> = (result, now) => {
  const message = followMessage(result.message, now);
  if (!message || message === result.message) return message && result;
  const isSameText = message.content === result.message.content;
  return {
    message,
    snippet: isSameText ? result.snippet : [{ text: message.content ?? '', isMatch: false }],
  };
};
