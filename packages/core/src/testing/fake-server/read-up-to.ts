import type { Db, Member, Message } from './state';

export const countedAt = ({ conversation }: Member, seq: number): number =>
  conversation.messages[seq - 1]?.counted ?? 0;

/** A cursor in a thread, moved on to its end where nothing of others lies between. */
export function pastOwnReplies(userId: string, { replies }: Message, seq: number): number {
  const isUnread = replies.some(
    (reply) => reply.seq > seq && reply.senderId !== userId && reply.deletedAt === null,
  );
  return isUnread ? seq : Math.max(seq, replies.findLast(({ deletedAt }) => deletedAt === null)?.seq ?? 0);
}

/** Rules D6 and D7: moves the cursors of a member forward, at most to the last message; false where that moves nothing. */
export function readUpTo(db: Db, member: Member, asked: number | null): boolean {
  const seq = Math.min(asked ?? 0, member.conversation.lastSeq);
  if (seq < 1 || member.unreadAfterSeq >= seq) return false;
  const old = member.lastReadSeq;
  member.lastReadSeq = Math.max(old, seq);
  member.lastDeliveredSeq = Math.max(member.lastDeliveredSeq, seq);
  member.unreadAfterSeq = seq;
  member.unreadAfterCounted = countedAt(member, seq);
  member.changed = db.xid();
  if (member.lastReadSeq > old && member.reads.at(-1)?.seq !== member.lastReadSeq)
    member.reads.push({ seq: member.lastReadSeq, at: db.now() });
  return true;
}
