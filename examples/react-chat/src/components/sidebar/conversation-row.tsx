import { Archive, BellOff, EllipsisVertical, Pin } from 'lucide-react';
import { memo, useRef } from 'react';
import { useInView } from '../../hooks/use-in-view';
import { formatFull, formatShort } from '../../lib/dates';
import { visibleName } from '../../lib/names';
import { isMuted } from '../../lib/people';
import { hrefOf } from '../../lib/route';
import type { Conversation } from '../../lib/types';
import { isOfFinger, openMenuOnLongPress } from '../long-press';
import { LiveFace, StillFace, type FaceProps } from './conversation-face';

export interface ConversationRowProps extends FaceProps {
  readonly isTabStop: boolean;
  /** Whether its menu is open. */
  readonly hasMenu: boolean;
  readonly now: number;
  readonly onFocus: (conversationId: string) => void;
  readonly onMenu: (conversation: Conversation, anchor: HTMLElement) => void;
}

export const ConversationRow = memo(function ConversationRow({
  isTabStop,
  hasMenu,
  now,
  onFocus,
  onMenu,
  ...face
}: ConversationRowProps) {
  const { conversation, isOpen } = face;
  const { id, unreadCount, unreadMentionCount, lastActivityAt, isPinned, isArchived } = conversation;
  const row = useRef<HTMLLIElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const isInView = useInView(row);
  const name = visibleName(conversation.name);
  const isQuiet = isMuted(conversation, now);
  const Face = isInView && conversation.status === 'sent' ? LiveFace : StillFace;
  return (
    <li ref={row} className="conversation-item" data-menu={hasMenu}>
      <a
        className="conversation"
        href={hrefOf(id)}
        aria-current={isOpen ? 'page' : undefined}
        tabIndex={isTabStop ? 0 : -1}
        draggable={false}
        onFocus={() => onFocus(id)}
        onPointerDown={openMenuOnLongPress}
        onContextMenu={(event) => {
          event.preventDefault();
          // Of a finger it comes before it is lifted, as `openMenuOnLongPress` does.
          if (more.current && !isOfFinger(event)) onMenu(conversation, more.current);
        }}
      >
        <span className="conversation-head">
          <span className="conversation-name" dir="auto">
            {name}
          </span>
          {isPinned && <Mark label="Pinned" Icon={Pin} />}
          {isQuiet && <Mark label="Muted" Icon={BellOff} />}
          {isArchived && <Mark label="Archived" Icon={Archive} />}
        </span>
        <time className="conversation-time" dateTime={lastActivityAt} title={formatFull(lastActivityAt)}>
          {formatShort(lastActivityAt, now)}
        </time>
        <Face {...face} />
        {unreadCount > 0 && (
          <span className={isQuiet ? 'badge badge-quiet' : 'badge'}>
            {unreadCount > 99 ? '99+' : unreadCount}
            <span className="visually-hidden"> unread</span>
          </span>
        )}
        {unreadMentionCount > 0 && (
          <span className="badge badge-mention">
            <span aria-hidden="true">@</span>
            <span className="visually-hidden">mentions you</span>
          </span>
        )}
      </a>
      <button
        ref={more}
        className="icon-button conversation-more"
        aria-label={`Actions for ${name}`}
        aria-haspopup="menu"
        aria-expanded={hasMenu}
        tabIndex={isTabStop ? 0 : -1}
        onClick={({ currentTarget }) => onMenu(conversation, currentTarget)}
      >
        <EllipsisVertical size={18} />
      </button>
    </li>
  );
});

function Mark({ label, Icon }: { readonly label: string; readonly Icon: typeof Pin }) {
  return (
    <span className="conversation-mark" role="img" aria-label={label} title={label}>
      <Icon size={14} />
    </span>
  );
}
