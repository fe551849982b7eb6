export interface ListTopProps {
  readonly isFetching: boolean;
  /** Where there is nothing older. */
  readonly startText: string | null;
  readonly hasFailed: boolean;
  readonly onRetry: () => void;
}

/** What stands above the oldest message shown. Its place is always kept free, so that nothing jumps. */
export function ListTop({ isFetching, startText, hasFailed, onRetry }: ListTopProps) {
  return (
    <div className="list-top" role="presentation">
      {isFetching && <span className="spinner" role="status" aria-label="Loading older messages" />}
      {hasFailed && !isFetching && (
        <button className="button" onClick={onRetry}>
          Older messages did not load. Try again
        </button>
      )}
      {startText !== null && <span className="muted">{startText}</span>}
    </div>
  );
}
