import type { ConversationRecord, MemberRecord, MessageRecord } from '../model/records';
import type { ChangeOutcome } from './message-window';

/** The newer of two states of one member row; cursors only grow (rule D6). The known one when it says the same. */
export function mergeMember(known: MemberRecord | undefined, incoming: MemberRecord): MemberRecord {
  if (!known) return incoming;
  const newer = incoming.changed >= known.changed ? incoming : known;
  const merged: MemberRecord = {
    ...newer,
    lastReadSeq: Math.max(known.lastReadSeq, incoming.lastReadSeq),
    lastDeliveredSeq: Math.max(known.lastDeliveredSeq, incoming.lastDeliveredSeq),
  };
  return isSameMember(known, merged) ? known : merged;
}

/** Rows come again with every pull; views must not change with them. */
function isSameMember(a: MemberRecord, b: MemberRecord): boolean {
  return (
    a.changed === b.changed &&
    a.lastReadSeq === b.lastReadSeq &&
    a.lastDeliveredSeq === b.lastDeliveredSeq &&
    a.state === b.state &&
    a.role === b.role &&
    a.joinedAt === b.joinedAt &&
    a.leftAt === b.leftAt
  );
}

/** The newer of two states of one conversation row; the known one when it says the same. */
export function newerConversation(
  known: ConversationRecord | undefined,
  incoming: ConversationRecord,
): ConversationRecord {
  if (!known) return incoming;
  // A row read before a change that has arrived live must not undo it. The version decides: `changed` is the number of
  // a transaction, and one that began earlier may get its turn, and its version, later.
  if (incoming.version < known.version) return known;
  if (incoming.version === known.version && incoming.changed < known.changed) return known;
  const me = mergeMember(known.me, incoming.me);
  const newer = { ...incoming, me, unread: newerUnread(known, incoming, me.lastReadSeq) };
  return isSameConversation(known, newer) ? known : newer;
}

/** As with members: while a transaction runs for long, every pull brings what changed since it began. */
function isSameConversation(a: ConversationRecord, b: ConversationRecord): boolean {
  const said = ({ lastMessage, ...rest }: ConversationRecord) =>
    JSON.stringify({ ...rest, lastMessage: lastMessage && [lastMessage.id, lastMessage.version] });
  return a.me === b.me && said(a) === said(b);
}

function newerUnread(known: ConversationRecord, incoming: ConversationRecord, lastReadSeq: number): number {
  if (incoming.me.lastReadSeq >= lastReadSeq) return incoming.unread;
  // Read here meanwhile: the incoming count belongs to an older cursor. Where nothing else is new ours is the right one;
  // else the pull that brings our cursor brings the count too.
  if (lastReadSeq >= incoming.lastSeq) return 0;
  return incoming.version === known.version ? known.unread : incoming.unread;
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
  // Replies in threads too, as in the rows of the server.
  const isLast = message.seq >= (known.lastMessage?.seq ?? 0);
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
