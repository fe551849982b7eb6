import { useConversation, useMessageSearch, type UseMessageSearchResult } from '@confab/react';
import { useNow } from '../../hooks/use-now';
import { formatFull, formatShort } from '../../lib/dates';
import { errorText } from '../../lib/error-text';
import { visibleName } from '../../lib/names';
import { hrefOf } from '../../lib/route';

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
        {results.map((result) => (
          <Found key={result.message.id} result={result} keepsPanel={keepsPanel} />
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

interface FoundProps {
  readonly result: UseMessageSearchResult['results'][number];
  readonly keepsPanel: boolean;
}

function Found({ result: { message, snippet }, keepsPanel }: FoundProps) {
  const { conversationId, sender, isOwn, createdAt, seq } = message;
  const { conversation } = useConversation(conversationId);
  const now = useNow();
  const who = isOwn ? 'You' : visibleName(sender?.displayName ?? '');
  const where = visibleName(conversation?.name ?? '');
  return (
    <li>
      <a className="found-message" href={hrefOf(conversationId, keepsPanel ? 'search' : null, seq)}>
        <span className="found-head">
          <span>
            <bdi>{who}</bdi>
            {!keepsPanel && conversation && (isOwn || conversation.kind !== 'direct') && (
              <>
                {conversation.kind === 'direct' ? ' to ' : ' in '}
                <bdi>{where}</bdi>
              </>
            )}
          </span>
          <time dateTime={createdAt} title={formatFull(createdAt)}>
            {formatShort(createdAt, now)}
          </time>
        </span>
        <span className="found-text" dir="auto">
          {snippet.map(({ text, isMatch }, i) => (isMatch ? <mark key={i}>{text}</mark> : text))}
        </span>
      </a>
    </li>
  );
}
