import { useConversation, useCurrentUser } from '@confab/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useMessageActions } from '../hooks/use-message-actions';
import { useNames } from '../hooks/use-names';
import { errorText } from '../lib/error-text';
import { clearJump, listHref, useOpenPlace } from '../lib/route';
import { Composer, type ComposerHandle } from './composer/composer';
import { ConfirmDialog } from './confirm-dialog';
import { EmptyState } from './empty-state';
import { MessageMenu } from './messages/message-menu';
import { ReactionPicker } from './messages/reaction-picker';
import { TypingLine } from './messages/typing-line';
import { Timeline } from './messages/timeline';
import { WindowContext } from './window-context';
import { WindowHeader } from './window-header';

export function ConversationWindow({ conversationId }: { readonly conversationId: string }) {
  const { conversation, error } = useConversation(conversationId);
  const currentUserId = useCurrentUser() ?? null;
  const names = useNames(conversation);
  const [notice, setNotice] = useState<string | null>(null);
  const composer = useRef<ComposerHandle>(null);
  const { actions, overlay, setOverlay, target, setTarget } = useMessageActions(
    conversationId,
    composer,
    setNotice,
  );
  const around = useMemo(
    () => ({ conversationId, currentUserId, names, actions }),
    [conversationId, currentUserId, names, actions],
  );
  const closeOverlay = useCallback(() => setOverlay(null), [setOverlay]);

  const { at } = useOpenPlace();
  useEffect(() => {
    if (at === null) return;
    actions.jumpTo(at);
    clearJump();
  }, [at, actions]);

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
    <WindowContext value={around}>
      <section className="window" aria-label={conversation?.name ?? 'Conversation'}>
        <WindowHeader conversationId={conversationId} conversation={conversation} />
        <Timeline conversation={conversation} target={target} onTarget={setTarget} />
        <TypingLine conversationId={conversationId} />
        <Composer conversationId={conversationId} handle={composer} />
        <p className="window-notice" role="status">
          {notice}
        </p>
      </section>
      {overlay?.type === 'menu' && (
        <MessageMenu
          {...overlay}
          onMoreEmoji={() => setOverlay({ ...overlay, type: 'emoji', isFull: true })}
          onDelete={() => setOverlay({ ...overlay, type: 'delete' })}
          onClose={closeOverlay}
        />
      )}
      {overlay?.type === 'emoji' && <ReactionPicker {...overlay} onClose={closeOverlay} />}
      {overlay?.type === 'delete' && (
        <ConfirmDialog
          title="Delete this message?"
          text="It disappears for everybody in this conversation."
          confirmLabel="Delete"
          onConfirm={() => actions.remove(overlay.message)}
          onClose={closeOverlay}
        />
      )}
    </WindowContext>
  );
}
