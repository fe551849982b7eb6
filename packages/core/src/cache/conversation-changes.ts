import type { ConversationRecord, MemberRecord, MessageRecord } from '../model/records';
import type { ChangeOutcome } from './message-window';

/** The newer of two states of one member row; cursors only grow (rule D6). */
export function mergeMember(known: MemberRecord | undefined, incoming: MemberRecord): MemberRecord {
  if (!known) return incoming;
  const newer = incoming.changed >= known.changed ? incoming : known;
  const lastReadSeq = Math.max(known.lastReadSeq, incoming.lastReadSeq);
  const lastDeliveredSeq = Math.max(known.lastDeliveredSeq, incoming.lastDeliveredSeq);
  return newer.lastReadSeq === lastReadSeq && newer.lastDeliveredSeq === lastDeliveredSeq
    ? newer
    : { ...newer, lastReadSeq, lastDeliveredSeq };
}

/** The newer of two states of one conversation row, as the server sent them. */
export function newerConversation(
  known: ConversationRecord | undefined,
  incoming: ConversationRecord,
): ConversationRecord {
  if (!known) return incoming;
  // A row read before a change that has arrived live must not undo it.
  if (incoming.version < known.version || incoming.changed < known.changed) return known;
  const me = mergeMember(known.me, incoming.me);
  // Read here meanwhile: the count belongs to the older cursor. The pull that brings our cursor brings the count too.
  const isBehind = incoming.me.lastReadSeq < me.lastReadSeq;
  return { ...incoming, me, unread: isBehind && me.lastReadSeq >= incoming.lastSeq ? 0 : incoming.unread };
}

/** A change of a message, as events and answers carry it. */
export interface MessageChange {
  readonly message: MessageRecord;
  readonly version: number;
}

/** What a change of a message does to its conversation: last message, order in the list, unread count. */
export function applyToConversation(
  known: ConversationRecord,
  change: MessageChange,
  currentUserId: string,
): { conversation: ConversationRecord; outcome: ChangeOutcome } {
  const { message, version } = change;
  if (version <= known.version) return { conversation: known, outcome: 'known' };
  if (version > known.version + 1) return { conversation: known, outcome: 'gap' };
  const isNew = message.seq > known.lastSeq;
  const isOwn = message.senderId === currentUserId;
  const isUnread = message.counts && !isOwn && message.seq > known.me.lastReadSeq;
  // Each version is applied once, so counting up and down stays exact (rule D7).
  const unread =
    known.unread + (isUnread && isNew ? 1 : 0) - (isUnread && !isNew && isDeletion(message) ? 1 : 0);
  const me =
    isNew && isOwn
      ? mergeMember(known.me, { ...known.me, lastReadSeq: message.seq, lastDeliveredSeq: message.seq })
      : known.me;
  const isLast = message.threadRootId === null && message.seq >= (known.lastMessage?.seq ?? 0);
  return {
    outcome: 'applied',
    conversation: {
      ...known,
      version,
      lastSeq: Math.max(known.lastSeq, message.seq),
      lastActivityAt: isNew ? message.createdAt : known.lastActivityAt,
      lastMessage: isLast ? message : known.lastMessage,
      unread: isNew && isOwn ? 0 : Math.max(0, unread),
      me,
    },
  };
}

/** A message changes no more once deleted, so a row with `deletedAt` under a new version is the deletion itself. */
function isDeletion(message: MessageRecord): boolean {
  return message.deletedAt !== null;
}
