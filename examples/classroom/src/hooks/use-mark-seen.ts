import { useMarkRead } from '@confab/react';
import { useEffect, useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

/** Marks everything up to `newestSeq` as read while the page is really in view. */
export function useMarkSeen(conversationId: string, newestSeq: number): void {
  const markRead = useMarkRead(conversationId);
  const isVisible = useSyncExternalStore(subscribe, () => document.visibilityState === 'visible');
  useEffect(() => {
    // Not signed in any more: there is nobody to have seen it.
    if (newestSeq > 0 && isVisible) void markRead(newestSeq).catch(() => undefined);
  }, [markRead, newestSeq, isVisible]);
}
