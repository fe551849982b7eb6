import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

/**
 * Unread messages over all conversations, loaded or not (rule D7); null until known.
 *
 * @example
 * ```tsx
 * function Badge() {
 *   const unreadCount = useUnreadCount();
 *   return unreadCount ? <span>{unreadCount} unread</span> : null;
 * }
 * ```
 */
export function useUnreadCount(): number | null {
  return useReadable(useConfab().conversations.unreadCount());
}
