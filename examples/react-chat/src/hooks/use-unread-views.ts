import { useConversations } from '@confab/react';

/** How much is new in threads, and how often this user is mentioned in what is new. */
export function useUnreadViews(): { readonly threads: number; readonly mentions: number } {
  const { conversations } = useConversations();
  let threads = 0;
  let mentions = 0;
  for (const { unreadThreadCount, unreadMentionCount } of conversations) {
    threads += unreadThreadCount;
    mentions += unreadMentionCount;
  }
  return { threads, mentions };
}
