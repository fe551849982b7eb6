import { useConversation } from '@confab/react';
import { useCallback, useState } from 'react';
import { errorText } from '../lib/error-text';
import { listHref } from '../lib/route';
import type { Message } from '../lib/types';
import { Composer } from './composer';
import { EmptyState } from './empty-state';
import { MessageList } from './message-list';
import { TypingLine } from './typing-line';
import { WindowHeader } from './window-header';

export function ConversationWindow({ conversationId }: { readonly conversationId: string }) {
  const { conversation, error } = useConversation(conversationId);
  const [edited, setEdited] = useState<Message | null>(null);
  const stopEditing = useCallback(() => setEdited(null), []);

  // Being offline is no reason to hide what waits to be sent.
  if (!conversation && error?.class === 'permanent') {
    return (
      <EmptyState title="You cannot open this" text={errorText(error)}>
        <a className="button" href={listHref}>
          Back to the list
        </a>
      </EmptyState>
    );
  }
  return (
    <section className="window" aria-label={conversation?.name ?? 'Conversation'}>
      <WindowHeader conversationId={conversationId} conversation={conversation} />
      <MessageList
        conversationId={conversationId}
        unreadCount={conversation?.unreadCount ?? 0}
        hasNames={conversation !== null && conversation.kind !== 'direct'}
        onEdit={setEdited}
      />
      <TypingLine conversationId={conversationId} />
      <Composer
        // Another message to edit is another text.
        key={edited?.id ?? 'new'}
        conversationId={conversationId}
        edited={edited}
        onEdit={setEdited}
        onDone={stopEditing}
      />
    </section>
  );
}
