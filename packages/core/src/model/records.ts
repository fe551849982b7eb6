/** JSON objects an app attaches to conversations and messages. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type MemberRole = 'owner' | 'admin' | 'member';
export type MemberState = 'invited' | 'joined' | 'left' | 'removed';

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
  readonly threadRootId: string | null;
  readonly occursOn: string | null;
  /** Whether it counts as unread for members other than its sender. */
  readonly counts: boolean;
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
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

export interface ProfileRecord {
  readonly id: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly lastSeenAt: string | null;
  readonly changed: number;
}

/** A conversation as the current user sees it. */
export interface ConversationRecord {
  readonly id: string;
  readonly kind: string;
  readonly title: string | null;
  readonly data: JsonObject;
  readonly contextType: string | null;
  readonly contextId: string | null;
  readonly createdBy: string | null;
  readonly createdAt: string;
  readonly lastActivityAt: string;
  readonly lastSeq: number;
  readonly version: number;
  readonly memberCount: number;
  /** The topic that carries its events when there are too many members for inboxes (rule D10), else null. */
  readonly feed: string | null;
  readonly lastMessage: MessageRecord | null;
  /** Exact when it was read; live events keep it so (rule D7). */
  readonly unread: number;
  readonly me: MemberRecord;
  readonly changed: number;
}

/** An inclusive range of seqs that is complete (rule E6); empty when `to < from`. */
export interface SeqRange {
  readonly from: number;
  readonly to: number;
}
