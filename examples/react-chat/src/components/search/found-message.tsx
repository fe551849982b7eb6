import { useConversation } from '@confab/react';
import type { ReactNode } from 'react';
import { useNow } from '../../hooks/use-now';
import { formatFull, formatShort } from '../../lib/dates';
import { visibleName } from '../../lib/names';
import { hrefOf, type Panel } from '../../lib/route';
import type { Message } from '../../lib/types';

export interface FoundMessageProps {
  readonly message: Message;
  /** What is open beside it when it is followed; where it is a reply, its thread is. */
  readonly panel?: Panel | null;
  /** Whether it says where it was written. */
  readonly hasPlace: boolean;
  /** What is shown of its text. */
  readonly children: ReactNode;
}

/** A message far from its conversation; following it leads there. */
export function FoundMessage({ message, panel = null, hasPlace, children }: FoundMessageProps) {
  const { conversationId, threadRootId, sender, isOwn, createdAt, seq } = message;
  const { conversation } = useConversation(conversationId);
  const now = useNow();
  const href =
    threadRootId === null
      ? hrefOf(conversationId, panel, seq)
      : hrefOf(conversationId, `thread/${threadRootId}`);
  return (
    <li>
      <a className="found-message" href={href}>
        <span className="found-head">
          <span>
            <bdi>{isOwn ? 'You' : visibleName(sender?.displayName ?? '')}</bdi>
            {hasPlace && conversation && (isOwn || conversation.kind !== 'direct') && (
              <>
                {conversation.kind === 'direct' ? ' to ' : ' in '}
                <bdi>{visibleName(conversation.name)}</bdi>
              </>
            )}
            {threadRootId !== null && ', in a thread'}
          </span>
          <time dateTime={createdAt} title={formatFull(createdAt)}>
            {formatShort(createdAt, now)}
          </time>
        </span>
        <span className="found-text" dir="auto">
          {children}
        </span>
      </a>
    </li>
  );
}
