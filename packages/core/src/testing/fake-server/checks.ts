import type { MemberRole } from '../../model/records';
import { isBlank } from '../../lib/blank';
import { charLength, fail, isObject, uuidOf } from './arguments';
import type { MentionRow } from './rows';
import type { Conversation, Db, FakeConversationKind, Member, Message } from './state';

// Who may do what. `doing` completes "unable to …".

const ROLES: readonly MemberRole[] = ['member', 'admin', 'owner'];

export const hasRole = (role: MemberRole, needed: MemberRole): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);

export function requireMember(db: Db, conversationId: string | null, me: string, doing: string): Member {
  if (conversationId === null) return fail('invalid', `unable to ${doing}; conversation_id is missing`);
  const room = db.conversations.get(conversationId);
  if (!room) return fail('not_found', `unable to ${doing}; no such conversation`);
  const member = room.members.get(me);
  if (member?.state === 'joined') return member;
  return fail('not_member', `unable to ${doing}; you are not a member of the conversation`);
}

/** A message the caller may see. */
export function requireMessage(db: Db, messageId: string | null, me: string, doing: string): Message {
  if (messageId === null) return fail('invalid', `unable to ${doing}; the id of the message is missing`);
  const message = db.messages.get(messageId);
  if (!message) return fail('not_found', `unable to ${doing}; no such message`);
  const member = requireMember(db, message.conversation.id, me, doing);
  if (message.seq < member.visibleFromSeq) fail('not_found', `unable to ${doing}; no such message`);
  return message;
}

/** Where only admins may change something, or where nobody is left to write to but oneself. */
export function requireUnlocked({ conversation, role }: Member, doing: string, isDeletion = false): void {
  if (conversation.isLocked && role === 'member')
    fail('locked', `unable to ${doing}; the conversation is locked`);
  if (conversation.pair !== null && conversation.memberCount < 2 && !isDeletion)
    fail('user_deleted', `unable to ${doing}; the other user has been deleted`);
}

/** A message the caller may change something about. */
export function requireOpenMessage(db: Db, messageId: string | null, me: string, doing: string): Message {
  const message = requireMessage(db, messageId, me, doing);
  requireUnlocked(requireMember(db, message.conversation.id, me, doing), doing);
  if (message.deletedAt !== null) fail('message_deleted', `unable to ${doing}; the message has been deleted`);
  return message;
}

export function kindOf(db: Db, { kind }: Conversation): FakeConversationKind {
  const rules = db.conversationKinds.get(kind);
  return rules ?? fail('internal', `unable to go on; the kind ${kind} is gone`);
}

/** The caller in a conversation that is not direct, with the right it needs. */
export function requireGroup(
  db: Db,
  conversationId: string | null,
  me: string,
  right: 'add_members' | 'update' | MemberRole | null,
  doing: string,
): Member {
  const member = requireMember(db, conversationId, me, doing);
  const kind = kindOf(db, member.conversation);
  if (kind.isDirect) fail('forbidden', `unable to ${doing}; a direct conversation stays as it is`);
  if (right === null) return member;
  const role = right === 'add_members' ? kind.addMembersRole : right === 'update' ? kind.updateRole : right;
  if (!hasRole(member.role, role)) fail('forbidden', `unable to ${doing}; your role does not allow it`);
  requireUnlocked(member, doing);
  return member;
}

/** Somebody who is a member. */
export function requireJoined(room: Conversation, userId: string | null, doing: string): Member {
  if (userId === null) return fail('invalid', `unable to ${doing}; user_id is missing`);
  const member = room.members.get(userId);
  if (member?.state === 'joined') return member;
  return fail('not_found', `unable to ${doing}; no such member`);
}

export function requireContent(db: Db, content: string | null, isNeeded: boolean, doing: string): void {
  if (isNeeded && isBlank(content)) fail('content_empty', `unable to ${doing}; it has no content`);
  const max = db.settings.max_content_length;
  if (content !== null && content.length > max && charLength(content) > max)
    fail('content_too_long', `unable to ${doing}; the content exceeds ${max} characters`);
}

/** Those who are joined members, by id: who left before a message was delivered is not mentioned in it. */
export function membersAmong(room: Conversation, userIds: readonly string[] | null): readonly string[] {
  if (userIds === null || userIds.length === 0) return [];
  if (userIds.length > 100)
    fail('invalid', 'unable to mention; at most 100 users can be mentioned, or everyone');
  return [...new Set(userIds)].filter((id) => room.members.get(id)?.state === 'joined').sort();
}

/** Those of the first 1,000 places that lie in the content, do not overlap, and are of who is mentioned, in their order. */
export function mentionPlaces(
  places: unknown,
  content: string | null,
  userIds: readonly string[],
  mentionsEveryone: boolean,
): readonly MentionRow[] | null {
  if (places === null || places === undefined) return null;
  const refuse = () =>
    fail('invalid', 'unable to mention; mentions must be a list of user_id, start and length');
  if (!Array.isArray(places)) return refuse();
  const rows = places.map((place: unknown): MentionRow => {
    const { user_id, start, length } = isObject(place) ? place : {};
    const isUser = user_id === null || typeof user_id === 'string';
    return isUser && typeof start === 'number' && typeof length === 'number'
      ? { user_id: uuidOf(user_id) ?? user_id, start, length }
      : refuse();
  });
  const kept: MentionRow[] = [];
  let end = 0;
  for (const row of rows.slice(0, 1_000).sort((a, b) => a.start - b.start)) {
    const { user_id, start, length } = row;
    const isWhole = Number.isInteger(start) && Number.isInteger(length);
    const isInside = start >= end && length >= 1 && start + length <= (content ?? '').length;
    const isMentioned = user_id === null ? mentionsEveryone : userIds.includes(user_id);
    if (!isWhole || !isInside || !isMentioned) continue;
    kept.push(row);
    end = start + length;
  }
  return kept.length > 0 ? kept : null;
}

export const isOlderThan = (db: Db, micros: number, seconds: number | null): boolean =>
  seconds !== null && micros < db.now() - seconds * 1_000_000;
