import { useConversations, type UseConversationsResult } from '@confab/react';
import { useMemo } from 'react';
import { toFilter, type ConversationChoice } from '../lib/conversation-choice';

/** The conversations to list: pinned ones first, then the others, newest activity first. */
export function useListedConversations(choice: ConversationChoice, query: string): UseConversationsResult {
  const filter = toFilter(choice, query);
  const pinned = useConversations({ ...filter, isPinned: true });
  const others = useConversations(choice.place === 'pinned' ? filter : { ...filter, isPinned: false });
  return useMemo(
    () => ({
      ...others,
      conversations:
        choice.place === 'pinned' ? others.conversations : [...pinned.conversations, ...others.conversations],
      isFetching: pinned.isFetching || others.isFetching,
    }),
    [choice.place, pinned, others],
  );
}
