import { isSame } from '../lib/same';
import type { ConversationRecord, MemberRecord, MessageRecord, OwnMemberRecord } from '../model/records';
import { mergeMessage } from './merge-message';
import type { ChangeOutcome } from './loaded-messages';
import { doesMention, isCounted } from './message-window';
import { quoting } from './quotes';

/** The newer of two states of one member row; receipts only grow (rule D6). The known one when it says the same. */
export function mergeMember<M extends MemberRecord>(known: M | undefined, incoming: M): M {
  if (!known) return incoming;
  const newer = incoming.changed >= known.changed ? incoming : known;
  const lastReadSeq = Math.max(known.lastReadSeq, incoming.lastReadSeq);
  const lastDeliveredSeq = Math.max(known.lastDeliveredSeq, incoming.lastDeliveredSeq);
  const merged: M =
    newer.lastReadSeq === lastReadSeq && newer.lastDeliveredSeq === lastDeliveredSeq
      ? newer
      : { ...newer, lastReadSeq, lastDeliveredSeq };
  return isSame(known, merged) ? known : merged;
}

/**
 * A member after a message of theirs: a cursor that had reached what was the end goes on to it, as on the server, which does
 * not say so (rule D6). What only the user themselves is told is no part of it: nothing of that changes.
 */
export function withOwnMessage(member: MemberRecord, { end, seen, seq }: OwnMessage): MemberRecord {
  const { conversationId, userId, role, state, lastReadSeq, lastDeliveredSeq, joinedAt, leftAt, changed } =
    member;
  return {
    conversationId,
    userId,
    role,
    state,
    lastReadSeq: passedOver(lastReadSeq, { end, seen, seq }),
    lastDeliveredSeq: passedOver(lastDeliveredSeq, { end, seen, seq }),
    joinedAt,
    leftAt,
    changed,
  };
}

/** A message, for the cursors of its sender. */
export interface OwnMessage {
  readonly seq: number;
  /** The last of the timeline before it. */
  readonly end: number;
  /** Up to where its sender had seen the timeline, as far as this device knows; else 0. */
  readonly seen: number;
}

const passedOver = (cursor: number, { end, seen, seq }: OwnMessage): number =>
  Math.max(cursor, seen) >= end ? Math.max(cursor, seq) : cursor;

/** Where the timeline ends, at most: who may not look back that far is shown no last message. */
export const endOf = ({ lastMessage, me }: ConversationRecord): number =>
  lastMessage?.seq ?? me.visibleFromSeq - 1;

/**
 * Like {@link mergeMember}. The unread cursor moves both ways: the newer state has it. Of one transaction (a push that
 * reads and then marks as unread) states have the same number: the one that knows of all that was read is the later.
 */
export function mergeOwnMember(known: OwnMemberRecord, incoming: OwnMemberRecord): OwnMemberRecord {
  if (incoming.changed !== known.changed) return mergeMember(known, incoming);
  const unreadAfterSeq =
    incoming.lastReadSeq < known.lastReadSeq
      ? Math.max(known.unreadAfterSeq, incoming.unreadAfterSeq)
      : incoming.unreadAfterSeq;
  return mergeMember(known, { ...incoming, unreadAfterSeq });
}

/** Rows come again with every pull, and while a transaction runs for long with each; views must not change with them. */
function keep<T>(known: T, merged: T): T {
  return JSON.stringify(known) === JSON.stringify(merged) ? known : merged;
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
  const me = mergeOwnMember(known.me, incoming.me);
  const lastMessage =
    incoming.lastMessage && mergeMessage(known.lastMessage ?? undefined, incoming.lastMessage);
  return keep(known, {
    ...incoming,
    me,
    lastMessage,
    unread: newerUnread(known, incoming, me.unreadAfterSeq),
  });
}

function newerUnread(
  known: ConversationRecord,
  incoming: ConversationRecord,
  unreadAfterSeq: number,
): number {
  if (incoming.me.unreadAfterSeq === unreadAfterSeq) return incoming.unread;
  // Moved here meanwhile: the incoming count belongs to an older cursor. Where nothing else is new ours is the right one;
  // else the pull that brings our cursor brings the count too.
  if (unreadAfterSeq >= lastTimelineSeq(incoming)) return 0;
  return incoming.version === known.version ? known.unread : incoming.unread;
}

/** Beyond it nothing is unread: replies in threads are counted with their threads. */
export function lastTimelineSeq({ lastMessage }: ConversationRecord): number {
  return lastMessage?.seq ?? 0;
}

/** A change of a message, as events and answers carry it. */
export interface MessageChange {
  readonly message: MessageRecord;
  readonly version: number;
  /** The message as known so far. */
  readonly before?: MessageRecord | undefined;
  /** Of an own message: up to where its sender had seen the timeline, where that is known. */
  readonly seen?: number | undefined;
  /** Whom it mentioned before; undefined where that has not changed, null where nobody says. */
  readonly mentioned?: Mentioned | null | undefined;
}

