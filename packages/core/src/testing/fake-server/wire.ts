import type {
  ConversationRow,
  DraftRow,
  MemberRow,
  MessageRow,
  OwnMemberRow,
  OwnStateRow,
  ProfileRow,
  ReactionRow,
  ReplyRow,
  ThreadRow,
} from './rows';
import type { Conversation, Db, Draft, Follow, Member, Message, Profile } from './state';
import { printTime, printTimeOrNull } from './time';
import {
  isHiddenBy,
  isHiddenFor,
  isUnreadThread,
  unreadMentionsOf,
  unreadOf,
  unreadThreadsOf,
} from './unread';

// The JSON of each row on the wire, defined once.

const firstCharacters = (text: string, count: number): string =>
  text.length <= count ? text : [...text].slice(0, count).join('');

/** Whether a member may see what a message quotes: it may look back so far, and has not deleted it for itself. */
const seesQuoted = (db: Db, viewer: Member, quoted: Message): boolean =>
  quoted.seq >= viewer.visibleFromSeq && !isHiddenFor(db, viewer, quoted);

/** Those who see a message, but not what it quotes. */
export function unquotedFor(db: Db, { conversation, seq, replyToId }: Message): ReadonlySet<string> {
  const quoted = replyToId === null ? undefined : db.messages.get(replyToId);
  const members = quoted ? [...conversation.members.values()] : [];
  return new Set(
    members.flatMap((member) => {
      const isShown = member.state === 'joined' && member.visibleFromSeq <= seq;
      return quoted && isShown && !seesQuoted(db, member, quoted) ? [member.userId] : [];
    }),
  );
}

/** @param viewer null where several people are told, all of whom may see it */
function replyWire(db: Db, id: string | null, viewer: Member | null): ReplyRow | null {
  const quoted = id === null ? undefined : db.messages.get(id);
  if (!quoted || (viewer && !seesQuoted(db, viewer, quoted))) return null;
  return {
    id: quoted.id,
    seq: quoted.seq,
    version: quoted.version,
    sender_id: quoted.senderId,
    kind: quoted.kind,
    content: quoted.content === null ? null : firstCharacters(quoted.content, 200),
    deleted_at: printTimeOrNull(quoted.deletedAt),
  };
}

/** In the order of the first of each emoji, with the first ten who used it. */
function reactionsWire({ reactions }: Message, viewer: string | null): ReactionRow[] {
  return [...reactions]
    .map(([emoji, users]) => {
      const inOrder = [...users].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
      const row = {
        emoji,
        count: users.size,
        user_ids: inOrder.slice(0, 10).map(([id]) => id),
        own: viewer === null ? null : users.has(viewer),
      };
      return { row, firstAt: inOrder[0]?.[1] ?? 0 };
    })
    .sort((a, b) => a.firstAt - b.firstAt)
    .map(({ row }) => row);
}

function wireOf(db: Db, message: Message, viewer: Member | null, isQuoting: boolean): MessageRow {
  const isHidden = viewer !== null && isHiddenFor(db, viewer, message);
  const { thread } = message;
  return {
    id: message.id,
    conversation_id: message.conversation.id,
    seq: message.seq,
    version: message.version,
    sender_id: message.senderId,
    kind: message.kind,
    content: isHidden ? null : message.content,
    data: isHidden ? {} : message.data,
    reply_to_id: message.replyToId,
    reply_to: isHidden || !isQuoting ? null : replyWire(db, message.replyToId, viewer),
    thread_root_id: message.threadRootId,
    thread: thread && {
      reply_count: thread.replyCount,
      last_reply_seq: thread.lastReplySeq,
      last_reply_at: printTime(thread.lastReplyAt),
      participant_ids: thread.participantIds,
    },
    forwarded_from_id: message.forwardedFromId,
    occurs_on: message.occursOn,
    counts: message.counts,
    mentioned_user_ids: isHidden ? [] : message.mentionedUserIds,
    mentions_everyone: message.mentionsEveryone,
    mentions: isHidden ? null : message.mentions,
    reactions: isHidden ? [] : reactionsWire(message, viewer?.userId ?? null),
    pinned_at: printTimeOrNull(message.pinnedAt),
    pinned_by: message.pinnedBy,
    created_at: printTime(message.createdAt),
    edited_at: printTimeOrNull(message.editedAt),
    deleted_at: printTimeOrNull(message.deletedAt),
    deleted_by: message.deletedBy,
    is_hidden: viewer === null ? null : isHidden,
  };
}

