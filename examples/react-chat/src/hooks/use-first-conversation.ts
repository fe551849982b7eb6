import { useConversations } from '@confab/react';
import { useEffect } from 'react';
import { isFirstView, openFirst } from '../lib/route';

/**
 * Opens the newest conversation of somebody who has just come.
 *
 * @returns whether there is any conversation; null until that is known
 */
export function useFirstConversation(): boolean | null {
  const { conversations, isPending } = useConversations({ isArchived: false });
  const newest = conversations.reduce<(typeof conversations)[number] | undefined>(
    (last, one) => (last && last.lastActivityAt >= one.lastActivityAt ? last : one),
    undefined,
  );
  const newestId = newest?.id;
  useEffect(() => {
    if (newestId !== undefined && isFirstView()) openFirst(newestId);
  }, [newestId]);
  return newestId !== undefined || (isPending ? null : false);
}
