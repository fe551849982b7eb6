import { useReactors } from '@confab/react';
import { useState } from 'react';
import { errorText } from '../../lib/error-text';
import { visibleName } from '../../lib/names';
import type { Message } from '../../lib/types';
import { Avatar } from '../avatar';
import { Dialog } from '../dialog';
import { useWindow } from '../window-context';

export interface ReactorsDialogProps {
  readonly message: Message;
  readonly onClose: () => void;
}

/** Who reacted to a message, with what, or with one emoji alone. */
export function ReactorsDialog({ message, onClose }: ReactorsDialogProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const { reactors, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useReactors(
    message.id,
    chosen === null ? {} : { emoji: chosen },
  );
  const { actions, currentUserId } = useWindow();
  const total = message.reactions.reduce((sum, { count }) => sum + count, 0);
  const filter = (emoji: string | null, label: string, count: number) => (
    <button
      key={label}
      className="reaction"
      aria-pressed={chosen === emoji}
      aria-label={`${label} ${count}`}
      onClick={() => setChosen(emoji)}
    >
      <span className={emoji === null ? undefined : 'reaction-emoji'}>{label}</span> {count}
    </button>
  );
  return (
    <Dialog label="Reactions" onClose={onClose}>
      <h2>Reactions</h2>
      {message.reactions.length > 1 && (
        <div className="reactor-filters" role="group" aria-label="Which reactions">
          {filter(null, 'All', total)}
          {message.reactions.map(({ emoji, count }) => filter(emoji, emoji, count))}
        </div>
      )}
      {error && (
        <p className="form-error" role="alert">
          {errorText(error)}
        </p>
      )}
      {isPending && <span className="spinner panel-spinner" role="status" aria-label="Loading reactions" />}
      <ul className="people">
        {reactors.map(({ profile, emoji }) => {
          const name = visibleName(profile.displayName);
          return (
            <li key={`${profile.id}${emoji}`} className="person person-plain">
              <Avatar id={profile.id} name={name} size="small" />
              <span className="person-name">{profile.id === currentUserId ? 'You' : name}</span>
              <span className="reaction-emoji">{emoji}</span>
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
