import { emitProfile } from './events';
import { endMembership } from './membership';
import type { Db, Member } from './state';

// Rules D2 and D5: what the app's server does with people.

/** Sets the name and picture that others see. */
export function setProfile(db: Db, id: string, displayName: string, avatarUrl: string | null): void {
  const profile = db.profiles.get(id);
  if (profile?.deletedAt === null && profile.displayName === displayName && profile.avatarUrl === avatarUrl)
    return;
  if (profile) {
    if (profile.deletedAt !== null) return;
    Object.assign(profile, { displayName, avatarUrl, changed: db.xid() });
    emitProfile(db, profile);
    return;
  }
  db.profiles.set(id, {
    id,
    displayName,
    avatarUrl,
    lastSeenAt: null,
    deletedAt: null,
    changed: db.xid(),
  });
}

/** The admin, else the member, of longest standing becomes the owner of a conversation that has none. */
function appointOwner(members: readonly Member[]): Member | undefined {
  const joined = members.filter(({ state }) => state === 'joined');
  if (joined.some(({ role }) => role === 'owner')) return undefined;
  const [first] = joined.sort(
    (a, b) =>
      Number(b.role === 'admin') - Number(a.role === 'admin') ||
      (a.joinedAt ?? 0) - (b.joinedAt ?? 0) ||
      (a.userId < b.userId ? -1 : 1),
  );
  if (first) first.role = 'owner';
  return first;
}

/** What happens when Auth deletes a user: an empty profile stays, memberships end. */
export function forgetUser(db: Db, id: string): void {
  const rows = db.user(id);
  rows.bucket = null;
  const profile = db.profiles.get(id);
  if (!profile || profile.deletedAt !== null) return;
  Object.assign(profile, {
    displayName: 'Deleted user',
    avatarUrl: null,
    lastSeenAt: null,
    deletedAt: db.now(),
    changed: db.xid(),
  });
  const memberships = [...rows.memberships.values()].sort((a, b) =>
    a.conversation.id < b.conversation.id ? -1 : 1,
  );
  for (const member of memberships) {
    const { state, role, conversation } = member;
    if (state === 'joined' || state === 'invited') endMembership(db, member, 'left');
    if (state === 'joined' && role === 'owner') {
      const owner = appointOwner([...conversation.members.values()]);
      if (owner) owner.changed = db.xid();
    }
    const { pinnedAt, mutedUntil, archivedAt, hiddenSeq } = member;
    if ([pinnedAt, mutedUntil, archivedAt, hiddenSeq].some((setting) => setting !== null))
      Object.assign(member, {
        pinnedAt: null,
        mutedUntil: null,
        archivedAt: null,
        hiddenSeq: null,
        changed: db.xid(),
      });
    member.reads.length = 0;
  }
  for (const what of [rows.drafts, rows.follows, rows.hidden, rows.applied]) what.clear();
  emitProfile(db, profile);
}
