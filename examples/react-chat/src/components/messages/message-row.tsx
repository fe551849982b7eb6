import type { Member } from '@confab/core';
import { memo } from 'react';
import { formatFull, formatTime } from '../../lib/dates';
import { errorText } from '../../lib/error-text';
import { systemText } from '../../lib/system-text';
import type { Tick } from '../../lib/tick';
import type { Message } from '../../lib/types';
import { Avatar } from '../avatar';
import { PinIcon } from '../icons';
import { useWindow } from '../window-context';
import { MessageText } from './message-text';
import { MessageToolbar } from './message-toolbar';
import { Quote } from './quote';
import { ReactionBar } from './reaction-bar';
import { Readers } from './readers';
import { ThreadLine } from './thread-line';
import { Ticks } from './ticks';

export interface MessageRowProps {
  readonly message: Message;
  readonly isFirstOfGroup: boolean;
  readonly isLastOfGroup: boolean;
  readonly hasName: boolean;
  /** In its thread a message need not say that it has one. */
  readonly isInThread?: boolean;
  readonly tick: Tick | null;
  /** Who has read up to here and no further. */
  readonly readers?: readonly Member[] | undefined;
  /** Whether somebody was led here, and has to find it. */
  readonly isHighlighted: boolean;
  /** Whether the Tab key stops here; the arrows move on. */
  readonly isTabStop: boolean;
}

/** Renders when its own message changes, not when another one does. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, isFirstOfGroup, isLastOfGroup, hasName, isInThread = false } = props;
  const { tick, readers, isHighlighted, isTabStop } = props;
  const { names, currentUserId, actions } = useWindow();
  const { id, senderId, sender, isOwn, createdAt, editedAt, deletedAt, forwardedFromId, status } = message;
  const isDeleted = deletedAt !== null;
  if (message.kind === 'system') {
    const text = systemText(message, names, currentUserId) ?? 'Something happened here';
    return (
      <p
        className="system"
        tabIndex={isTabStop ? 0 : -1}
        data-message-id={id}
        data-testid="system-message"
        title={formatFull(createdAt)}
      >
        {text}
      </p>
    );
  }
  const name = sender?.displayName ?? 'Somebody';
  const className = [
    'message',
    isOwn ? 'message-own' : 'message-other',
    isFirstOfGroup && 'message-first',
    isLastOfGroup && 'message-last',
    isDeleted && 'message-deleted',
    status === 'failed' && 'message-failed',
    isHighlighted && 'message-highlighted',
    hasName && !isOwn && 'message-named',
  ];
  return (
    <>
      <article
        className={className.filter(Boolean).join(' ')}
        aria-label={`${isOwn ? 'You' : name}, ${formatTime(createdAt)}`}
        data-testid="message"
        data-message-id={id}
        tabIndex={isTabStop ? 0 : -1}
      >
        <div className="message-body">
          <div className="bubble">
            {hasName && !isOwn && isLastOfGroup && (
              <span className="message-avatar">
                <Avatar id={senderId ?? ''} name={name} size="small" />
              </span>
            )}
            {hasName && !isOwn && isFirstOfGroup && <p className="message-name">{name}</p>}
            {forwardedFromId !== null && !isDeleted && <p className="message-note">Forwarded</p>}
            {!isDeleted && <Quote replyTo={message.replyTo} />}
            {isDeleted ? <p className="message-text">Message deleted</p> : <MessageText message={message} />}
            <p className="message-meta">
              {message.pinnedAt !== null && !isDeleted && (
                <span className="message-pin" role="img" aria-label="Pinned" title="Pinned">
                  <PinIcon />
                </span>
              )}
              {editedAt !== null && !isDeleted && <span>edited</span>}
              <time dateTime={createdAt} title={formatFull(createdAt)}>
                {formatTime(createdAt)}
              </time>
              {tick && <Ticks tick={tick} />}
            </p>
          </div>
          {!isDeleted && <ReactionBar message={message} />}
          {!isInThread && <ThreadLine message={message} />}
        </div>
        {!isDeleted && status === 'sent' && <MessageToolbar message={message} isTabStop={isTabStop} />}
      </article>
      {readers && <Readers readers={readers} />}
      {message.error && (
        <p className="message-error" role="alert">
          <span>
            {status === 'failed' ? 'Not sent.' : 'Not changed.'} {errorText(message.error)}
          </span>
          <button onClick={() => actions.retry(message)}>Retry</button>
          <button onClick={() => actions.discard(message)}>Discard</button>
        </p>
      )}
    </>
  );
});
