import { appendSystemMessage } from './append';
import { fail } from './arguments';
import { hasRole, kindOf, requireGroup } from './checks';
import { createMember, isUser, putMember } from './conversations';
import { emitConversation, emitHint, renewFeedKey } from './events';
import type { ConversationRow } from './rows';
import type { Conversation, Db, Member } from './state';
import { conversationFor, isLarge } from './wire';

// Rules D5 and D9: joining, inviting and going.

function requireUsers(userIds: readonly string[] | null, doing: string): string[] {
  if (userIds === null) return fail('invalid', `unable to ${doing}; user_ids is missing or holds a null`);
  if (userIds.length > 200) fail('invalid', `unable to ${doing}; at most 200 users are allowed at once`);
  return [...new Set(userIds)].sort();
}

/** Refuses users who do not exist or for whom there is no room beside those joined and invited. */
function requireRoom(db: Db, room: Conversation, userIds: readonly string[], doing: string): void {
  if (!userIds.every((id) => isUser(db, id))) fail('not_found', `unable to ${doing}; a user does not exist`);
  const max = Math.min(kindOf(db, room).maxMembers ?? Infinity, db.settings.max_group_members);
  let taken = 0;
  for (const { state, userId } of room.members.values())
    if ((state === 'joined' || state === 'invited') && !userIds.includes(userId)) taken++;
  if (taken + userIds.length > max)
    fail('too_many_members', `unable to ${doing}; at most ${max} members are allowed`);
}

/** How far back somebody whom `by` lets in may look; null = not at all. Nobody shows more than they see. */
function shownFrom(db: Db, by: Member, showsHistory: boolean | null): number | null {
  return (showsHistory ?? kindOf(db, by.conversation).showsHistory) ? by.visibleFromSeq : null;
}

const cleared = { pinnedAt: null, mutedUntil: null, archivedAt: null, hiddenSeq: null, leftAt: null };

/** Makes users, none of them joined, members who may look back to a seq (null = to nothing) and have read everything. */
function joinMembers(db: Db, room: Conversation, userIds: readonly string[], from: number | null): void {
  const { lastSeq, counted } = room;
  const visibleFromSeq = from ?? lastSeq + 1;
  // Before the change, by the way they listen now: a join can move a conversation from inboxes to its feed.
  emitHint(db, room);
  for (const userId of userIds) {
    const known = room.members.get(userId);
    const member = known ?? createMember(room, userId);
    Object.assign(member, {
      ...cleared,
      role: 'member',
      state: 'joined',
      joinedAt: db.now(),
      joinedXid: db.xid(),
      invitedBy: known?.state === 'invited' ? known.invitedBy : null,
      visibleFromSeq,
      lastReadSeq: lastSeq,
      lastDeliveredSeq: lastSeq,
      unreadAfterSeq: lastSeq,
      joinedSeq: lastSeq,
      unreadAfterCounted: counted,
      changed: db.xid(),
    } satisfies Partial<Member>);
    putMember(db, member);
    // Who comes back begins with nothing unread, in the threads of before too.
    for (const follow of db.user(userId).follows.values()) {
      if (follow.root.conversation !== room) continue;
      follow.lastReadSeq = lastSeq;
      follow.changed = db.xid();
    }
  }
  room.memberCount += userIds.length;
  room.lastStartSeq = Math.max(room.lastStartSeq, visibleFromSeq);
  room.changed = db.xid();
  // Realtime replays what a feed has carried: who may not look back learns only of a new one.
  if (visibleFromSeq > 1) renewFeedKey(db, room);
  emitConversation(db, room, userIds);
}

export function addMembers(
  db: Db,
  me: string,
  conversationId: string | null,
  userIds: readonly string[] | null,
  showsHistory: boolean | null,
): ConversationRow | null {
  const doing = 'add members';
  const asked = requireUsers(userIds, doing);
  const by = requireGroup(db, conversationId, me, 'add_members', doing);
  const { conversation: room } = by;
  const users = asked.filter((id) => room.members.get(id)?.state !== 'joined');
  if (users.length > 0) {
    requireRoom(db, room, users, doing);
    joinMembers(db, room, users, shownFrom(db, by, showsHistory));
    appendSystemMessage(db, room, me, { event: 'members_added', user_ids: users });
  }
  return conversationFor(db, me, room);
}

export function inviteMembers(
  db: Db,
  me: string,
  conversationId: string | null,
  userIds: readonly string[] | null,
  showsHistory: boolean | null,
): ConversationRow | null {
  const doing = 'invite members';
  const asked = requireUsers(userIds, doing);
  const by = requireGroup(db, conversationId, me, 'add_members', doing);
  const { conversation: room } = by;
  const users = asked.filter((id) => {
    const state = room.members.get(id)?.state;
    return state !== 'joined' && state !== 'invited';
  });
  if (users.length > 0) {
    requireRoom(db, room, users, doing);
    emitHint(db, room);
    for (const userId of users) {
      const member = room.members.get(userId) ?? createMember(room, userId);
      Object.assign(member, {
        ...cleared,
        role: 'member',
        state: 'invited',
        invitedBy: me,
        joinedAt: null,
        joinedSeq: room.lastSeq,
        // Beyond joinedSeq and never 1: nothing from before they join.
        visibleFromSeq: shownFrom(db, by, showsHistory) ?? Math.max(2, room.lastSeq + 1),
        changed: db.xid(),
      } satisfies Partial<Member>);
      putMember(db, member);
    }
    emitConversation(db, room, users);
  }
  return conversationFor(db, me, room);
}

