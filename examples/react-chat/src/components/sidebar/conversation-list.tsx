import { useConnection, useCurrentUser } from '@confab/react';
import { useCallback, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useListedConversations } from '../../hooks/use-listed-conversations';
import { useNow } from '../../hooks/use-now';
import { isEverything, nothingText, type ConversationChoice } from '../../lib/conversation-choice';
import { errorText } from '../../lib/error-text';
import { isSeenRecently, otherOf } from '../../lib/people';
import type { Conversation } from '../../lib/types';
import { EmptyState } from '../empty-state';
import { MuteMenu } from '../mute-menu';
import { LeaveDialog } from '../settings/leave-dialog';
import { ConversationMenu } from './conversation-menu';
import { ConversationRow } from './conversation-row';

export interface ConversationListProps {
  readonly openId: string | null;
  readonly choice: ConversationChoice;
  readonly query: string;
  readonly onNewChat: () => void;
  /** What follows the list. */
  readonly children?: ReactNode;
}

interface OpenMenu {
  readonly conversation: Conversation;
  readonly anchor: HTMLElement;
}

export function ConversationList({ openId, choice, query, onNewChat, children }: ConversationListProps) {
  const { conversations, isPending, isFetching, error, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useListedConversations(choice, query);
  const currentUserId = useCurrentUser() ?? null;
  const now = useNow();
  // Who is offline cannot tell who is online.
  const isConnected = useConnection().type !== 'offline';
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const [muting, setMuting] = useState<OpenMenu | null>(null);
  const [left, setLeft] = useState<Conversation | null>(null);
  const openMenu = useCallback(
    (conversation: Conversation, anchor: HTMLElement) => setMenu({ conversation, anchor }),
    [],
  );
  const isAll = isEverything(choice) && query === '';

  if (conversations.length === 0 && isAll) {
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
    <nav className="conversations" aria-label="Conversations" aria-busy={isFetching}>
      {query !== '' && <h2 className="list-heading">Conversations</h2>}
      {conversations.length === 0 && (
        <p className="list-empty" role="status">
          {isPending || isFetching ? 'Looking …' : error ? errorText(error) : nothingText(choice, query)}
        </p>
      )}
      <ul onKeyDown={moveFocus}>
        {conversations.map((conversation) => (
          <ConversationRow
            key={conversation.id}
            conversation={conversation}
            currentUserId={currentUserId}
            wasSeen={
              isConnected && isSeenRecently(otherOf(conversation, currentUserId)?.lastSeenAt ?? null, now)
            }
            isOpen={conversation.id === openId}
            isTabStop={conversation.id === stop}
            hasMenu={conversation.id === menu?.conversation.id}
            now={now}
            onFocus={setFocusedId}
            onMenu={openMenu}
          />
        ))}
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
      {children}
      {menu && (
        <ConversationMenu
          {...menu}
          now={now}
          onMute={() => setMuting(menu)}
          onLeave={() => setLeft(menu.conversation)}
          onClose={() => setMenu(null)}
        />
      )}
      {muting && (
        <MuteMenu
          conversationId={muting.conversation.id}
          anchor={muting.anchor}
          onClose={() => setMuting(null)}
        />
      )}
      {left && <LeaveDialog conversation={left} onClose={() => setLeft(null)} />}
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
