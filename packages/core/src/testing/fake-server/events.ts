import type { MessageRow, OwnStateRow, ThreadRow } from './rows';
import type { Conversation, Db, Hidden, Member, Message, Payload, Profile } from './state';
import { printTime } from './time';
import { unreadThreadsOf } from './unread';
import {
  feedOf,
  isLarge,
  isQuotedForAll,
  memberWire,
  messageFor,
  ownState,
  profileWire,
  reachedVersion,
  sharedMessage,
  threadFor,
  unquotedFor,
} from './wire';

// Rule D10: what is told to whom when something changes.

const inboxOf = (userId: string) => `inbox:${userId}`;

const withoutRow = ({
  message: _message,
  profile: _profile,
  mentioned: _mentioned,
  ...rest
}: Payload): Payload => rest;

interface Own {
  readonly userId: string;
  readonly payload?: Payload;
}

interface Unquoted {
  /** Members who see the message, but not what it quotes. */
  readonly userIds: ReadonlySet<string>;
  readonly payload: Payload;
}

/** @param own whose inbox gets its own payload in any case; `seq`: members who may not look back to it get no row */
function emitToMembers(
  db: Db,
  room: Conversation,
  payload: Payload,
  own?: Own,
  seq?: number,
  unquoted?: Unquoted,
): void {
  const joined = [...room.members.values()].filter(
    ({ state, userId }) => state === 'joined' && userId !== own?.userId,
  );
  const isUnquoted = ({ userId }: Member) => unquoted?.userIds.has(userId) === true;
  const others = joined.filter((member) => !isUnquoted(member));
  const canSee = (member: Member) => seq === undefined || member.visibleFromSeq <= seq;
  if (isLarge(db, room))
    db.emit([feedOf(room)], seq !== undefined && seq < room.lastStartSeq ? withoutRow(payload) : payload);
  else {
    db.emit(
      others.filter(canSee).map(({ userId }) => inboxOf(userId)),
      payload,
    );
    const less = others.filter((member) => !canSee(member));
    db.emit(
      less.map(({ userId }) => inboxOf(userId)),
      withoutRow(payload),
    );
    if (unquoted)
      db.emit(
        joined.filter(isUnquoted).map(({ userId }) => inboxOf(userId)),
        unquoted.payload,
      );
  }
  if (own) db.emit([inboxOf(own.userId)], own.payload ?? payload);
}

/** Whom a message mentions. */
export type Mentioned = Pick<Message, 'mentionedUserIds' | 'mentionsEveryone'>;

const mentionedWire = ({ mentionedUserIds, mentionsEveryone }: Mentioned) => ({
  user_ids: mentionedUserIds,
  everyone: mentionsEveryone,
});

/**
 * Tells of a message sent or changed. The actor's own inbox says which reactions are the actor's.
 *
 * @param before whom it mentioned before an edit or deletion, which is told where it changes
 */
export function emitMessage(db: Db, message: Message, actorId?: string, before?: Mentioned): MessageRow {
  const { conversation: room } = message;
  const sender = message.senderId === null ? undefined : db.profiles.get(message.senderId);
  const isMentionChanged =
    before && JSON.stringify(mentionedWire(before)) !== JSON.stringify(mentionedWire(message));
  // A feed is one for all: who is not told what it quotes knows it, or asks.
  const isForAll = isQuotedForAll(db, message);
  const payload = {
    type: 'message',
    conversation_id: room.id,
    version: message.version,
    message: sharedMessage(db, message, isForAll || !isLarge(db, room)),
    profile: sender ? profileWire(sender) : null,
    conversation: {
      last_seq: room.lastSeq,
      last_timeline_seq: room.lastTimelineSeq,
      version: room.version,
      last_activity_at: printTime(room.lastActivityAt),
    },
    ...(isMentionChanged ? { mentioned: mentionedWire(before) } : {}),
  };
  const unquoted =
    isForAll || isLarge(db, room)
      ? undefined
      : {
          userIds: unquotedFor(db, message),
          payload: { ...payload, message: { ...payload.message, reply_to: null } },
        };
  const own = actorId === undefined ? null : messageFor(db, actorId, message);
  if (actorId === undefined || own === null) {
    emitToMembers(db, room, payload, undefined, message.seq, unquoted);
    return payload.message;
  }
  const ownPayload = { ...payload, message: own };
  emitToMembers(db, room, payload, { userId: actorId, payload: ownPayload }, message.seq, unquoted);
  return own;
}