/** As events show it to several people. */
export const sharedMessage = (db: Db, message: Message, isQuoting: boolean): MessageRow =>
  wireOf(db, message, null, isQuoting);

/** Whether all members, those of later included, may see what it quotes. */
export function isQuotedForAll(db: Db, { conversation, replyToId }: Message): boolean {
  const quoted = replyToId === null ? undefined : db.messages.get(replyToId);
  if (!quoted) return true;
  if (quoted.seq < conversation.lastStartSeq) return false;
  for (const { userId } of conversation.members.values()) if (isHiddenBy(db, userId, quoted)) return false;
  return true;
}

/** As one member sees it; null to whom it is not shown. */
export function messageFor(db: Db, userId: string, message: Message | undefined): MessageRow | null {
  const viewer = message?.conversation.members.get(userId);
  if (!message || viewer?.state !== 'joined' || message.seq < viewer.visibleFromSeq) return null;
  return wireOf(db, message, viewer, true);
}

/** A message as who sent it and has left learns that it was sent, without what others made of it. */
export function sentMessageOf(db: Db, message: Message): MessageRow {
  const wire = wireOf(db, message, null, false);
  return { ...wire, is_hidden: false, reactions: [], thread: null, pinned_at: null, pinned_by: null };
}

export const profileWire = (profile: Profile): ProfileRow => ({
  id: profile.id,
  display_name: profile.displayName,
  avatar_url: profile.avatarUrl,
  last_seen_at: printTimeOrNull(profile.lastSeenAt),
  deleted_at: printTimeOrNull(profile.deletedAt),
  changed: profile.changed,
});

/** Who sent a message, and whom it names in what it quotes, mentions and tells, and in its thread. */
export function peopleOf(db: Db, message: Message, visibleFromSeq: number): (string | null)[] {
  const { senderId, mentionedUserIds, thread, kind, data } = message;
  const quoted = message.replyToId === null ? undefined : db.messages.get(message.replyToId);
  const told = kind === 'system' ? [data['user_ids'], data['actor_id']].flat() : [];
  return [
    senderId,
    quoted && quoted.seq >= visibleFromSeq ? quoted.senderId : null,
    ...mentionedUserIds,
    ...(thread?.participantIds ?? []),
    ...told.map((id) => (typeof id === 'string' ? id : null)),
  ];
}

/** Those who exist, each once. */
export function profilesOf(db: Db, ids: Iterable<string | null>): ProfileRow[] {
  const rows: ProfileRow[] = [];
  for (const id of new Set(ids)) {
    const profile = id === null ? undefined : db.profiles.get(id);
    if (profile) rows.push(profileWire(profile));
  }
  return rows;
}

/** As the others see it. Where the kind has no receipts its cursors are nobody else's business. */
export function memberWire(db: Db, member: Member): MemberRow {
  const { conversation, userId, role, state } = member;
  const hasReceipts = db.conversationKinds.get(conversation.kind)?.hasReceipts ?? true;
  return {
    conversation_id: conversation.id,
    user_id: userId,
    role,
    state,
    last_read_seq: hasReceipts ? member.lastReadSeq : 0,
    last_delivered_seq: hasReceipts ? member.lastDeliveredSeq : 0,
    joined_at: printTimeOrNull(member.joinedAt),
    left_at: printTimeOrNull(member.leftAt),
    changed: member.changed,
  };
}

export const isHiddenConversation = ({ hiddenSeq, conversation }: Member): boolean =>
  hiddenSeq !== null && conversation.lastTimelineSeq <= hiddenSeq;

