'use client';

import { useConversation, useMarkRead, useMessages } from '@confab/react';
import Link from 'next/link';
import { useEffect } from 'react';
import { useClock } from './clock';
import { Composer } from './composer';
import { MessageRow } from './message-row';
import { Typing } from './typing';
import { formatDay } from '../lib/time';

export function ConversationWindow({ conversationId }: { readonly conversationId: string }) {
  const { conversation, error } = useConversation(conversationId);
  if (error?.code === 'not_member' || error?.code === 'not_found')
    return (
      <main className="window empty">
        <p>This conversation is not open to you any more.</p>
      </main>
    );
  return (
    <main className="window">
      <header className="bar">
        <Link className="quiet back" href="/" aria-label="Back to the chats">
          ←
        </Link>
        <h2 dir="auto">{conversation?.name}</h2>
      </header>
      <Messages conversationId={conversationId} namesSenders={conversation?.kind !== 'direct'} />
      <Typing conversationId={conversationId} />
      {conversation?.canPost === false ? (
        <p className="hint">
          {conversation.kind === 'direct' ? 'This account was deleted.' : 'Only admins can write here.'}
        </p>
      ) : (
        <Composer conversationId={conversationId} />
      )}
    </main>
  );
}

interface MessagesProps {
  readonly conversationId: string;
  readonly namesSenders: boolean;
}

function Messages({ conversationId, namesSenders }: MessagesProps) {
  const { timeZone, now } = useClock();
  const { items, messages, isPending, error, hasOlder, isFetchingOlder, fetchOlder } = useMessages(
    conversationId,
    { timeZone },
  );
  useMarkSeen(conversationId, messages.findLast(({ seq }) => seq !== null)?.seq ?? 0);
  return (
    <div className="messages" role="log" aria-label="Messages" tabIndex={0}>
      <ol>
        {isPending && <li className="hint">Loading …</li>}
        {!isPending && error && messages.length === 0 && (
          <li className="hint">The messages cannot be loaded right now.</li>
        )}
        {hasOlder && (
          <li className="hint">
            <button
              className="quiet"
              disabled={isFetchingOlder}
              onClick={() => void fetchOlder().catch(() => undefined)}
            >
              Older messages
            </button>
          </li>
        )}
        {items.map((item) =>
          item.type === 'message' ? (
            <MessageRow key={item.key} item={item} namesSender={namesSenders} />
          ) : (
            <li key={item.key} className={item.type}>
              {item.type === 'day' ? formatDay(item.date, now, timeZone) : 'New'}
            </li>
          ),
        )}
      </ol>
    </div>
  );
}

/** What is shown while the page is in view has been read. */
function useMarkSeen(conversationId: string, newestSeq: number): void {
  const markRead = useMarkRead(conversationId);
  useEffect(() => {
    const mark = () => {
      if (newestSeq > 0 && document.visibilityState === 'visible')
        void markRead(newestSeq).catch(() => undefined);
    };
    mark();
    document.addEventListener('visibilitychange', mark);
    return () => document.removeEventListener('visibilitychange', mark);
  }, [markRead, newestSeq]);
}
