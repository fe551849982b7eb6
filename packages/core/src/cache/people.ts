import type { ProfileRecord } from '../model/records';
import type { Profile } from '../model/view';

/** A person as every view shows them. People who were deleted all have the same name: the end of their id tells them apart. */
export function toProfile(userId: string, known: ProfileRecord | undefined): Profile {
  const { displayName = '', avatarUrl = null, deletedAt = null } = known ?? {};
  const isDeleted = deletedAt !== null;
  return {
    id: userId,
    displayName: isDeleted ? `${displayName} ${userId.slice(-4)}` : displayName,
    avatarUrl,
    isDeleted,
  };
}
