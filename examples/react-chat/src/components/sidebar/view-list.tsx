import { useEffect, useRef, type ReactNode } from 'react';
import { errorText } from '../../lib/error-text';
import { ChevronLeft } from 'lucide-react';

export interface ViewListProps {
  readonly title: string;
  readonly emptyText: string;
  readonly isEmpty: boolean;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What stands in the place of the conversations, with a way back. Escape goes it too. */
export function ViewList({ title, emptyText, isEmpty, isPending, error, onClose, ...view }: ViewListProps) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage, children } = view;
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus({ preventScroll: true }), []);
  return (
    <section
      className="conversations"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div className="view-head">
        <button ref={back} className="icon-button" aria-label="Back to the conversations" onClick={onClose}>
          <ChevronLeft size={24} />
        </button>
        <h2>{title}</h2>
      </div>
      {isEmpty && (
        <p className="list-empty" role="status">
          {isPending ? 'Looking …' : error ? errorText(error) : emptyText}
        </p>
      )}
      <ul>{children}</ul>
      {hasNextPage && (
        <button
          className="button-link"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage().catch(() => undefined)}
        >
          {isFetchingNextPage ? 'Loading …' : 'Show more'}
        </button>
      )}
    </section>
  );
}
