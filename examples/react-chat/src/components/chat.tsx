import { useCallback, useState } from 'react';
import { useFirstConversation } from '../hooks/use-first-conversation';
import { useUnreadTitle } from '../hooks/use-unread-title';
import { useOpenPlace } from '../lib/route';
import { ConnectionBanner } from './connection-banner';
import { ConversationWindow } from './conversation-window';
import { EmptyState } from './empty-state';
import { Notices } from './notices';
import { OpenPanel } from './open-panel';
import { OutboxDrawer } from './outbox/outbox-drawer';
import { NewChatDialog } from './sidebar/new-chat-dialog';
import { Sidebar } from './sidebar/sidebar';
import { WindowProvider } from './window-provider';

/** The list, the open conversation and what stands beside it; on narrow screens the one that is being used. */
export function Chat() {
  const { conversationId, panel } = useOpenPlace();
  const [isOutboxOpen, setIsOutboxOpen] = useState(false);
  const [isNewChatOpen, setIsNewChatOpen] = useState(false);
  const openOutbox = () => setIsOutboxOpen(true);
  const openNewChat = useCallback(() => setIsNewChatOpen(true), []);
  const hasConversations = useFirstConversation();
  useUnreadTitle();
  return (
    <div className="chat" data-open={conversationId !== null} data-panel={panel !== null}>
      <Sidebar openId={conversationId} onOutbox={openOutbox} onNewChat={openNewChat} />
      {conversationId === null ? (
        <main className="pane">
          {hasConversations === false ? (
            <EmptyState title="Write to somebody" text="Choose one person, or several for a group.">
              <button className="button button-primary" onClick={openNewChat}>
                New chat
              </button>
            </EmptyState>
          ) : (
            <EmptyState title="Your conversations" text="Choose one from the list, or start a new one." />
          )}
        </main>
      ) : (
        <WindowProvider key={conversationId} conversationId={conversationId}>
          <main className="pane">
            <ConversationWindow conversationId={conversationId} />
          </main>
          {panel !== null && <OpenPanel key={panel} conversationId={conversationId} panel={panel} />}
        </WindowProvider>
      )}
      <ConnectionBanner onOutbox={openOutbox} />
      {isNewChatOpen && <NewChatDialog onClose={() => setIsNewChatOpen(false)} />}
      {isOutboxOpen && <OutboxDrawer onClose={() => setIsOutboxOpen(false)} />}
      <Notices />
    </div>
  );
}
