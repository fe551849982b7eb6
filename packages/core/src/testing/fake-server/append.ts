import { emitMember, emitMessage, emitThread } from './events';
import { pastOwnReplies, readUpTo } from './read-up-to';
import type { Conversation, Db, Member, Message, Thread } from './state';

// Rule D3: how a message gets its place, and how it is changed.

export type NewMessage = Pick<Message, 'id' | 'senderId' | 'kind' | 'content' | 'data' | 'counts'> &
  Partial<
    Pick<
      Message,
      | 'replyToId'
      | 'threadRootId'
      | 'forwardedFromId'
      | 'occursOn'
      | 'mentionedUserIds'
      | 'mentionsEveryone'
      | 'mentions'
    >
  >;

/** The version of the next change of a message. */
function nextVersion(db: Db, room: Conversation): number {
  room.changed = db.xid();
  return ++room.version;
}

/** Changes a message, and tells everybody. */
export function changeMessage(db: Db, message: Message, values: Partial<Message>, actorId?: string) {
  const version = nextVersion(db, message.conversation);
  const { mentionedUserIds, mentionsEveryone } = message;
  Object.assign(message, values, { version, changed: db.xid() });
  return emitMessage(db, message, actorId, { mentionedUserIds, mentionsEveryone });
}

/** A cursor that had reached the end goes on to the sender's own message. */
function passOver(sender: Member, end: number, { seq, counted }: Message): void {
  if (sender.lastReadSeq >= end) sender.lastReadSeq = seq;
  if (sender.lastDeliveredSeq >= end) sender.lastDeliveredSeq = seq;
  if (sender.unreadAfterSeq < end) return;
  sender.unreadAfterSeq = seq;
  sender.unreadAfterCounted = counted;
}

/**
 * Takes the next seq and version, moves the sender's own cursors (D6) and tells the members (D10).
 *
 * @param seenSeq up to where the sender had seen the timeline, or the thread, when it was written
 */
export function appendMessage(
  db: Db,
  room: Conversation,
  given: NewMessage,
  seenSeq: number | null = null,
): Message {
  const { threadRootId = null, mentionedUserIds = [], mentionsEveryone = false } = given;
  const isReply = threadRootId !== null;
  const sender = given.senderId === null ? undefined : room.members.get(given.senderId);
  const hasRead = sender !== undefined && !isReply && readUpTo(db, sender, seenSeq);
  const end = room.lastTimelineSeq;
  const seq = ++room.lastSeq;
  const version = nextVersion(db, room);
  if (given.counts) room.counted++;
  // Strictly growing, so that the times of messages follow their seq.
  const createdAt = Math.max(db.now(), room.lastMessageAt + 1);
  room.lastMessageAt = createdAt;
  if (isReply) room.lastThreadSeq = seq;
  else {
    room.lastActivityAt = createdAt;
    room.lastTimelineSeq = seq;
    if (mentionsEveryone || mentionedUserIds.length > 0) room.lastMentionSeq = seq;
  }
  const message: Message = {
    replyToId: null,
    forwardedFromId: null,
    occursOn: null,
    mentions: null,
    ...given,
    conversation: room,
    seq,
    version,
    counted: room.counted,
    threadRootId,
    mentionedUserIds,
    mentionsEveryone,
    createdAt,
    editedAt: null,
    deletedAt: null,
    deletedBy: null,
    pinnedAt: null,
    pinnedBy: null,
    reactions: new Map(),
    thread: null,
    replies: [],
    versions: [],
    changed: db.xid(),
  };
  room.messages.push(message);
  db.messages.set(message.id, message);
  if (sender) {
    sender.lastSentSeq = seq;
    sender.changed = db.xid();
    if (!isReply) passOver(sender, end, message);
  }
  emitMessage(db, message);
  // Others work out by themselves that the cursor passes over the message, not what was read besides.
  if (hasRead) emitMember(db, sender, true);
  const root = isReply ? db.messages.get(threadRootId) : undefined;
  if (root) extendThread(db, root, message, seenSeq ?? 0);
  return message;
}

