import { useConversation, useThread } from '@confab/react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useVisible } from '../../hooks/use-visible';
import { errorText, whyNotWriting } from '../../lib/error-text';
import { openPanel } from '../../lib/route';
import { Composer } from '../composer/composer';
import { SidePanel } from '../side-panel';
import { useWindow, WindowContext, type ScrollTarget } from '../window-context';
import { MessageList } from './message-list';
import { MessageRow } from './message-row';

const close = () => openPanel(null);

/** The replies under a message, and a composer for more of them. */
export function ThreadPanel({ rootId }: { readonly rootId: string }) {
  const around = useWindow();
  const { conversationId, actions, threadComposer } = around;
  const thread = useThread(conversationId, rootId);
  const { conversation } = useConversation(conversationId);
  const { root, error, isFollowing, isUnread, follow, unfollow, markRead, jumpTo, jumpToLatest } = thread;
  const [target, setTarget] = useState<ScrollTarget | null>(null);
  const [isAtEnd, setIsAtEnd] = useState(false);
  const isVisible = useVisible();
  const newestSeq = thread.messages.findLast(({ seq }) => seq !== null)?.seq ?? 0;
  useEffect(() => {
    if (newestSeq > 0 && isAtEnd && isVisible) void markRead(newestSeq).catch(() => undefined);
  }, [markRead, newestSeq, isAtEnd, isVisible]);
  const jump = useCallback(
    (to: ScrollTarget) =>
      void (to.seq === 'end' ? jumpToLatest() : jumpTo({ seq: to.seq }))
        .then(() => setTarget({ ...to }))
        .catch(actions.tell),
    [jumpTo, jumpToLatest, actions],
  );
  // A quote in a thread leads to a reply of that thread.
  const inThread = useMemo(
    () => ({ ...around, actions: { ...actions, jumpTo: (seq: number) => jump({ seq }) } }),
    [around, actions, jump],
  );
  if (!root && error?.class === 'permanent')
    return (
      <SidePanel title="Thread" onClose={close}>
        <p className="panel-empty">{errorText(error)}</p>
      </SidePanel>
    );
  return (
    <SidePanel title="Thread" onClose={close}>
      <WindowContext value={inThread}>
        <div className="thread-root">
          {root && (
            <MessageRow
              message={root}
              isFirstOfGroup
              isLastOfGroup
              hasName
              isInThread
              tick={null}
              isHighlighted={false}
              isTabStop
            />
          )}
        </div>
        <div className="thread-bar">
          <span>{countText(root?.thread?.replyCount ?? 0)}</span>
          <button
            className="button-link"
            aria-pressed={isFollowing}
            onClick={() => void (isFollowing ? unfollow() : follow()).catch(actions.tell)}
          >
            {isFollowing ? 'Following' : 'Follow'}
          </button>
        </div>
        <MessageList
          view={thread}
          label="Replies"
          unreadCount={isUnread ? 1 : 0}
          hasNames
          isInThread
          emptyText="Be the first to reply."
          startText={null}
          target={target}
          onArrive={() => setTarget(null)}
          onJump={jump}
          onAtEnd={setIsAtEnd}
        />
        <Composer
          conversationId={conversationId}
          threadRootId={rootId}
          handle={threadComposer}
          blockedBy={whyNotWriting(conversation)}
        />
      </WindowContext>
    </SidePanel>
  );
}

function countText(count: number): string {
  return count === 0 ? 'No replies yet' : count === 1 ? '1 reply' : `${count} replies`;
}
