import { useConfab, useMessages } from '@confab/react';
import { useCallback, useState } from 'react';
import { useMarkSeen } from '../../hooks/use-mark-seen';
import type { Conversation } from '../../lib/types';
import { useWindow } from '../window-context';
import { MessageList, type ScrollTarget } from './message-list';

export interface TimelineProps {
  readonly conversation: Conversation | null;
  readonly target: ScrollTarget | null;
  readonly onTarget: (target: ScrollTarget | null) => void;
}

/** The messages of the open conversation; what was in view is marked as read. */
export function Timeline({ conversation, target, onTarget }: TimelineProps) {
  const { conversationId, actions } = useWindow();
  const view = useMessages(conversationId);
  const { messages } = useConfab();
  const [isAtEnd, setIsAtEnd] = useState(false);
  useMarkSeen(conversationId, view.messages.findLast(({ seq }) => seq !== null)?.seq ?? 0, isAtEnd);
  const jump = useCallback(
    ({ seq }: ScrollTarget) => {
      if (seq === 'end')
        void messages
          .list(conversationId)
          .jumpToLatest()
          .then(() => onTarget({ seq }))
          .catch(() => undefined);
      else actions.jumpTo(seq);
    },
    [messages, conversationId, actions, onTarget],
  );
  return (
    <MessageList
      view={view}
      label="Messages"
      unreadCount={conversation?.unreadCount ?? 0}
      hasNames={conversation !== null && conversation.kind !== 'direct'}
      emptyText="Say hello to get it started."
      target={target}
      onArrive={() => onTarget(null)}
      onJump={jump}
      onAtEnd={setIsAtEnd}
    />
  );
}
