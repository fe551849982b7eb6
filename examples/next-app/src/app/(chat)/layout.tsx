import { prefetchConversations } from '@confab/core';
import { dehydrate, HydrationBoundary } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ChatProvider } from '../../components/chat-provider';
import { ClockProvider } from '../../components/clock';
import { ConversationList } from '../../components/conversation-list';
import { SignOutButton } from '../../components/sign-out-button';
import { supabaseConfig } from '../../lib/config';
import { serverClock } from '../../lib/server-clock';
import { serverConfab } from '../../lib/server-confab';
import './chat.css';

export default async function ChatLayout({ children }: { readonly children: ReactNode }) {
  const confab = await serverConfab();
  await prefetchConversations(confab);
  const config = supabaseConfig();
  return (
    <ChatProvider config={config}>
      <ClockProvider clock={await serverClock()}>
        <HydrationBoundary state={dehydrate(confab.queryClient)}>
          <div className="chat">
            <aside className="sidebar">
              <header className="bar">
                <h1>Chats</h1>
                <SignOutButton config={config} />
              </header>
              <ConversationList />
            </aside>
            {children}
          </div>
        </HydrationBoundary>
      </ClockProvider>
    </ChatProvider>
  );
}
