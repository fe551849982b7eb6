import { useConnection, useConversations, useCurrentUser } from '@confab/react';
import { useState, type KeyboardEvent } from 'react';
import { useNow } from '../hooks/use-now';
import { errorText } from '../lib/error-text';
import { isSeenRecently, otherOf } from '../lib/people';
import { ConversationRow } from './conversation-row';
import { EmptyState } from './empty-state';

export interface ConversationListProps {
  readonly openId: string | null;
  readonly onNewChat: () => void;
}

export function ConversationList({ openId, onNewChat }: ConversationListProps) {
  const { conversations, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useConversations();
  const currentUserId = useCurrentUser() ?? null;
  const now = useNow();
  // Who is offline cannot tell who is online.
  const isConnected = useConnection().type !== 'offline';
  const [focusedId, setFocusedId] = useState<string | null>(null);

  if (conversations.length === 0) {
    if (error) return <EmptyState title="Not available" text={errorText(error)} />;
    if (isPending) return <ListSkeleton />;
    return (
      <EmptyState title="No conversations yet" text="Write to somebody, and it appears here.">
        <button className="button button-primary" onClick={onNewChat}>
          New chat
        </button>
      </EmptyState>
    );
  }
  // One stop for the Tab key; the arrows move inside the list.
  const isListed = (id: string | null) => conversations.some((conversation) => conversation.id === id);
  const stop = [focusedId, openId].find(isListed) ?? conversations[0]?.id;
  return (
    <nav className="conversations" aria-label="Conversations">
      <ul onKeyDown={moveFocus}>
        {conversations.map((conversation) => {
          const other = otherOf(conversation, currentUserId);
          return (
            <ConversationRow
              key={conversation.id}
              conversation={conversation}
              avatarId={other?.userId ?? conversation.id}
              isOnline={isConnected && isSeenRecently(other?.lastSeenAt ?? null, now)}
              isOpen={conversation.id === openId}
              isTabStop={conversation.id === stop}
              now={now}
              onFocus={setFocusedId}
            />
          );
        })}
      </ul>
      {hasNextPage && (
        <button
          className="button-link"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage().catch(() => undefined)}
        >
          {isFetchingNextPage ? 'Loading …' : 'Show more'}
        </button>
      )}
    </nav>
  );
}

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const links = [...event.currentTarget.querySelectorAll('a')];
  const at = links.findIndex((link) => link === document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  const link = to === undefined ? undefined : links[to];
  if (!link) return;
  event.preventDefault();
  link.focus();
}

function ListSkeleton() {
  return (
    <div className="skeleton" role="status" aria-label="Loading conversations">
      {[0, 1, 2, 3].map((i) => (
        <div key={i} className="skeleton-row" aria-hidden="true">
          <span className="skeleton-avatar" />
          <span className="skeleton-lines">
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}