/** As it sees itself. */
export function ownMemberWire(db: Db, member: Member): OwnMemberRow {
  const isMuted = member.mutedUntil !== null && member.mutedUntil > db.now();
  return {
    conversation_id: member.conversation.id,
    user_id: member.userId,
    role: member.role,
    state: member.state,
    last_read_seq: member.lastReadSeq,
    last_delivered_seq: member.lastDeliveredSeq,
    unread_after_seq: member.unreadAfterSeq,
    visible_from_seq: member.visibleFromSeq,
    last_hidden_seq: member.lastHiddenSeq,
    pinned_at: printTimeOrNull(member.pinnedAt),
    muted_until: isMuted ? printTimeOrNull(member.mutedUntil) : null,
    archived_at: printTimeOrNull(member.archivedAt),
    is_hidden: isHiddenConversation(member),
    invited_by: member.invitedBy,
    joined_at: printTimeOrNull(member.joinedAt),
    left_at: printTimeOrNull(member.leftAt),
    changed: member.changed,
  };
}

const unreadWire = (db: Db, member: Member) => ({
  unread: unreadOf(db, member),
  unread_mentions: unreadMentionsOf(db, member),
  unread_threads: unreadThreadsOf(db, member),
});

export const ownState = (db: Db, member: Member): OwnStateRow => ({
  member: ownMemberWire(db, member),
  version: reachedVersion(member),
  ...unreadWire(db, member),
});

/** The version of the conversation; nobody's business before one has joined. */
export const reachedVersion = ({ state, conversation }: Member): number =>
  state === 'joined' ? conversation.version : 0;

export const isLarge = (db: Db, { isFeedForced, memberCount }: Conversation): boolean =>
  isFeedForced || memberCount > db.settings.fanout_max_members;

export const feedOf = ({ id, feedKey }: Conversation): string => `feed:${id}:${feedKey}`;

/** As one member or somebody invited sees it; null to others. Who is invited learns nothing that is said in it. */
export function conversationFor(
  db: Db,
  userId: string,
  room: Conversation | undefined,
): ConversationRow | null {
  const member = room?.members.get(userId);
  if (!room || (member?.state !== 'joined' && member?.state !== 'invited')) return null;
  const isJoined = member.state === 'joined';
  return {
    id: room.id,
    kind: room.kind,
    title: room.title,
    description: room.description,
    avatar_url: room.avatarUrl,
    data: room.data,
    context_type: room.contextType,
    context_id: room.contextId,
    created_by: room.createdBy,
    created_at: printTime(room.createdAt),
    last_activity_at: printTime(room.lastActivityAt),
    last_seq: isJoined ? room.lastSeq : 0,
    version: isJoined ? room.version : 0,
    member_count: room.memberCount,
    is_locked: room.isLocked,
    post_role: db.conversationKinds.get(room.kind)?.postRole ?? 'member',
    has_receipts: db.conversationKinds.get(room.kind)?.hasReceipts ?? true,
    slow_mode_seconds: room.slowModeSeconds,
    feed: isJoined && isLarge(db, room) ? feedOf(room) : null,
    last_message: messageFor(db, userId, room.messages[room.lastTimelineSeq - 1]),
    ...unreadWire(db, member),
    me: ownMemberWire(db, member),
    changed: Math.max(room.changed, member.changed),
  };
}

export const threadWire = (follow: Follow): ThreadRow => ({
  root_id: follow.root.id,
  conversation_id: follow.root.conversation.id,
  last_read_seq: follow.lastReadSeq,
  is_following: follow.isFollowing,
  unread: isUnreadThread(follow),
  last_reply_seq: follow.root.thread?.lastReplySeq ?? 0,
  root_version: follow.root.version,
  changed: follow.changed,
});

/** How a user stands to a thread; null to whom it is not shown. */
export function threadFor(db: Db, userId: string, rootId: string | null): ThreadRow | null {
  const follow = rootId === null ? undefined : db.user(userId).follows.get(rootId);
  const member = follow?.root.conversation.members.get(userId);
  if (!follow || member?.state !== 'joined' || follow.root.seq < member.visibleFromSeq) return null;
  return threadWire(follow);
}

export const draftWire = (draft: Draft): DraftRow => ({
  conversation_id: draft.conversation.id,
  thread_root_id: draft.threadRootId,
  content: draft.content,
  data: draft.data,
  reply_to_id: draft.replyToId,
  saved_at: printTime(draft.savedAt),
  changed: draft.changed,
});
