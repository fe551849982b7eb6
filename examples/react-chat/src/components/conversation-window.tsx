import { useConversation } from '@confab/react';
import { errorText } from '../lib/error-text';
import { listHref } from '../lib/route';
import { Composer } from './composer/composer';
import { EmptyState } from './empty-state';
import { Timeline } from './messages/timeline';
import { TypingLine } from './messages/typing-line';
import { useWindow } from './window-context';
import { WindowHeader } from './window-header';

export function ConversationWindow({ conversationId }: { readonly conversationId: string }) {
  const { conversation, error } = useConversation(conversationId);
  const { composer } = useWindow();

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
      <Timeline conversation={conversation} />
      <TypingLine conversationId={conversationId} />
      <Composer conversationId={conversationId} handle={composer} />
    </section>
  );
}
