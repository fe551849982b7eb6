import { readAllUpTo, type PendingMutation } from '../model/pending';
import type { ThreadRecord } from '../model/records';

/** How a user stands to a thread, with what is pending about that (rule E5). */
export function withPendingThread(
  thread: ThreadRecord,
  pending: readonly (PendingMutation | undefined)[],
): ThreadRecord {
  return pending.reduce<ThreadRecord>((known, one) => {
    if (!one || one.status === 'failed') return known;
    const { type, args } = one.mutation;
    const { lastReplySeq } = known;
    let { lastReadSeq, isFollowing } = known;
    if (type === 'follow_thread') isFollowing = args.is_following;
    const upTo =
      type === 'mark_all_read'
        ? readAllUpTo(one, thread.conversationId)
        : type === 'mark_thread_read'
          ? args.seq
          : type === 'send_message' && args.thread_root_id === thread.rootId
            ? (args.seen_seq ?? 0)
            : 0;
    lastReadSeq = Math.max(lastReadSeq, Math.min(upTo, lastReplySeq));
    if (lastReadSeq === known.lastReadSeq && isFollowing === known.isFollowing) return known;
    return { ...known, lastReadSeq, isFollowing, unread: isFollowing && lastReplySeq > lastReadSeq };
  }, thread);
}
