import { useConversation, useCurrentUser, useProfiles } from '@confab/react';
import { useCallback, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useMessageActions } from '../hooks/use-message-actions';
import { clearJump, useOpenPlace } from '../lib/route';
import { ConfirmDialog } from './confirm-dialog';
import { ForwardDialog } from './messages/forward-dialog';
import { MessageMenu } from './messages/message-menu';
import { ReactionPicker } from './messages/reaction-picker';
import { ReactorsDialog } from './messages/reactors-dialog';
import { ReadersDialog } from './messages/readers-dialog';
import { VersionsDialog } from './messages/versions-dialog';
import { JumpContext, WindowContext, type ComposerHandle } from './window-context';

export interface WindowProviderProps {
  readonly conversationId: string;
  readonly children: ReactNode;
}

/** What the window and the panels beside it share: the names of the members, and what is done with messages. */
export function WindowProvider({ conversationId, children }: WindowProviderProps) {
  const currentUserId = useCurrentUser() ?? null;
  const { at } = useOpenPlace();
  const people = useProfiles();
  const { conversation } = useConversation(conversationId);
  const canPost = conversation?.canPost ?? true;
  const canChange = canPost || !(conversation?.isLocked || conversation?.kind === 'direct');
  const composer = useRef<ComposerHandle>(null);
  const threadComposer = useRef<ComposerHandle>(null);
  const { actions, overlay, setOverlay, target, setTarget } = useMessageActions(
    conversationId,
    composer,
    threadComposer,
  );
  useEffect(() => {
    if (at === null) return;
    actions.jumpTo(at);
    clearJump();
  }, [at, actions]);
  const around = useMemo(
    () => ({ conversationId, currentUserId, people, canPost, canChange, actions, composer, threadComposer }),
    [conversationId, currentUserId, people, canPost, canChange, actions],
  );
  const jump = useMemo(() => ({ target, setTarget }), [target, setTarget]);
  const close = useCallback(() => setOverlay(null), [setOverlay]);
  return (
    <WindowContext value={around}>
      <JumpContext value={jump}>{children}</JumpContext>
      {overlay?.type === 'menu' && (
        <MessageMenu
          {...overlay}
          onOpen={(type) => setOverlay({ ...overlay, type })}
          onMoreEmoji={() => setOverlay({ ...overlay, type: 'emoji', isFull: true })}
          onClose={close}
        />
      )}
      {overlay?.type === 'emoji' && <ReactionPicker {...overlay} onClose={close} />}
      {overlay?.type === 'forward' && <ForwardDialog message={overlay.message} onClose={close} />}
      {overlay?.type === 'reactors' && <ReactorsDialog message={overlay.message} onClose={close} />}
      {overlay?.type === 'readers' && <ReadersDialog message={overlay.message} onClose={close} />}
      {overlay?.type === 'versions' && <VersionsDialog message={overlay.message} onClose={close} />}
      {overlay?.type === 'delete' && (
        <ConfirmDialog
          title="Delete this message?"
          text="It disappears for everybody in this conversation."
          confirmLabel="Delete"
          onConfirm={() => actions.remove(overlay.message)}
          onClose={close}
        />
      )}
    </WindowContext>
  );
}
