import { useConversations, useUnreadCount } from '@confab/react';
import { useEffect } from 'react';

/** Shows in the title of the window how many messages are unread where the user wants to be told. */
export function useUnreadTitle(): void {
  const unreadCount = useUnreadCount();
  const muted = useConversations({ isMuted: true, isUnread: true });
  const { hasNextPage, isFetchingNextPage, error, fetchNextPage } = muted;
  useEffect(() => {
    // The number is of all conversations, and so is what is taken off it.
    if (hasNextPage && !isFetchingNextPage && !error) void fetchNextPage().catch(() => undefined);
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  const mutedCount = muted.conversations.reduce((sum, conversation) => sum + conversation.unreadCount, 0);
  const count = Math.max(0, (unreadCount ?? 0) - mutedCount);
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Confab` : 'Confab';
    return () => {
      document.title = 'Confab';
    };
  }, [count]);
}
