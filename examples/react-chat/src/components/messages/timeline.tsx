import { useMessages } from '@confab/react';
import { use, useState } from 'react';
import { useMarkSeen } from '../../hooks/use-mark-seen';
import type { Conversation } from '../../lib/types';
import { JumpContext, useWindow } from '../window-context';
import { MessageList } from './message-list';

/** The messages of the open conversation; what was in view is marked as read. */
export function Timeline({ conversation }: { readonly conversation: Conversation | null }) {
  const { conversationId, actions } = useWindow();
  const { target, setTarget } = use(JumpContext);
  const view = useMessages(conversationId);
  const isGroup = conversation !== null && conversation.kind !== 'direct';
  const [isAtEnd, setIsAtEnd] = useState(false);
  useMarkSeen(conversationId, view.messages.findLast(({ seq }) => seq !== null)?.seq ?? 0, isAtEnd);
  return (
    <MessageList
      view={view}
      label="Messages"
      unreadCount={conversation?.unreadCount ?? 0}
      hasNames={isGroup}
      emptyText="Say hello to get it started."
      startText="This is where it began"
      target={target}
      onArrive={() => setTarget(null)}
      onJump={({ seq }) => (seq === 'end' ? actions.jumpToLatest() : actions.jumpTo(seq))}
      onAtEnd={setIsAtEnd}
    />
  );
}
