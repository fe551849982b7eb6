import { useConversations, useThreads } from '@confab/react';

/** How much is new in threads, and how often this user is mentioned in what is new. */
export function useUnreadViews(): { readonly threads: number; readonly mentions: number } {
  const { conversations } = useConversations();
  const { threads } = useThreads({ onlyUnread: true });
  return {
    threads: threads.length,
    mentions: conversations.reduce((sum, { unreadMentionCount }) => sum + unreadMentionCount, 0),
  };
}
