import { usePinnedMessages } from '@confab/react';
import { formatFull, formatShort } from '../../lib/dates';
import { errorText } from '../../lib/error-text';
import { useNow } from '../../hooks/use-now';
import { visibleName } from '../../lib/names';
import { plainText } from '../../lib/rich-text';
import { closePanelIfNarrow, openPanel } from '../../lib/route';
import { SidePanel } from '../side-panel';
import { useWindow } from '../window-context';

const close = () => openPanel(null);

/** The pinned messages of the open conversation; a press leads to one. */
export function PinnedPanel() {
  const { conversationId, actions } = useWindow();
  const { messages, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage } =
    usePinnedMessages(conversationId);
  const now = useNow();
  return (
    <SidePanel title="Pinned messages" onClose={close}>
      {error && <p className="panel-empty">{errorText(error)}</p>}
      {isPending && <span className="spinner panel-spinner" role="status" aria-label="Loading" />}
      {!isPending && !error && messages.length === 0 && (
        <p className="panel-empty">Nothing is pinned yet. Pin a message from its menu.</p>
      )}
      <ul className="panel-list">
        {messages.map((message) => (
          <li key={message.id} className="pinned">
            <button
              className="pinned-message"
              onClick={() => {
                closePanelIfNarrow();
                if (message.threadRootId !== null) actions.openThread(message.threadRootId);
                else if (message.seq !== null) actions.jumpTo(message.seq);
              }}
            >
              <bdi className="pinned-name">
                {message.isOwn ? 'You' : visibleName(message.sender?.displayName)}
              </bdi>
              <time dateTime={message.createdAt} title={formatFull(message.createdAt)}>
                {formatShort(message.createdAt, now)}
              </time>
              <span className="pinned-text" dir="auto">
                {plainText(message.content ?? '')}
              </span>
            </button>
            <button className="button-link" onClick={() => actions.pin(message, false)}>
              Unpin
            </button>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <button
          className="button-link"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage().catch(actions.tell)}
        >
          Show more
        </button>
      )}
    </SidePanel>
  );
}
