import { useMemo } from 'react';
import { heard } from './heard';
import { useConfab } from './use-confab';

/**
 * A stable function that moves the own read cursor to `seq`, by default to the newest message (rule D6). The cursor never
 * moves back, and calling it when all is read does nothing. Call it when the user really sees the messages.
 *
 * @example
 * ```tsx
 * function MarkReadButton() {
 *   const markRead = useMarkRead(conversationId);
 *   return <button onClick={() => void markRead()}>Mark as read</button>;
 * }
 * ```
 */
export function useMarkRead(conversationId: string): (seq?: number) => Promise<void> {
  const { messages } = useConfab();
  const { markRead } = useMemo(
    () => heard({ markRead: (seq?: number) => messages.markRead(conversationId, seq) }),
    [messages, conversationId],
  );
  return markRead;
}
