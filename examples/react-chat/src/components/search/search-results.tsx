import { useMessageSearch } from '@confab/react';
import { errorText } from '../../lib/error-text';
import { plainSnippet } from '../../lib/rich-text';
import { FoundMessage } from './found-message';

export interface SearchResultsProps {
  readonly query: string;
  /** Only there; without it everywhere. */
  readonly conversationId?: string | undefined;
  /** Whether the panel stays open when one is followed. */
  readonly keepsPanel?: boolean;
}

/** Messages with the words of the query, which are marked; following one shows it in its conversation. */
export function SearchResults({ query, conversationId, keepsPanel = false }: SearchResultsProps) {
  const { results, error, isPending, isFetching, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useMessageSearch(query, conversationId === undefined ? {} : { conversationId });
  if (query === '') return null;
  return (
    <div className="found" aria-busy={isFetching}>
      <p className="visually-hidden" role="status">
        {isPending || isFetching ? '' : `${results.length}${hasNextPage ? ' or more' : ''} messages found`}
      </p>
      {error && <p className="list-empty">{errorText(error)}</p>}
      {results.length === 0 && !error && (
        <p className="list-empty">{isPending || isFetching ? 'Looking …' : 'No message fits.'}</p>
      )}
      <ul>
        {results.map(({ message, snippet }) => (
          <FoundMessage
            key={message.id}
            message={message}
            panel={keepsPanel ? 'search' : null}
            hasPlace={!keepsPanel}
          >
            {plainSnippet(snippet).map(({ text, isMatch }, i) =>
              isMatch ? <mark key={i}>{text}</mark> : text,
            )}
          </FoundMessage>
        ))}
      </ul>
      {hasNextPage && (
        <button
          className="button-link"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage().catch(() => undefined)}
        >
          {isFetchingNextPage ? 'Loading …' : 'Show more'}
        </button>
      )}
    </div>
  );
}
