import type { Profile } from '@confab/core';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

/**
 * Everybody this device knows by name, by id: members, and former ones as far as what is loaded names them (system
 * messages, mentions, quotes). Renders only when somebody is added or called something else.
 *
 * @example
 * ```tsx
 * function Name({ userId }: { userId: string }) {
 *   const profiles = useProfiles();
 *   return <b>{profiles[userId]?.displayName ?? 'Somebody'}</b>;
 * }
 * ```
 */
export function useProfiles(): Readonly<Record<string, Profile>> {
  return useReadable(useConfab().members.profiles);
}
