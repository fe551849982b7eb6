import { memo } from 'react';
import { formatFull, formatTime } from '../lib/dates';
import { errorText } from '../lib/error-text';
import type { Tick } from '../lib/tick';
import type { Message } from '../lib/types';
import { Avatar } from './avatar';
import { MoreIcon } from './icons';
import { MessageText } from './message-text';
import { Ticks } from './ticks';

export interface MessageRowProps {
  readonly message: Message;
  /** The name of the day that begins here. */
  readonly day: string | null;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
  readonly hasName: boolean;
  readonly tick: Tick | null;
  readonly onMenu: (message: Message, button: HTMLElement) => void;
  readonly onRetry: (messageId: string) => void;
  readonly onDiscard: (messageId: string) => void;
}

/** Renders when its own message changes, not when another one does. */
export const MessageRow = memo(function MessageRow({
  message,
  day,
  startsGroup,
  endsGroup,
  hasName,
  tick,
  onMenu,
  onRetry,
  onDiscard,
}: MessageRowProps) {
  const { id, senderId, sender, isOwn, content, createdAt, editedAt, deletedAt, status, error } = message;
  const isDeleted = deletedAt !== null;
  const name = sender?.displayName ?? 'Somebody';
  const className = [
    'message',
    isOwn ? 'message-own' : 'message-other',
    startsGroup && 'message-first',
    endsGroup && 'message-last',
    isDeleted && 'message-deleted',
    status === 'failed' && 'message-failed',
  ];
  return (
    <>
      {day !== null && (
        <h3 className="day">
          <span>{day}</span>
        </h3>
      )}
      <article
        className={className.filter(Boolean).join(' ')}
        aria-label={`${isOwn ? 'You' : name}, ${formatTime(createdAt)}`}
        data-testid="message"
        data-message-id={id}
      >
        {hasName && !isOwn && (
          <span className="message-avatar">
            {endsGroup && <Avatar id={senderId ?? ''} name={name} size="small" />}
          </span>
        )}
        <div className="bubble">
          {hasName && !isOwn && startsGroup && <p className="message-name">{name}</p>}
          {isDeleted ? <p className="message-text">Message deleted</p> : <MessageText text={content ?? ''} />}
          <p className="message-meta">
            {editedAt !== null && !isDeleted && <span>edited</span>}
            <time dateTime={createdAt} title={formatFull(createdAt)}>
              {formatTime(createdAt)}
            </time>
            {tick && <Ticks tick={tick} />}
          </p>
        </div>
        {!isDeleted && status === 'sent' && (
          <button
            className="icon-button message-more"
            aria-label="More"
            aria-haspopup="menu"
            onClick={(event) => onMenu(message, event.currentTarget)}
          >
            <MoreIcon />
          </button>
        )}
      </article>
      {error && (
        <p className="message-error" role="alert">
          <span>
            {status === 'failed' ? 'Not sent.' : 'Not changed.'} {errorText(error)}
          </span>
          <button onClick={() => onRetry(id)}>Retry</button>
          <button onClick={() => onDiscard(id)}>Discard</button>
        </p>
      )}
    </>
  );
});
