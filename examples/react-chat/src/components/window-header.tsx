import type { PresenceView } from '@confab/core';
import { useCurrentUser, usePresence } from '@confab/react';
import { ChevronLeft, Info, Pin, Search } from 'lucide-react';
import { useNow } from '../hooks/use-now';
import { formatAgo } from '../lib/dates';
import { visibleName } from '../lib/names';
import { otherOf } from '../lib/people';
import { hrefOf, listHref } from '../lib/route';
import type { Conversation } from '../lib/types';
import { Avatar } from './avatar';
import { TypingLine } from './messages/typing-line';

const panels = [
  { panel: 'pins', label: 'Pinned messages', Icon: Pin },
  { panel: 'search', label: 'Search this conversation', Icon: Search },
  { panel: 'info', label: 'Details', Icon: Info },
] as const;

export interface WindowHeaderProps {
  readonly conversationId: string;
  readonly conversation: Conversation | null;
  /** Whether the user is not in it any more: there is nothing to open beside it. */
  readonly isLost: boolean;
}

export function WindowHeader({ conversationId, conversation, isLost }: WindowHeaderProps) {
  const presence = usePresence(conversationId);
  const currentUserId = useCurrentUser() ?? null;
  const now = useNow();
  const other = conversation && otherOf(conversation, currentUserId);
  const state = other ? presence[other.userId]?.state : undefined;
  return (
    <header className="bar">
      <a className="icon-button back" href={listHref} aria-label="Back to the conversations">
        <ChevronLeft size={24} />
      </a>
      {conversation && (
        <>
          <Avatar
            id={other?.userId ?? conversationId}
            name={visibleName(conversation.name)}
            presence={state === undefined || state === 'offline' ? null : state}
          />
          <div className="bar-text">
            <h2 className="bar-title">{visibleName(conversation.name)}</h2>
            <p className="bar-subtitle">
              <TypingLine conversationId={conversationId}>
                {subtitleOf(conversation, presence, currentUserId, now)}
              </TypingLine>
            </p>
          </div>
          {(isLost ? [] : panels).map(({ panel, label, Icon }) => (
            <a
              key={panel}
              className={`icon-button bar-${panel}`}
              href={hrefOf(conversationId, panel)}
              aria-label={label}
              title={label}
            >
              <Icon size={20} />
            </a>
          ))}
        </>
      )}
    </header>
  );
}

function subtitleOf(
  conversation: Conversation,
  presence: PresenceView,
  currentUserId: string | null,
  now: number,
): string {
  const other = otherOf(conversation, currentUserId);
  if (other) {
    const { state, lastSeenAt } = presence[other.userId] ?? {
      state: 'offline',
      lastSeenAt: other.lastSeenAt,
    };
    if (state !== 'offline') return state;
    return lastSeenAt === null ? 'offline' : `last seen ${formatAgo(lastSeenAt, now)}`;
  }
  const online = Object.entries(presence).filter(
    ([userId, { state }]) => userId !== currentUserId && state !== 'offline',
  ).length;
  const members = `${conversation.memberCount} members`;
  return online === 0 ? members : `${members}, ${online} online`;
}