/** Tells in the timeline what somebody did, where the kind of the conversation wants that. */
export function appendSystemMessage(
  db: Db,
  room: Conversation,
  actorId: string,
  data: Readonly<Record<string, unknown>>,
): void {
  if (!db.conversationKinds.get(room.kind)?.hasSystemMessages) return;
  appendMessage(db, room, {
    id: db.mint(),
    senderId: null,
    kind: 'system',
    content: null,
    data: { ...data, actor_id: actorId },
    counts: false,
  });
}

/** Counts a reply on the root of its thread; who wrote it has read the thread up to `seenSeq`, whom it concerns follows it. */
function extendThread(db: Db, root: Message, reply: Message, seenSeq: number): void {
  const { senderId } = reply;
  root.replies.push(reply);
  const before = root.thread?.participantIds.filter((id, place) => id !== senderId && place < 10) ?? [];
  const told = new Set<string>();
  if (senderId !== null) {
    const { follows } = db.user(senderId);
    const known = follows.get(root.id);
    const seen = Math.max(known?.lastReadSeq ?? 0, Math.min(seenSeq, reply.seq));
    const lastReadSeq = pastOwnReplies(senderId, root, seen);
    const values = { lastReadSeq, isFollowing: true, changed: db.xid() };
    if (known) Object.assign(known, values);
    else follows.set(root.id, { userId: senderId, root, ...values });
    told.add(senderId);
  }
  // From now on it concerns who wrote the root and who is mentioned, unless they have stopped following it.
  for (const userId of new Set([root.senderId, ...reply.mentionedUserIds])) {
    if (userId === null || root.conversation.members.get(userId)?.state !== 'joined') continue;
    const { follows } = db.user(userId);
    if (follows.has(root.id)) continue;
    follows.set(root.id, { userId, root, lastReadSeq: 0, isFollowing: true, changed: db.xid() });
    told.add(userId);
  }
  changeThread(
    db,
    root,
    {
      replyCount: (root.thread?.replyCount ?? 0) + 1,
      lastReplySeq: reply.seq,
      lastReplyAt: reply.createdAt,
      participantIds: [senderId, ...before].slice(0, 10),
    },
    told,
  );
}

/** Puts the summary on the root; those for whom the thread becomes unread or read are told how they stand to it. */
function changeThread(db: Db, root: Message, thread: Thread | null, told: ReadonlySet<string> = new Set()) {
  const before = root.thread?.lastReplySeq ?? 0;
  const after = thread?.lastReplySeq ?? 0;
  changeMessage(db, root, { thread });
  const userIds = [...root.conversation.members.keys()].filter((userId) => {
    const follow = db.user(userId).follows.get(root.id);
    if (!follow) return false;
    const { isFollowing, lastReadSeq } = follow;
    return told.has(userId) || (isFollowing && before > lastReadSeq !== after > lastReadSeq);
  });
  for (const userId of userIds.sort()) emitThread(db, userId, root.id);
}

function summaryOf({ replies }: Message): Thread | null {
  const left = replies.filter(({ deletedAt }) => deletedAt === null);
  const last = left.at(-1);
  if (!last) return null;
  const people = new Set(left.map(({ senderId }) => senderId).reverse());
  return {
    replyCount: left.length,
    lastReplySeq: last.seq,
    lastReplyAt: last.createdAt,
    participantIds: [...people].slice(0, 10),
  };
}

/** Makes the summary of a thread anew after a reply was deleted. */
export function recountThread(db: Db, root: Message): void {
  changeThread(db, root, summaryOf(root));
  // Who has nothing but own replies left there has read it.
  for (const userId of root.conversation.members.keys()) {
    const follow = db.user(userId).follows.get(root.id);
    const seq = follow ? pastOwnReplies(userId, root, follow.lastReadSeq) : 0;
    if (!follow || follow.lastReadSeq >= seq) continue;
    Object.assign(follow, { lastReadSeq: seq, changed: db.xid() });
    emitThread(db, userId, root.id);
  }
}
