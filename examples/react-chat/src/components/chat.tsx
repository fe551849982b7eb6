import { useUnreadTitle } from '../hooks/use-unread-title';
import { useOpenConversationId } from '../lib/route';
import { ConnectionBanner } from './connection-banner';
import { ConversationWindow } from './conversation-window';
import { EmptyState } from './empty-state';
import { Sidebar } from './sidebar';

/** Two panes; on narrow screens the one that is being used. */
export function Chat() {
  const openId = useOpenConversationId();
  useUnreadTitle();
  return (
    <div className="chat" data-open={openId !== null}>
      <Sidebar openId={openId} />
      <main className="pane">
        {openId === null ? (
          <EmptyState title="Your conversations" text="Choose one on the left, or start a new one." />
        ) : (
          <ConversationWindow key={openId} conversationId={openId} />
        )}
      </main>
      <ConnectionBanner />
    </div>
  );
}
