import { useState } from 'react';
import { useUnreadTitle } from '../hooks/use-unread-title';
import { useOpenPlace } from '../lib/route';
import { ConnectionBanner } from './connection-banner';
import { ConversationWindow } from './conversation-window';
import { EmptyState } from './empty-state';
import { Notices } from './notices';
import { OpenPanel } from './open-panel';
import { OutboxDrawer } from './outbox/outbox-drawer';
import { Sidebar } from './sidebar/sidebar';
import { WindowProvider } from './window-provider';

/** The list, the open conversation and what stands beside it; on narrow screens the one that is being used. */
export function Chat() {
  const { conversationId, panel } = useOpenPlace();
  const [isOutboxOpen, setIsOutboxOpen] = useState(false);
  const openOutbox = () => setIsOutboxOpen(true);
  useUnreadTitle();
  return (
    <div className="chat" data-open={conversationId !== null} data-panel={panel !== null}>
      <Sidebar openId={conversationId} onOutbox={openOutbox} />
      {conversationId === null ? (
        <main className="pane">
          <EmptyState title="Your conversations" text="Choose one on the left, or start a new one." />
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
      {isOutboxOpen && <OutboxDrawer onClose={() => setIsOutboxOpen(false)} />}
      <Notices />
    </div>
  );
}
