import { memo } from 'react';
import { formatFull, formatShort } from '../lib/dates';
import { previewOf } from '../lib/preview';
import { hrefOf } from '../lib/route';
import type { Conversation } from '../lib/types';
import { Avatar } from './avatar';

export interface ConversationRowProps {
  readonly conversation: Conversation;
  /** Whose colour the avatar has. */
  readonly avatarId: string;
  readonly isOnline: boolean;
  readonly isOpen: boolean;
  readonly isTabStop: boolean;
  readonly now: number;
  readonly onFocus: (conversationId: string) => void;
}

export const ConversationRow = memo(function ConversationRow({
  conversation,
  avatarId,
  isOnline,
  isOpen,
  isTabStop,
  now,
  onFocus,
}: ConversationRowProps) {
  const { id, name, unreadCount, lastActivityAt } = conversation;
  return (
    <li>
      <a
        className="conversation"
        href={hrefOf(id)}
        aria-current={isOpen ? 'page' : undefined}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={() => onFocus(id)}
      >
        <Avatar id={avatarId} name={name} presence={isOnline ? 'online' : null} />
        <span className="conversation-name">{name}</span>
        <time className="conversation-time" dateTime={lastActivityAt} title={formatFull(lastActivityAt)}>
          {formatShort(lastActivityAt, now)}
        </time>
        <span className="conversation-preview">{previewOf(conversation)}</span>
        {unreadCount > 0 && (
          <span className="badge">
            {unreadCount > 99 ? '99+' : unreadCount}
            <span className="visually-hidden"> unread</span>
          </span>
        )}
      </a>
    </li>
  );
});
