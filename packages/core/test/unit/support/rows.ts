import { withEntry } from '../../../src/lib/buckets';
import type {
  ConversationRecord,
  DraftRecord,
  MemberRecord,
  MessageRecord,
  OwnMemberRecord,
  ProfileRecord,
  ThreadRecord,
} from '../../../src/model/records';
import type { HistoryPage } from '../../../src/model/wire';

/** Ids that read well in failures and are UUIDs. */
export function uuid(n: number): string {
  return `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export const ALICE = uuid(0xa);
export const BOB = uuid(0xb);
export const CAROL = uuid(0xc);
export const CONVERSATION = uuid(0xcc);
export const OTHER_CONVERSATION = uuid(0xcd);

const DAY = Date.UTC(2030, 0, 1);
/** A time as Postgres writes it, `seconds` into the day. */
export function time(seconds: number): string {
  return new Date(DAY + seconds * 1000).toISOString().replace('Z', '+00:00');
}

/** Members of the one conversation, as the cache holds them. */
export const membersOfConversation = (...rows: readonly MemberRecord[]) =>
  withEntry(undefined, CONVERSATION, rows);

/** A message whose id, time and version follow its seq unless said otherwise. */
export function message(seq: number, over: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id: uuid(0x1000 + seq),
    conversationId: CONVERSATION,
    seq,
    version: seq,
    senderId: BOB,
    kind: 'text',
    content: `m${seq}`,
    data: {},
    replyToId: null,
    replyTo: null,
    threadRootId: null,
    thread: null,
    forwardedFromId: null,
    occursOn: null,
    counts: true,
    mentionedUserIds: [],
    mentions: [],
    mentionsEveryone: false,
    reactions: [],
    pinnedAt: null,
    pinnedBy: null,
    createdAt: time(seq),
    editedAt: null,
    deletedAt: null,
    deletedBy: null,
    isHidden: null,
    ...over,
  };
}

/** The same message under the version of its deletion. */
export function deleted(row: MessageRecord, version: number): MessageRecord {
  return { ...row, version, content: null, data: {}, deletedAt: time(version) };
}

export function edited(row: MessageRecord, version: number): MessageRecord {
  return { ...row, version, content: `v${version}`, editedAt: time(version) };
}

export function range(from: number, to: number): readonly MessageRecord[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => message(from + i));
}

export function member(userId: string, over: Partial<MemberRecord> = {}): MemberRecord {
  return {
    conversationId: CONVERSATION,
    userId,
    role: 'member',
    state: 'joined',
    lastReadSeq: 0,
    lastDeliveredSeq: 0,
    joinedAt: time(0),
    leftAt: null,
    changed: 1,
    ...over,
  };
}

/** One's own membership; what is unread begins where the read cursor is, unless said otherwise. */
export function ownMember(userId: string, over: Partial<OwnMemberRecord> = {}): OwnMemberRecord {
  return {
    ...member(userId),
    unreadAfterSeq: over.lastReadSeq ?? 0,
    visibleFromSeq: 1,
    lastHiddenSeq: 0,
    pinnedAt: null,
    mutedUntil: null,
    archivedAt: null,
    isHidden: false,
    invitedBy: null,
    ...over,
  };
}

export function profile(id: string, over: Partial<ProfileRecord> = {}): ProfileRecord {
  return {
    id,
    displayName: `name of ${id.slice(-1)}`,
    avatarUrl: null,
    lastSeenAt: null,
    deletedAt: null,
    changed: 1,
    ...over,
  };
}

export function conversation(over: Partial<ConversationRecord> = {}): ConversationRecord {
  return {
    id: CONVERSATION,
    kind: 'group',
    title: 'A group',
    description: null,
    avatarUrl: null,
    data: {},
    contextType: null,
    contextId: null,
    createdBy: BOB,
    createdAt: time(0),
    lastActivityAt: time(0),
    lastSeq: 0,
    version: 0,
    memberCount: 2,
    isLocked: false,
    slowModeSeconds: 0,
    feed: null,
    lastMessage: null,
    unread: 0,
    unreadMentions: 0,
    unreadThreads: 0,
    me: ownMember(ALICE),
    changed: 1,
    ...over,
  };
}

export function draft(over: Partial<DraftRecord> = {}): DraftRecord {
  return {
    conversationId: CONVERSATION,
    threadRootId: null,
    content: 'Not yet',
    data: {},
    replyToId: null,
    savedAt: time(1),
    changed: 1,
    ...over,
  };
}

export function thread(over: Partial<ThreadRecord> = {}): ThreadRecord {
  return {
    rootId: uuid(0x1001),
    conversationId: CONVERSATION,
    lastReadSeq: 0,
    isFollowing: true,
    unread: true,
    lastReplySeq: 10,
    rootVersion: 1,
    changed: 1,
    ...over,
  };
}

/** A page of history as the server cuts it. */
export function history(
  rows: readonly MessageRecord[],
  over: Partial<HistoryPage> & Pick<HistoryPage, 'covers' | 'version'>,
): HistoryPage {
  return { messages: [...rows], profiles: [], has_older: over.covers.from > 1, has_newer: false, ...over };
}
