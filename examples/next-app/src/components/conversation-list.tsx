'use client';

import type { Conversation } from '@confab/core';
import { useConversations } from '@confab/react';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { memo } from 'react';
import { formatShort } from '../lib/time';
import { Avatar } from './avatar';
import { useClock } from './clock';

export function ConversationList() {
  const { conversations, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useConversations();
  const { id: openId } = useParams<{ id?: string }>();
  if (isPending) return <p className="hint">Loading …</p>;
  if (conversations.length === 0)
    return <p className="hint">{error ? 'Your chats cannot be loaded right now.' : 'No chats yet.'}</p>;
  return (
    <nav className="conversations" aria-label="Chats">
      <ul>
        {conversations.map((conversation) => (
          <Row key={conversation.id} conversation={conversation} isOpen={conversation.id === openId} />
        ))}
      </ul>
      {hasNextPage && (
        <button
          className="quiet"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage().catch(() => undefined)}
        >
          More chats
        </button>
      )}
    </nav>
  );
}

interface RowProps {
  readonly conversation: Conversation;
  readonly isOpen: boolean;
}

const Row = memo(function Row({ conversation, isOpen }: RowProps) {
  const { id, name, unreadCount, lastMessage, lastActivityAt } = conversation;
  const { timeZone, now } = useClock();
  return (
    <li>
      {/* Fetched ahead each would load its messages on the server. */}
      <Link
        className="conversation"
        href={`/c/${id}`}
        prefetch={false}
        aria-current={isOpen ? 'page' : undefined}
      >
        <Avatar name={name} />
        <span className="conversation-name" dir="auto">
          {name}
        </span>
        <time dateTime={lastActivityAt}>{formatShort(lastActivityAt, now, timeZone)}</time>
        <span className="conversation-preview" dir="auto">
          {lastMessage && previewOf(lastMessage)}
        </span>
        {unreadCount > 0 && !isOpen && (
          <span className="badge" aria-label={`${unreadCount} unread`}>
            {unreadCount}
          </span>
        )}
      </Link>
    </li>
  );
});

function previewOf({ deletedAt, content, isOwn }: NonNullable<Conversation['lastMessage']>): string {
  if (deletedAt !== null) return 'Message deleted';
  return isOwn ? `You: ${content ?? ''}` : (content ?? '');
}