/** Tells of a member that changed: its own devices of everything, the others of a cursor only where they may know. */
export function emitMember(db: Db, member: Member, isReceipt: boolean): OwnStateRow {
  const { conversation: room, userId } = member;
  const kind = db.conversationKinds.get(room.kind);
  const profile = db.profiles.get(userId);
  const payload = {
    type: 'member',
    conversation_id: room.id,
    version: reachedVersion(member),
    member: memberWire(db, member),
    profile: profile ? profileWire(profile) : null,
  };
  const state = ownState(db, member);
  const own = { userId, payload: { ...payload, ...state } };
  if (!isReceipt || (kind?.hasReceipts && room.memberCount <= db.settings.receipts_max_members))
    emitToMembers(db, room, payload, own);
  else db.emit([inboxOf(userId)], own.payload);
  return state;
}

/** Tells a member's own devices of what concerns nobody else. */
export function emitOwnMember(db: Db, member: Member): OwnStateRow {
  const state = ownState(db, member);
  const payload = { ...state, type: 'member', conversation_id: member.conversation.id };
  db.emit([inboxOf(member.userId)], payload);
  return state;
}

const hint = ({ id }: Conversation): Payload => ({ type: 'conversation', conversation_id: id });

/** A hint to users to pull a conversation. */
export function emitConversation(db: Db, room: Conversation, userIds: readonly string[]): void {
  db.emit(userIds.map(inboxOf), hint(room));
}

/** A hint to all members to pull. */
export function emitHint(db: Db, room: Conversation): void {
  emitToMembers(db, room, hint(room));
}

/** To be called when a member goes, whose open feed then is silent, and when one joins who may not look back. */
export function renewFeedKey(db: Db, room: Conversation): void {
  const oldFeed = feedOf(room);
  room.feedKey = db.mint().replaceAll('-', '');
  room.changed = db.xid();
  db.emit([oldFeed], hint(room));
}

export function emitHidden(db: Db, userId: string, { message, isHidden, changed }: Hidden): void {
  const { id, conversation } = message;
  const mark = { conversation_id: conversation.id, message_id: id, is_hidden: isHidden, changed };
  db.emit([inboxOf(userId)], { type: 'hidden', ...mark });
}

export function emitThread(db: Db, userId: string, rootId: string): ThreadRow | null {
  const thread = threadFor(db, userId, rootId);
  const room = thread ? db.conversations.get(thread.conversation_id) : undefined;
  const member = room?.members.get(userId);
  // Who has left stands to it no more.
  if (thread && room && member)
    db.emit([inboxOf(userId)], {
      type: 'thread',
      conversation_id: room.id,
      version: room.version,
      thread,
      unread_threads: unreadThreadsOf(db, member),
    });
  return thread;
}

export function emitDraft(db: Db, userId: string, draft: { readonly conversation_id: string }): void {
  db.emit([inboxOf(userId)], { type: 'draft', conversation_id: draft.conversation_id, draft });
}

const MAX_SHARED = 50;
const MAX_INBOXES = 200;

/** Tells those who share a conversation with somebody of a new name or picture, the liveliest conversations first. */
export function emitProfile(db: Db, profile: Profile): void {
  const shared = [...db.user(profile.id).memberships.values()]
    .map(({ conversation }) => conversation)
    .sort((a, b) => b.lastActivityAt - a.lastActivityAt)
    .slice(0, MAX_SHARED);
  const inboxes = shared
    .filter((room) => !isLarge(db, room))
    .flatMap((room) => [...room.members.values()].filter(({ state }) => state === 'joined'))
    .map(({ userId }) => inboxOf(userId));
  const topics = [
    inboxOf(profile.id),
    ...[...new Set(inboxes)].slice(0, MAX_INBOXES),
    ...shared.filter((room) => isLarge(db, room)).map(feedOf),
  ];
  db.emit([...new Set(topics)], { type: 'profile', profile: profileWire(profile) });
}
