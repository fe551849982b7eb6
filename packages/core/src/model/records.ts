/** JSON objects an app attaches to conversations and messages. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type MemberRole = 'owner' | 'admin' | 'member';
export type MemberState = 'invited' | 'joined' | 'left' | 'removed';

/** The message another one answers, as much of it as is shown with the answer. */
export interface ReplyRecord {
  readonly id: string;
  readonly seq: number;
  /** Of the message when it was quoted: of two quotes the one with the higher version is newer. */
  readonly version: number;
  readonly senderId: string | null;
  readonly kind: string;
  /** Its first 200 characters. */
  readonly content: string | null;
  readonly deletedAt: string | null;
}

/** The replies under a message that began a thread. */
export interface ThreadSummary {
  readonly replyCount: number;
  readonly lastReplySeq: number;
  /** ISO 8601. */
  readonly lastReplyAt: string;
  /** Up to ten people, who replied last first. */
  readonly participantIds: readonly string[];
}

export interface ReactionRecord {
  readonly emoji: string;
  readonly count: number;
  /** The first ten. */
  readonly userIds: readonly string[];
  /** Whether the current user is among them; null in events for several people, which do not say. */
  readonly own: boolean | null;
}

/** Where in the text of a message somebody is mentioned. */
export interface Mention {
  /** Null mentions everyone. */
  readonly userId: string | null;
  /** Where it begins in the text, and how long it is, in UTF-16 units as strings count. */
  readonly start: number;
  readonly length: number;
}

/** A message as the server confirmed it. Replaced as a whole when its `version` grows. */
export interface MessageRecord {
  readonly id: string;
  readonly conversationId: string;
  readonly seq: number;
  readonly version: number;
  readonly senderId: string | null;
  readonly kind: string;
  readonly content: string | null;
  readonly data: JsonObject;
  readonly replyToId: string | null;
  readonly replyTo: ReplyRecord | null;
  /** Set on replies in a thread, which are no part of the timeline. */
  readonly threadRootId: string | null;
  readonly thread: ThreadSummary | null;
  readonly forwardedFromId: string | null;
  readonly occursOn: string | null;
  /** Whether it counts as unread for members other than its sender. */
  readonly counts: boolean;
  readonly mentionedUserIds: readonly string[];
  readonly mentionsEveryone: boolean;
  /** As they came: what of them fits the text says `mentionsOf`. */
  readonly mentions: readonly Mention[];
  readonly reactions: readonly ReactionRecord[];
  readonly pinnedAt: string | null;
  readonly pinnedBy: string | null;
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  readonly deletedBy: string | null;
  /** Whether the current user deleted it for themselves; null in events for several people, which do not say. */
  readonly isHidden: boolean | null;
}

/** A member with the cursors of rule D6. `changed` orders the states of one row. */
export interface MemberRecord {
  readonly conversationId: string;
  readonly userId: string;
  readonly role: MemberRole;
  readonly state: MemberState;
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
  readonly joinedAt: string | null;
  readonly leftAt: string | null;
  readonly changed: number;
}

/** The current user as a member, with what nobody else is told. */
export interface OwnMemberRecord extends MemberRecord {
  /** What comes after it is unread: the read cursor, unless something was marked unread. */
  readonly unreadAfterSeq: number;
  /** The first message they may see. */
  readonly visibleFromSeq: number;
  /** They have deleted nothing for themselves that comes after it. */
  readonly lastHiddenSeq: number;
  readonly pinnedAt: string | null;
  /** `infinity` for good, null when not muted. */
  readonly mutedUntil: string | null;
  readonly archivedAt: string | null;
  readonly isHidden: boolean;
  readonly invitedBy: string | null;
}

export interface ProfileRecord {
  readonly id: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly lastSeenAt: string | null;
  readonly deletedAt: string | null;
  readonly changed: number;
}

/** A conversation as the current user sees it. */
export interface ConversationRecord {
  readonly id: string;
  readonly kind: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly avatarUrl: string | null;
  readonly data: JsonObject;
  readonly contextType: string | null;
  readonly contextId: string | null;
  readonly createdBy: string | null;
  readonly createdAt: string;
  readonly lastActivityAt: string;
  readonly lastSeq: number;
  readonly version: number;
  readonly memberCount: number;
  readonly isLocked: boolean;
  /** The lowest role that may write in conversations of its kind; what was stored by an earlier version does not say. */
  readonly postRole?: MemberRole | undefined;
  /** Whether others are told how far one has read in conversations of its kind; not said by what is stored from before. */
  readonly hasReceipts?: boolean | undefined;
  readonly slowModeSeconds: number;
  /** The topic that carries its events when there are too many members for inboxes (rule D10), else null. */
  readonly feed: string | null;
  /** The newest one of the timeline. */
  readonly lastMessage: MessageRecord | null;
  /** Exact when it was read; live events keep it so (rule D7). */
  readonly unread: number;
  readonly unreadMentions: number;
  readonly unreadThreads: number;
  readonly me: OwnMemberRecord;
  readonly changed: number;
}

/** What the current user has begun to write. */
export interface DraftRecord {
  readonly conversationId: string;
  readonly threadRootId: string | null;
  /** Null once emptied. */
  readonly content: string | null;
  readonly data: JsonObject;
  readonly replyToId: string | null;
  /** When it was written, by the device. */
  readonly savedAt: string;
  readonly changed: number;
}

/** How the current user stands to a thread. */
export interface ThreadRecord {
  /** The message it hangs under. */
  readonly rootId: string;
  readonly conversationId: string;
  readonly lastReadSeq: number;
  readonly isFollowing: boolean;
  readonly unread: boolean;
  /** 0 where there are no replies. */
  readonly lastReplySeq: number;
  /** The version of the root which that is of. */
  readonly rootVersion: number;
  readonly changed: number;
}

/** An inclusive range of seqs that is complete (rule E6); empty when `to < from`. */
export interface SeqRange {
  readonly from: number;
  readonly to: number;
}
