import { useReactors } from '@confab/react';
import { errorText } from '../../lib/error-text';
import type { Message } from '../../lib/types';
import { Avatar } from '../avatar';
import { Dialog } from '../dialog';
import { useWindow } from '../window-context';

export interface ReactorsDialogProps {
  readonly message: Message;
  readonly onClose: () => void;
}

/** Who reacted to a message, and with what. */
export function ReactorsDialog({ message, onClose }: ReactorsDialogProps) {
  const { reactors, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useReactors(
    message.id,
  );
  const { actions, currentUserId } = useWindow();
  return (
    <Dialog label="Reactions" onClose={onClose}>
      <h2>Reactions</h2>
      {error && (
        <p className="form-error" role="alert">
          {errorText(error)}
        </p>
      )}
      {isPending && <span className="spinner" role="status" aria-label="Loading reactions" />}
      <ul className="people">
        {reactors.map(({ profile, emoji }) => (
          <li key={`${profile.id}${emoji}`} className="person person-plain">
            <Avatar id={profile.id} name={profile.displayName} size="small" />
            <span className="person-name">{profile.id === currentUserId ? 'You' : profile.displayName}</span>
            <span className="reaction-emoji">{emoji}</span>
          </li>
        ))}
      </ul>
      <div className="dialog-buttons">
        {hasNextPage && (
          <button
            className="button-link"
            disabled={isFetchingNextPage}
            onClick={() => void fetchNextPage().catch(actions.tell)}
          >
            Show more
          </button>
        )}
        <button className="button" autoFocus onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
