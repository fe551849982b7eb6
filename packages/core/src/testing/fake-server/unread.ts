import type { Db, Follow, Member, Message } from './state';

export const isHiddenFor = (db: Db, member: Member, message: Message): boolean =>
  member.lastHiddenSeq >= message.seq && isHiddenBy(db, member.userId, message);

/** Whether somebody has deleted a message for themselves, wherever they are now. */
export const isHiddenBy = (db: Db, userId: string, { id }: Message): boolean =>
  db.user(userId).hidden.get(id)?.isHidden ?? false;

/** What counts after the unread cursor, less what is deleted, one's own and hidden (rule D7). */
export function unreadOf(db: Db, member: Member): number {
  if (member.state !== 'joined') return 0;
  const { conversation: room, unreadAfterSeq: after } = member;
  let unread = room.counted - member.unreadAfterCounted;
  // Mostly there is nothing to subtract, and the rows show it.
  if (Math.max(room.lastDeletedSeq, member.lastSentSeq, member.lastHiddenSeq) <= after) return unread;
  for (let i = after; i < room.messages.length; i++) {
    const message = room.messages[i];
    if (!message?.counts) continue;
    if (message.deletedAt !== null || message.senderId === member.userId || isHiddenFor(db, member, message))
      unread--;
  }
  return unread;
}

export function unreadMentionsOf(db: Db, member: Member): number {
  const { conversation: room, unreadAfterSeq: after } = member;
  if (member.state !== 'joined' || room.lastMentionSeq <= after) return 0;
  let unread = 0;
  for (let i = after; i < room.messages.length; i++) {
    const message = room.messages[i];
    if (!message?.counts || message.senderId === member.userId || !mentions(message, member.userId)) continue;
    if (!isHiddenFor(db, member, message)) unread++;
  }
  return unread;
}

export const mentions = (message: Message, userId: string): boolean =>
  message.mentionsEveryone || message.mentionedUserIds.includes(userId);

export const isUnreadThread = ({ isFollowing, root, lastReadSeq }: Follow): boolean =>
  isFollowing && (root.thread?.lastReplySeq ?? 0) > lastReadSeq;

/** The threads of a user in a conversation that it is in and may look back to. */
export function* visibleFollows(db: Db, userId: string): Iterable<Follow> {
  const { follows, memberships } = db.user(userId);
  for (const follow of follows.values()) {
    const member = memberships.get(follow.root.conversation.id);
    if (member?.state === 'joined' && follow.root.seq >= member.visibleFromSeq) yield follow;
  }
}

export function unreadThreadsOf(db: Db, member: Member): number {
  const { conversation: room, userId } = member;
  if (member.state !== 'joined' || room.lastThreadSeq === 0) return 0;
  let unread = 0;
  for (const follow of visibleFollows(db, userId))
    if (follow.root.conversation === room && isUnreadThread(follow)) unread++;
  return unread;
}

export function unreadTotalOf(db: Db, userId: string): number {
  let total = 0;
  for (const member of db.user(userId).memberships.values()) total += unreadOf(db, member);
  return total;
}

export function unreadCountsOf(db: Db, userId: string) {
  const members = [...db.user(userId).memberships.values()];
  const sum = (count: (db: Db, member: Member) => number) =>
    members.reduce((total, member) => total + count(db, member), 0);
  return {
    messages: sum(unreadOf),
    conversations: members.filter((member) => unreadOf(db, member) > 0).length,
    mentions: sum(unreadMentionsOf),
    threads: sum(unreadThreadsOf),
  };
}
