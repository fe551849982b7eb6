import type { PendingMutation } from '../model/pending';
import type { ConversationRecord, OwnMemberRecord } from '../model/records';
import type { Member, Profile } from '../model/view';

/** What `update_conversation` may carry, by the names it has on the wire. */
const SETTINGS: Readonly<Record<string, keyof ConversationRecord>> = {
  title: 'title',
  description: 'description',
  avatar_url: 'avatarUrl',
  data: 'data',
  is_locked: 'isLocked',
  slow_mode_seconds: 'slowModeSeconds',
};

/** The record with what is pending about the conversation and how the current user keeps it (rule E5). */
export function withPendingSettings(
  record: ConversationRecord,
  pending: readonly PendingMutation[],
): ConversationRecord {
  return pending.reduce((known, { mutation, status, createdAt }) => {
    if (status === 'failed') return known;
    const keep = (me: Partial<OwnMemberRecord>) => ({ ...known, me: { ...known.me, ...me } });
    switch (mutation.type) {
      case 'update_conversation': {
        const named = Object.entries(mutation.args.changes).flatMap(([key, value]) =>
          Object.hasOwn(SETTINGS, key) ? [[SETTINGS[key], value]] : [],
        );
        // Typed by what `conversations.update` takes.
        return { ...known, ...(Object.fromEntries(named) as Partial<ConversationRecord>) };
      }
      case 'set_membership': {
        const { is_pinned, is_archived, is_hidden, muted_until } = mutation.args.changes;
        const at = new Date(createdAt).toISOString();
        const since = (isOn: unknown, before: string | null) =>
          isOn === undefined ? before : isOn ? (before ?? at) : null;
        return keep({
          pinnedAt: since(is_pinned, known.me.pinnedAt),
          archivedAt: since(is_archived, known.me.archivedAt),
          isHidden: is_hidden === undefined ? known.me.isHidden : is_hidden === true,
          mutedUntil:
            muted_until === undefined
              ? known.me.mutedUntil
              : typeof muted_until === 'string'
                ? muted_until
                : null,
        });
      }
      case 'leave_conversation':
        return keep({ state: 'left' });
      default:
        return known;
    }
  }, record);
}

/** Joined members with those who are being added, removed or given another role (rule E5). */
export function withPendingMembers(
  members: readonly Member[],
  pending: readonly PendingMutation[],
  profileOf: (userId: string) => Profile,
): readonly Member[] {
  return pending.reduce((known, { mutation, status }) => {
    if (status === 'failed') return known;
    switch (mutation.type) {
      case 'remove_member':
        return known.filter(({ userId }) => userId !== mutation.args.user_id);
      case 'set_role': {
        const { user_id: userId, role } = mutation.args;
        return known.map((member) => (member.userId === userId ? { ...member, role } : member));
      }
      case 'add_members': {
        const added = mutation.args.user_ids.filter((id) => known.every(({ userId }) => userId !== id));
        return added.length === 0 ? known : [...known, ...added.map((id) => newMember(id, profileOf(id)))];
      }
      default:
        return known;
    }
  }, members);
}

/** Somebody who joins with the creation of a conversation, or is being added to it. */
export function newMember(userId: string, profile: Profile, role: Member['role'] = 'member'): Member {
  return { userId, profile, role, state: 'joined', lastReadSeq: 0, lastDeliveredSeq: 0, lastSeenAt: null };
}
