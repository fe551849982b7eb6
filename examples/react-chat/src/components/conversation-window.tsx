import { useConversation } from '@confab/react';
import { useState } from 'react';
import { errorText, whyNotWriting } from '../lib/error-text';
import { visibleName } from '../lib/names';
import { listHref } from '../lib/route';
import { Composer } from './composer/composer';
import { EmptyState } from './empty-state';
import { Timeline } from './messages/timeline';
import { useWindow } from './window-context';
import { WindowHeader } from './window-header';

export function ConversationWindow({ conversationId }: { readonly conversationId: string }) {
  const { conversation, error } = useConversation(conversationId);
  const { composer } = useWindow();
  /** As it was when it could be read last. */
  const [last, setLast] = useState(conversation);
  if (conversation && conversation !== last) setLast(conversation);
  const shown = conversation ?? last;
  // Being offline is no reason to hide what waits to be sent.
  const isLost = !conversation && error?.class === 'permanent';
  const wayBack = (
    <a className="button" href={listHref}>
      Back to the list
    </a>
  );
  if (isLost && !last)
    return (
      <EmptyState title="You cannot open this" text={errorText(error)}>
        {wayBack}
      </EmptyState>
    );
  return (
    <section className="window" aria-label={shown ? visibleName(shown.name) : 'Conversation'}>
      <WindowHeader conversationId={conversationId} conversation={shown} isLost={isLost} />
      <div className="window-body">
        {isLost ? (
          <EmptyState title="You are no longer in this conversation" text={errorText(error)}>
            {wayBack}
          </EmptyState>
        ) : (
          <Timeline conversation={conversation} />
        )}
        <Composer
          conversationId={conversationId}
          handle={composer}
          blockedBy={isLost ? 'You cannot write here any more.' : whyNotWriting(conversation)}
        />
      </div>
    </section>
  );
}
