import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

/**
 * The id of the signed-in user; null when nobody is, undefined until the session was looked up.
 *
 * @example
 * ```tsx
 * function Others({ memberIds }: { memberIds: readonly string[] }) {
 *   const currentUserId = useCurrentUser();
 *   return <p>{memberIds.filter((id) => id !== currentUserId).length} others</p>;
 * }
 * ```
 */
export function useCurrentUser(): string | null | undefined {
  return useReadable(useConfab().currentUser);
}
