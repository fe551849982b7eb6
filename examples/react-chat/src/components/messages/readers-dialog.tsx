import { useReaders } from '@confab/react';
import { useNow } from '../../hooks/use-now';
import { formatShort } from '../../lib/dates';
import { errorText } from '../../lib/error-text';
import { visibleName } from '../../lib/names';
import type { Message } from '../../lib/types';
import { Avatar } from '../avatar';
import { Dialog } from '../dialog';
import { useWindow } from '../window-context';

export interface ReadersDialogProps {
  readonly message: Message;
  readonly onClose: () => void;
}

/** Who has read a message, and when. */
export function ReadersDialog({ message, onClose }: ReadersDialogProps) {
  const { readers, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useReaders(
    message.id,
  );
  const { actions } = useWindow();
  const now = useNow();
  return (
    <Dialog label="Read by" onClose={onClose}>
      <h2>Read by</h2>
      {error && (
        <p className="form-error" role="alert">
          {errorText(error)}
        </p>
      )}
      {isPending && <span className="spinner panel-spinner" role="status" aria-label="Loading" />}
      {!isPending && !error && readers.length === 0 && <p className="muted">Nobody has read it yet.</p>}
      <ul className="people">
        {readers.map(({ profile, readAt }) => {
          const name = visibleName(profile.displayName);
          return (
            <li key={profile.id} className="person person-plain">
              <Avatar id={profile.id} name={name} size="small" />
              <span className="person-name">{name}</span>
              {readAt !== null && (
                <time className="muted" dateTime={readAt}>
                  {formatShort(readAt, now)}
                </time>
              )}
            </li>
          );
        })}
        {hasNextPage && (
          <li>
            <button
              className="button-link"
              disabled={isFetchingNextPage}
              onClick={() => void fetchNextPage().catch(actions.tell)}
            >
              {isFetchingNextPage ? 'Loading …' : 'Show more'}
            </button>
          </li>
        )}
      </ul>
      <div className="dialog-buttons">
        <button className="button" autoFocus onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
