import { fail, requireData, requireText } from './arguments';
import { requireMember } from './checks';
import { emitConversation } from './events';
import type { ConversationRow } from './rows';
import type { Conversation, Db, Member } from './state';
import { conversationFor } from './wire';

export const createMember = (conversation: Conversation, userId: string): Member => ({
  conversation,
  userId,
  role: 'member',
  state: 'joined',
  lastReadSeq: 0,
  lastDeliveredSeq: 0,
  lastSentSeq: 0,
  lastHiddenSeq: 0,
  unreadAfterSeq: 0,
  unreadAfterCounted: 0,
  visibleFromSeq: 1,
  joinedSeq: 0,
  hiddenSeq: null,
  pinnedAt: null,
  mutedUntil: null,
  archivedAt: null,
  invitedBy: null,
  joinedAt: null,
  leftAt: null,
  joinedXid: null,
  changed: 0,
  reads: [],
});

export function putMember(db: Db, member: Member): void {
  member.conversation.members.set(member.userId, member);
  db.user(member.userId).memberships.set(member.conversation.id, member);
}

type Given = Pick<Conversation, 'id' | 'kind' | 'createdBy'> &
  Partial<
    Pick<
      Conversation,
      | 'title'
      | 'description'
      | 'avatarUrl'
      | 'data'
      | 'contextType'
      | 'contextId'
      | 'pair'
      | 'slowModeSeconds'
    >
  >;

/** Makes a conversation with its members, who hear of it. */
export function putConversation(
  db: Db,
  given: Given,
  userIds: readonly string[],
  ownerId: string | null,
): Conversation {
  const now = db.now();
  const room: Conversation = {
    title: null,
    description: null,
    avatarUrl: null,
    data: {},
    contextType: null,
    contextId: null,
    pair: null,
    slowModeSeconds: 0,
    ...given,
    isLocked: false,
    createdAt: now,
    lastActivityAt: now,
    lastMessageAt: now,
    lastSeq: 0,
    lastTimelineSeq: 0,
    lastThreadSeq: 0,
    lastMentionSeq: 0,
    lastDeletedSeq: 0,
    lastStartSeq: 1,
    version: 0,
    counted: 0,
    memberCount: userIds.length,
    feedKey: db.mint().replaceAll('-', ''),
    isFeedForced: false,
    changed: db.xid(),
    members: new Map(),
    messages: [],
  };
  db.conversations.set(room.id, room);
  if (room.pair !== null) db.directs.set(room.pair, room);
  for (const userId of userIds) {
    const values = { joinedAt: now, joinedXid: db.xid(), changed: db.xid() };
    const role = userId === ownerId ? 'owner' : 'member';
    putMember(db, { ...createMember(room, userId), ...values, role });
  }
  emitConversation(db, room, userIds);
  return room;
}

export const isUser = (db: Db, id: string): boolean => db.profiles.get(id)?.deletedAt === null;

export interface CreateArguments {
  readonly id: string | null;
  readonly kind: string | null;
  readonly memberIds: readonly string[];
  readonly title: string | null;
  readonly data: unknown;
  readonly contextType: string | null;
  readonly contextId: string | null;
  readonly description: string | null;
  readonly avatarUrl: string | null;
}

export function createConversation(db: Db, me: string, args: CreateArguments): ConversationRow | null {
  const doing = 'create the conversation';
  const { id } = args;
  const contextType = requireText(args.contextType, 'context_type', 200, doing);
  const contextId = requireText(args.contextId, 'context_id', 200, doing);
  if (id === null) return fail('invalid', `unable to ${doing}; id is missing`);
  const kind = args.kind === null ? undefined : db.conversationKinds.get(args.kind);
  if (!kind || args.kind === null)
    return fail('unknown_kind', `unable to ${doing}; no such kind of conversation`);
  if (kind.isDirect) fail('invalid', `unable to ${doing}; use get_or_create_direct for this kind`);
  if ((contextType === null) !== (contextId === null))
    fail('invalid', `unable to ${doing}; context_type and context_id belong together`);
  if (kind.needsContext && contextType === null)
    fail('invalid', `unable to ${doing}; this kind needs context_type and context_id`);
  const userIds = [...new Set([...args.memberIds, me])];
  const max = Math.min(kind.maxMembers ?? Infinity, db.settings.max_group_members);
  if (userIds.length > max)
    fail('too_many_members', `unable to ${doing}; at most ${max} members are allowed`);
  if (!userIds.every((userId) => isUser(db, userId)))
    fail('not_found', `unable to ${doing}; a member does not exist`);
  const texts = {
    title: requireText(args.title, 'title', 200, doing),
    description: requireText(args.description, 'description', 2000, doing),
    avatarUrl: requireText(args.avatarUrl, 'avatar_url', 2000, doing),
    data: requireData(args.data, db.settings.max_data_bytes, doing),
  };
  const known = db.conversations.get(id);
  if (known && (known.createdBy !== me || known.pair !== null))
    fail('id_taken', `unable to ${doing}; its id belongs to another conversation`);
  if (known) requireMember(db, id, me, doing);
  else {
    const { slowModeSeconds } = kind;
    const given = { id, kind: args.kind, createdBy: me, contextType, contextId, slowModeSeconds, ...texts };
    putConversation(db, given, userIds, me);
  }
  return conversationFor(db, me, db.conversations.get(id));
}

export function getOrCreateDirect(db: Db, me: string, userId: string | null): ConversationRow | null {
  const doing = 'open the direct conversation';
  if (userId === null) return fail('invalid', `unable to ${doing}; user_id is missing`);
  if (userId === me) fail('invalid', `unable to ${doing}; it needs somebody else`);
  const both = [me, userId].sort();
  const pair = both.join('_');
  if (!db.directs.has(pair)) {
    if (!both.every((id) => isUser(db, id))) fail('not_found', `unable to ${doing}; no such user`);
    putConversation(db, { id: db.mint(), kind: 'direct', createdBy: me, pair }, both, null);
  }
  const room = db.directs.get(pair);
  requireMember(db, room?.id ?? null, me, doing);
  return conversationFor(db, me, room);
}