type Mentioned = Pick<MessageRecord, 'mentionedUserIds' | 'mentionsEveryone'>;

/** What became of a conversation by a change. */
interface Applied {
  readonly conversation: ConversationRecord;
  readonly outcome: ChangeOutcome;
  /** Whether only the server can say how much is unread now. */
  readonly isUncertain?: boolean;
}

/** What a change of a message does to its conversation: last message, order in the list, unread count. */
export function applyToConversation(
  known: ConversationRecord,
  change: MessageChange,
  currentUserId: string,
): Applied {
  const { version, before, mentioned } = change;
  const message = mergeMessage(before, change.message);
  // The same change may come again with what events for several people do not say.
  if (version <= known.version) {
    const isMore = message.id === known.lastMessage?.id && message !== known.lastMessage;
    return { conversation: isMore ? { ...known, lastMessage: message } : known, outcome: 'known' };
  }
  if (version > known.version + 1) return { conversation: known, outcome: 'gap' };
  const lastSeq = Math.max(known.lastSeq, message.seq);
  // Replies in threads are no part of the timeline: they move neither it nor anybody's cursor in it.
  if (message.threadRootId !== null)
    return {
      conversation: { ...known, version, lastSeq, lastMessage: following(known.lastMessage, message) },
      outcome: 'applied',
    };
  const isNew = message.seq > known.lastSeq;
  const isOwn = message.senderId === currentUserId;
  const { seq } = message;
  const isUnread = seq > known.me.unreadAfterSeq;
  // Each version is applied once, so counting up and down stays exact (rule D7).
  const isMore = isNew && isUnread && isCounted(message, currentUserId);
  const isLess =
    !isNew &&
    isUnread &&
    isDeletion(message, before) &&
    isCounted({ ...message, deletedAt: null }, currentUserId);
  const wasMention =
    !isNew && (mentioned ? doesMention(mentioned, currentUserId) : doesMention(message, currentUserId));
  const couldCount = isUnread && isCounted({ ...message, deletedAt: null }, currentUserId);
  const isMention = message.deletedAt === null && doesMention(message, currentUserId);
  const moreMentions = couldCount ? Number(isMention) - Number(wasMention) : 0;
  // A membership that has read it already is of later: something may be unread again.
  const isPassed = isNew && isOwn && known.me.lastReadSeq < seq;
  const own = { end: endOf(known), seen: change.seen ?? 0, seq };
  const me = isPassed
    ? mergeOwnMember(known.me, {
        ...known.me,
        lastReadSeq: passedOver(known.me.lastReadSeq, own),
        lastDeliveredSeq: passedOver(known.me.lastDeliveredSeq, own),
        unreadAfterSeq: passedOver(known.me.unreadAfterSeq, own),
      })
    : known.me;
  // Nothing comes after it.
  const isRead = isPassed && me.unreadAfterSeq === seq;
  // What one has deleted for oneself counts no more, and only a message that is held says whether that is so.
  const mayBeHidden = !before && message.isHidden === null && seq <= known.me.lastHiddenSeq;
  return {
    outcome: 'applied',
    isUncertain:
      !isNew &&
      couldCount &&
      ((isLess && mentioned === null) || ((isLess || moreMentions !== 0) && mayBeHidden)),
    // One literal: the copy of a copy, made by spreading, costs ten times as much.
    conversation: {
      id: known.id,
      kind: known.kind,
      title: known.title,
      description: known.description,
      avatarUrl: known.avatarUrl,
      data: known.data,
      contextType: known.contextType,
      contextId: known.contextId,
      createdBy: known.createdBy,
      createdAt: known.createdAt,
      memberCount: known.memberCount,
      isLocked: known.isLocked,
      slowModeSeconds: known.slowModeSeconds,
      feed: known.feed,
      unreadThreads: known.unreadThreads,
      changed: known.changed,
      version,
      lastSeq,
      lastActivityAt: isNew ? message.createdAt : known.lastActivityAt,
      lastMessage: seq >= lastTimelineSeq(known) ? message : following(known.lastMessage, message),
      unread: isRead ? 0 : Math.max(0, known.unread + Number(isMore) - Number(isLess)),
      unreadMentions: isRead ? 0 : Math.max(0, known.unreadMentions + moreMentions),
      // A hidden conversation shows itself again with the next message.
      me: isNew && me.isHidden ? { ...me, isHidden: false } : me,
    },
  };
}

/** The last message of a conversation quotes another one as that is now. */
function following(last: MessageRecord | null, changed: MessageRecord): MessageRecord | null {
  return last?.replyToId === changed.id ? quoting(last, changed) : last;
}

/** Once deleted a message changes only as the root of a thread, which has replies of later. */
function isDeletion({ deletedAt, thread }: MessageRecord, before: MessageRecord | undefined): boolean {
  if (deletedAt === null) return false;
  return before ? before.deletedAt === null : thread === null || thread.lastReplyAt < deletedAt;
}
