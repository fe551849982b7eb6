import type { MemberRole } from '../../model/records';
import { appendSystemMessage } from './append';
import { fail, readArguments, requireData, requireKeys, requireText } from './arguments';
import { requireGroup, requireJoined, requireMember } from './checks';
import { emitHint, emitMember, emitOwnMember } from './events';
import { requireOtherOwner } from './membership';
import type { ConversationRow } from './rows';
import type { Conversation, Db, Member } from './state';
import { conversationFor, isHiddenConversation } from './wire';

// Rule D9: who is what in a conversation, what it is called and how it may be used.

const roles: readonly unknown[] = ['member', 'admin', 'owner'] satisfies MemberRole[];
export const isRole = (role: unknown): role is MemberRole => roles.includes(role);

function changeRole(db: Db, member: Member, role: MemberRole): void {
  if (member.role === role) return;
  member.role = role;
  member.changed = db.xid();
  emitMember(db, member, false);
}

export function setRole(
  db: Db,
  me: string,
  conversationId: string | null,
  userId: string | null,
  role: string | null,
): ConversationRow | null {
  const doing = 'change the role';
  if (!isRole(role)) return fail('invalid', `unable to ${doing}; it must be member, admin or owner`);
  const { conversation: room } = requireGroup(db, conversationId, me, 'owner', doing);
  const target = requireJoined(room, userId, doing);
  if (userId === me && role !== 'owner') requireOtherOwner(room, me, doing);
  changeRole(db, target, role);
  return conversationFor(db, me, room);
}

export function transferOwnership(
  db: Db,
  me: string,
  conversationId: string | null,
  userId: string | null,
): ConversationRow | null {
  const doing = 'transfer the ownership';
  const own = requireGroup(db, conversationId, me, 'owner', doing);
  const target = requireJoined(own.conversation, userId, doing);
  if (target === own) fail('invalid', `unable to ${doing}; it needs somebody else`);
  changeRole(db, target, 'owner');
  changeRole(db, own, 'admin');
  return conversationFor(db, me, own.conversation);
}

/** Reads flags: what changes do not name stays, and none may be made null. */
function flagsOf(changes: Readonly<Record<string, unknown>>, doing: string) {
  const read = readArguments(changes, doing);
  return (name: string, now: boolean): boolean => {
    const flag = read('boolean', name);
    if (flag === null && name in changes)
      fail('invalid', `unable to ${doing}; ${name} must be true or false`);
    return flag ?? now;
  };
}

export function setMembership(
  db: Db,
  me: string,
  conversationId: string | null,
  given: unknown,
): ConversationRow | null {
  const doing = 'change the membership';
  if (given === null || given === undefined) return fail('invalid', `unable to ${doing}; changes is missing`);
  const changes = requireKeys(given, ['is_pinned', 'is_archived', 'is_hidden', 'muted_until'], doing);
  const member = requireMember(db, conversationId, me, doing);
  const flag = flagsOf(changes, doing);
  const now = db.now();
  const { lastTimelineSeq } = member.conversation;
  const values: Pick<Member, 'pinnedAt' | 'archivedAt' | 'hiddenSeq' | 'mutedUntil'> = {
    pinnedAt: flag('is_pinned', member.pinnedAt !== null) ? (member.pinnedAt ?? now) : null,
    archivedAt: flag('is_archived', member.archivedAt !== null) ? (member.archivedAt ?? now) : null,
    hiddenSeq: flag('is_hidden', isHiddenConversation(member))
      ? Math.max(member.hiddenSeq ?? 0, lastTimelineSeq)
      : null,
    mutedUntil: 'muted_until' in changes ? mutedUntil(changes, now, doing) : member.mutedUntil,
  };
  const isChanged =
    values.pinnedAt !== member.pinnedAt ||
    values.archivedAt !== member.archivedAt ||
    values.hiddenSeq !== member.hiddenSeq ||
    values.mutedUntil !== member.mutedUntil;
  if (isChanged) {
    Object.assign(member, values, { changed: db.xid() });
    emitOwnMember(db, member);
  }
  return conversationFor(db, me, member.conversation);
}

function mutedUntil(changes: Readonly<Record<string, unknown>>, now: number, doing: string): number | null {
  const until = readArguments(changes, doing)('time', 'muted_until');
  return until !== null && until > now ? until : null;
}

const UPDATES = ['title', 'description', 'avatar_url', 'data', 'is_locked', 'slow_mode_seconds'];

type Updated = Pick<
  Conversation,
  'title' | 'description' | 'avatarUrl' | 'data' | 'isLocked' | 'slowModeSeconds'
>;

function updated(
  db: Db,
  room: Conversation,
  changes: Readonly<Record<string, unknown>>,
  doing: string,
): Updated {
  const read = readArguments(changes, doing);
  const text = (name: string, now: string | null, max: number) =>
    name in changes ? requireText(read('text', name), name, max, doing) : now;
  const slow = 'slow_mode_seconds' in changes ? read('integer', 'slow_mode_seconds') : room.slowModeSeconds;
  const values = {
    title: text('title', room.title, 200),
    description: text('description', room.description, 2000),
    avatarUrl: text('avatar_url', room.avatarUrl, 2000),
    data: 'data' in changes ? requireData(changes['data'], db.settings.max_data_bytes, doing) : room.data,
    isLocked: flagsOf(changes, doing)('is_locked', room.isLocked),
  };
  if (slow === null || slow < 0 || slow > 86_400)
    return fail('invalid', `unable to ${doing}; slow_mode_seconds must be 0 to 86400`);
  return { ...values, slowModeSeconds: slow };
}

export function updateConversation(
  db: Db,
  me: string,
  conversationId: string | null,
  given: unknown,
): ConversationRow | null {
  const doing = 'change the conversation';
  if (given === null || given === undefined) return fail('invalid', `unable to ${doing}; changes is missing`);
  const changes = requireKeys(given, UPDATES, doing);
  const { conversation: room } = requireGroup(db, conversationId, me, 'update', doing);
  const values = updated(db, room, changes, doing);
  const old: Updated = { ...pickUpdated(room) };
  if (!isSame(values, old)) {
    Object.assign(room, values, { changed: db.xid() });
    emitHint(db, room);
    if (values.title !== old.title)
      appendSystemMessage(db, room, me, { event: 'title_changed', title: values.title });
  }
  return conversationFor(db, me, room);
}

const pickUpdated = ({
  title,
  description,
  avatarUrl,
  data,
  isLocked,
  slowModeSeconds,
}: Updated): Updated => ({
  title,
  description,
  avatarUrl,
  data,
  isLocked,
  slowModeSeconds,
});

/** Whether two JSON values are the same; in objects the order of keys says nothing. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key as keyof typeof a], b[key as keyof typeof b]))
  );
}
