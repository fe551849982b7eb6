import { Pin } from 'lucide-react';
import { formatFull, formatTime } from '../../lib/dates';
import type { Tick } from '../../lib/tick';
import type { Message } from '../../lib/types';
import { useWindow } from '../window-context';
import { Ticks } from './ticks';

export interface MessageMetaProps {
  readonly message: Message;
  readonly tick: Tick | null;
}

/** When a message was written, whether it was changed since or is pinned, and how far it has come. */
export function MessageMeta({ message, tick }: MessageMetaProps) {
  const { actions } = useWindow();
  const { createdAt, editedAt, deletedAt, pinnedAt, status } = message;
  const isDeleted = deletedAt !== null;
  return (
    <div className="message-meta">
      <span className="message-meta-line" dir="ltr">
        {pinnedAt !== null && !isDeleted && (
          <span className="message-pin" role="img" aria-label="Pinned" title="Pinned">
            <Pin size={13} />
          </span>
        )}
        {editedAt !== null && !isDeleted && status === 'sent' && (
          <button
            className="message-edited"
            title={`Edited ${formatFull(editedAt)}. Show what it said before`}
            onClick={() => actions.showVersions(message)}
          >
            edited
          </button>
        )}
        <time dateTime={createdAt} title={formatFull(createdAt)}>
          {formatTime(createdAt)}
        </time>
        {tick && <Ticks tick={tick} />}
      </span>
    </div>
  );
}
