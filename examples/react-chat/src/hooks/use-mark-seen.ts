import { useMarkRead } from '@confab/react';
import { useEffect } from 'react';
import { useVisible } from './use-visible';

/** Marks everything up to `newestSeq` as read while the end of the conversation is really in view. */
export function useMarkSeen(conversationId: string, newestSeq: number, isAtEnd: boolean): void {
  const markRead = useMarkRead(conversationId);
  const isVisible = useVisible();
  useEffect(() => {
    // Not signed in any more: there is nobody to have seen it.
    if (newestSeq > 0 && isAtEnd && isVisible) void markRead(newestSeq).catch(() => undefined);
  }, [markRead, newestSeq, isAtEnd, isVisible]);
}