/** The membership of whoever is invited, or joined meanwhile. */
function requireInvite(db: Db, me: string, conversationId: string | null, doing: string): Member {
  if (conversationId === null) return fail('invalid', `unable to ${doing}; conversation_id is missing`);
  const room = db.conversations.get(conversationId);
  if (!room) return fail('not_found', `unable to ${doing}; no such conversation`);
  const member = room.members.get(me);
  if (member?.state === 'invited' || member?.state === 'joined') return member;
  return fail('not_invited', `unable to ${doing}; there is none`);
}

export function acceptInvite(db: Db, me: string, conversationId: string | null): ConversationRow | null {
  const member = requireInvite(db, me, conversationId, 'accept the invitation');
  const { conversation: room, visibleFromSeq, joinedSeq } = member;
  if (member.state === 'invited') {
    joinMembers(db, room, [me], visibleFromSeq <= Math.max(1, joinedSeq) ? visibleFromSeq : null);
    appendSystemMessage(db, room, me, { event: 'member_joined', user_ids: [me] });
  }
  return conversationFor(db, me, room);
}

export function declineInvite(db: Db, me: string, conversationId: string | null): null {
  const doing = 'decline the invitation';
  const member = requireInvite(db, me, conversationId, doing);
  if (member.state === 'joined') fail('not_invited', `unable to ${doing}; you are a member already`);
  endMembership(db, member, 'left');
  return null;
}

/** Ends a membership or an invitation: the user gets a hint and nothing after it, the feed a new key. */
export function endMembership(db: Db, member: Member, state: 'left' | 'removed'): void {
  const { conversation: room, userId } = member;
  const wasInvited = member.state === 'invited';
  // Of a large one the others are told through the old feed when its key is renewed.
  if (!wasInvited && isLarge(db, room)) emitConversation(db, room, [userId]);
  else {
    emitHint(db, room);
    if (wasInvited) emitConversation(db, room, [userId]);
  }
  end(db, member, state);
  if (wasInvited) return;
  room.memberCount--;
  renewFeedKey(db, room);
  if (room.memberCount > 0) return;
  // Whoever accepted now would be alone in it, without an owner.
  const invited = [...room.members.values()].filter((other) => other.state === 'invited');
  for (const other of invited) end(db, other, 'removed');
  emitConversation(
    db,
    room,
    invited.map((other) => other.userId),
  );
}

function end(db: Db, member: Member, state: 'left' | 'removed'): void {
  member.state = state;
  member.role = 'member';
  member.leftAt = db.now();
  member.changed = db.xid();
}

const hasOtherOwner = (room: Conversation, userId: string): boolean =>
  [...room.members.values()].some(
    (other) => other.userId !== userId && other.state === 'joined' && hasRole(other.role, 'owner'),
  );

export function requireOtherOwner(room: Conversation, userId: string, doing: string): void {
  if (!hasOtherOwner(room, userId))
    fail('last_owner', `unable to ${doing}; make somebody else the owner first`);
}

export function removeMember(
  db: Db,
  me: string,
  conversationId: string | null,
  userId: string | null,
): ConversationRow | null {
  const doing = 'remove the member';
  if (userId === null) return fail('invalid', `unable to ${doing}; user_id is missing`);
  const by = requireGroup(db, conversationId, me, 'admin', doing);
  const { conversation: room } = by;
  if (userId === me) fail('invalid', `unable to ${doing}; use leave_conversation for yourself`);
  const target = room.members.get(userId);
  if (!target) return fail('not_found', `unable to ${doing}; no such member`);
  const { state } = target;
  if (state === 'joined' || state === 'invited') {
    if (by.role !== 'owner' && target.role !== 'member')
      fail('forbidden', `unable to ${doing}; only owners remove admins and owners`);
    endMembership(db, target, 'removed');
    if (state === 'joined')
      appendSystemMessage(db, room, me, { event: 'member_removed', user_ids: [userId] });
  }
  return conversationFor(db, me, room);
}

export function leaveConversation(db: Db, me: string, conversationId: string | null): null {
  const doing = 'leave the conversation';
  const state = db.user(me).memberships.get(conversationId ?? '')?.state;
  if (state === 'left' || state === 'removed') return null;
  const member = requireGroup(db, conversationId, me, null, doing);
  const { conversation: room } = member;
  if (member.role === 'owner' && room.memberCount > 1) requireOtherOwner(room, me, doing);
  endMembership(db, member, 'left');
  appendSystemMessage(db, room, me, { event: 'member_left', user_ids: [me] });
  return null;
}
