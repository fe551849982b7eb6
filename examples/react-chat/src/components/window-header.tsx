import type { PresenceView } from '@confab/core';
import { useCurrentUser, usePresence } from '@confab/react';
import { useNow } from '../hooks/use-now';
import { formatAgo } from '../lib/dates';
import { otherOf } from '../lib/people';
import { listHref } from '../lib/route';
import type { Conversation } from '../lib/types';
import { Avatar } from './avatar';
import { BackIcon } from './icons';

export interface WindowHeaderProps {
  readonly conversationId: string;
  readonly conversation: Conversation | null;
}

export function WindowHeader({ conversationId, conversation }: WindowHeaderProps) {
  const presence = usePresence(conversationId);
  const currentUserId = useCurrentUser() ?? null;
  const now = useNow();
  const other = conversation && otherOf(conversation, currentUserId);
  const state = other ? presence[other.userId]?.state : undefined;
  return (
    <header className="bar">
      <a className="icon-button back" href={listHref} aria-label="Back to the conversations">
        <BackIcon />
      </a>
      {conversation && (
        <>
          <Avatar
            id={other?.userId ?? conversationId}
            name={conversation.name}
            presence={state === undefined || state === 'offline' ? null : state}
          />
          <div className="bar-text">
            <h2 className="bar-title">{conversation.name}</h2>
            <p className="bar-subtitle">{subtitleOf(conversation, presence, currentUserId, now)}</p>
          </div>
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
