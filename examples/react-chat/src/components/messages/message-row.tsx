import { memo } from 'react';
import { nameColour } from '../../lib/colours';
import { formatFull, formatTime } from '../../lib/dates';
import { visibleName } from '../../lib/names';
import { emojiCount } from '../../lib/emoji';
import { systemText } from '../../lib/system-text';
import type { Tick } from '../../lib/tick';
import type { Message } from '../../lib/types';
import { Avatar } from '../avatar';
import { useWindow } from '../window-context';
import { MessageError } from './message-error';
import { MessageMeta } from './message-meta';
import { MessageText } from './message-text';
import { MessageToolbar } from './message-toolbar';
import { Quote } from './quote';
import { ReactionBar } from './reaction-bar';
import { ThreadLine } from './thread-line';

export interface MessageRowProps {
  readonly message: Message;
  readonly isFirstOfGroup: boolean;
  readonly isLastOfGroup: boolean;
  readonly hasName: boolean;
  /** In its thread a message need not say that it has one. */
  readonly isInThread?: boolean;
  readonly tick: Tick | null;
  /** Whether somebody was led here, and has to find it. */
  readonly isHighlighted: boolean;
  /** Whether the Tab key stops here; the arrows move on. */
  readonly isTabStop: boolean;
}

/** Renders when its own message changes, not when another one does. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, isFirstOfGroup, isLastOfGroup, hasName, isInThread = false } = props;
  const { tick, isHighlighted, isTabStop } = props;
  const { id, senderId, sender, isOwn, createdAt, deletedAt, forwardedFromId, replyTo, status } = message;
  if (message.kind === 'system') return <SystemRow message={message} isTabStop={isTabStop} />;
  const isDeleted = deletedAt !== null;
  const isNamed = hasName && !isOwn;
  const name = visibleName(sender?.displayName);
  const emoji = isDeleted || replyTo || forwardedFromId !== null ? null : emojiCount(message.content ?? '');
  const className = [
    'message',
    isOwn ? 'message-own' : 'message-other',
    isFirstOfGroup && 'message-first',
    isLastOfGroup && 'message-last',
    isDeleted && 'message-deleted',
    status === 'failed' && 'message-failed',
    isHighlighted && 'message-highlighted',
    isNamed && 'message-named',
    emoji !== null && `message-emoji message-emoji-${emoji > 3 ? 'many' : emoji > 1 ? 'few' : 'one'}`,
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
            {isNamed && isLastOfGroup && (
              <span className="message-avatar">
                <Avatar id={senderId ?? ''} name={name} size="small" />
              </span>
            )}
            {isNamed && isFirstOfGroup && (
              <p className="message-name" style={{ color: nameColour(senderId ?? '') }}>
                {name}
              </p>
            )}
            {forwardedFromId !== null && !isDeleted && <p className="message-note">Forwarded</p>}
            {!isDeleted && <Quote replyTo={replyTo} />}
            {/* Every language runs its own way, and what stands at its end with it. */}
            <div className="message-flow" dir="auto">
              {isDeleted ? (
                <p className="message-text">Message deleted</p>
              ) : (
                <MessageText message={message} />
              )}
              <MessageMeta message={message} tick={tick} />
            </div>
          </div>
          {!isDeleted && <ReactionBar message={message} />}
          {!isInThread && <ThreadLine message={message} />}
        </div>
        {!isDeleted && status === 'sent' && <MessageToolbar message={message} isTabStop={isTabStop} />}
      </article>
      <MessageError message={message} />
    </>
  );
});

function SystemRow({ message, isTabStop }: { readonly message: Message; readonly isTabStop: boolean }) {
  const { people, currentUserId } = useWindow();
  return (
    <p
      className="system"
      tabIndex={isTabStop ? 0 : -1}
      data-message-id={message.id}
      data-testid="system-message"
      title={formatFull(message.createdAt)}
    >
      {systemText(message, people, currentUserId) ?? 'Something happened here'}
    </p>
  );
}
