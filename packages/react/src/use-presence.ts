import type { PresenceView } from '@confab/core';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

/**
 * The presence of a conversation's members by user id (rule E11). Joining its room is shared by all who ask, and this
 * user is shown to the others while anyone does.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Dot() {
 *   const presence = usePresence(conversationId);
 *   return <span>{presence[userId]?.state ?? 'offline'}</span>;
 * }
 * ```
 */
export function usePresence(conversationId: string): PresenceView {
  return useReadable(useConfab().presence.in(conversationId));
}
