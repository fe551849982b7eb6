import type { JsonObject, MemberRole, MemberState } from '../../model/records';
import type { MentionRow } from './rows';

// What the tables of the schema hold. Rows are objects that change in place; times are microseconds.

/** The limits of an installation: the table `confab_private.settings`. */
export interface FakeServerSettings {
  /** Above it events go to the feed of the conversation. */
  readonly fanout_max_members: number;
  /** Above it each member sees its own cursors only. */
  readonly receipts_max_members: number;
  /** Messages at once; 0 = no limit. */
  readonly rate_limit_burst: number;
  /** Messages regained per second; 0 = no limit. */
  readonly rate_limit_per_second: number;
  readonly max_content_length: number;
  readonly max_data_bytes: number;
  readonly max_group_members: number;
  readonly max_reactions_per_user: number;
  /** Null = always. */
  readonly edit_window_seconds: number | null;
  /** Null = always. */
  readonly delete_window_seconds: number | null;
}

/** A row of `confab.conversation_kinds` (rule D9). */
export interface FakeConversationKind {
  readonly isDirect: boolean;
  readonly needsContext: boolean;
  readonly postRole: MemberRole;
  readonly pinRole: MemberRole;
  readonly addMembersRole: MemberRole;
  readonly updateRole: MemberRole;
  readonly showsHistory: boolean;
  readonly hasReceipts: boolean;
  readonly hasSystemMessages: boolean;
  readonly slowModeSeconds: number;
  readonly maxMembers: number | null;
}

/** A row of `confab.message_kinds` (rule D9). */
export interface FakeMessageKind {
  readonly isSendable: boolean;
  readonly postRole: MemberRole;
  readonly needsContent: boolean;
  readonly needsOccursOn: boolean;
  readonly countsAsUnread: boolean;
  readonly isAttachment: boolean;
  readonly editWindowSeconds: number | null;
  readonly deleteWindowSeconds: number | null;
}

export interface Profile {
  readonly id: string;
  displayName: string;
  avatarUrl: string | null;
  lastSeenAt: number | null;
  deletedAt: number | null;
  changed: number;
}

export interface Member {
  readonly conversation: Conversation;
  readonly userId: string;
  role: MemberRole;
  state: MemberState;
  lastReadSeq: number;
  lastDeliveredSeq: number;
  lastSentSeq: number;
  lastHiddenSeq: number;
  unreadAfterSeq: number;
  unreadAfterCounted: number;
  visibleFromSeq: number;
  joinedSeq: number;
  hiddenSeq: number | null;
  pinnedAt: number | null;
  mutedUntil: number | null;
  archivedAt: number | null;
  invitedBy: string | null;
  joinedAt: number | null;
  leftAt: number | null;
  joinedXid: number | null;
  changed: number;
  /** When the cursor moved to which seq by marking as read; ascending. */
  readonly reads: { readonly seq: number; readonly at: number }[];
}

export interface Conversation {
  readonly id: string;
  readonly kind: string;
  title: string | null;
  description: string | null;
  avatarUrl: string | null;
  data: JsonObject;
  readonly contextType: string | null;
  readonly contextId: string | null;
  /** Both of a direct conversation. */
  readonly pair: string | null;
  isLocked: boolean;
  slowModeSeconds: number;
  readonly createdBy: string;
  readonly createdAt: number;
  lastActivityAt: number;
  lastMessageAt: number;
  lastSeq: number;
  lastTimelineSeq: number;
  lastThreadSeq: number;
  lastMentionSeq: number;
  lastDeletedSeq: number;
  lastStartSeq: number;
  version: number;
  counted: number;
  memberCount: number;
  feedKey: string;
  /** Has a feed however few members it has. */
  isFeedForced: boolean;
  changed: number;
  readonly members: Map<string, Member>;
  /** The message of a seq is at the index before it. */
  readonly messages: Message[];
}

export interface Thread {
  replyCount: number;
  lastReplySeq: number;
  lastReplyAt: number;
  participantIds: readonly (string | null)[];
}

export interface Message {
  readonly id: string;
  readonly conversation: Conversation;
  readonly seq: number;
  version: number;
  readonly counted: number;
  readonly senderId: string | null;
  readonly replyToId: string | null;
  readonly threadRootId: string | null;
  readonly forwardedFromId: string | null;
  readonly createdAt: number;
  editedAt: number | null;
  deletedAt: number | null;
  deletedBy: string | null;
  pinnedAt: number | null;
  pinnedBy: string | null;
  readonly occursOn: string | null;
  readonly counts: boolean;
  mentionsEveryone: boolean;
  readonly kind: string;
  content: string | null;
  data: JsonObject;
  /** By id; empty = nobody. */
  mentionedUserIds: readonly string[];
  mentions: readonly MentionRow[] | null;
  /** By emoji, with when each user reacted. */
  readonly reactions: Map<string, Map<string, number>>;
  thread: Thread | null;
  /** In the thread it is the root of, in order. */
  readonly replies: Message[];
  /** What it was before each edit. */
  readonly versions: { readonly content: string | null; readonly data: JsonObject; readonly at: number }[];
  changed: number;
}

/** How far a user has read a thread. */
export interface Follow {
  readonly userId: string;
  readonly root: Message;
  lastReadSeq: number;
  isFollowing: boolean;
  changed: number;
}

/** Whether a user has deleted a message for themselves. */
export interface Hidden {
  readonly message: Message;
  readonly isHidden: boolean;
  readonly changed: number;
}

export interface Draft {
  readonly userId: string;
  readonly conversation: Conversation;
  readonly threadRootId: string | null;
  content: string | null;
  data: JsonObject;
  replyToId: string | null;
  savedAt: number;
  changed: number;
}

/** What one user has, by its id. */
export interface UserRows {
  /** Also those that have ended. */
  readonly memberships: Map<string, Member>;
  /** Messages deleted for oneself alone, by id. One that is shown again stays, so that pulls tell of it. */
  readonly hidden: Map<string, Hidden>;
  readonly follows: Map<string, Follow>;
  /** By the root of the thread, or the conversation. */
  readonly drafts: Map<string, Draft>;
  /** Mutations that must not be repeated, with what they were about. */
  readonly applied: Map<string, string | null>;
  bucket: { readonly tokens: number; readonly refilledAt: number } | null;
}

export type Payload = Readonly<Record<string, unknown>>;

/** What one transaction tells one topic. */
export interface LiveEventRow {
  readonly xid: number;
  readonly changes: readonly Payload[];
  /** There was more than fits into an event. */
  readonly is_cut?: true;
}

/** The tables, and what a transaction has. */
export interface Db {
  readonly settings: FakeServerSettings;
  readonly conversationKinds: Map<string, FakeConversationKind>;
  readonly messageKinds: Map<string, FakeMessageKind>;
  readonly profiles: Map<string, Profile>;
  readonly conversations: Map<string, Conversation>;
  readonly directs: Map<string, Conversation>;
  readonly messages: Map<string, Message>;
  /** What a user has; also of one that does not exist. */
  user(id: string): UserRows;
  /** Now, in microseconds; later with every call. */
  now(): number;
  /** The number of the transaction, which every changed row carries (rule D4). */
  xid(): number;
  /** What lies before it is over; the number of this transaction if it has one by then. */
  horizon(): number;
  /** Names the history of transactions; another one after a restore. */
  readonly epoch: string;
  /** A random id. */
  mint(): string;
  /** Tells topics of a change once the transaction is over (rule D10). */
  emit(topics: readonly string[], change: Payload): void;
  /** Where this transaction has something to tell that the user may hear: the user's id, and those of feeds. */
  toldTo(userId: string): { readonly xid: number | null; readonly told: readonly string[] };
}

export const defaultSettings: FakeServerSettings = {
  fanout_max_members: 50,
  receipts_max_members: 50,
  rate_limit_burst: 60,
  rate_limit_per_second: 10,
  max_content_length: 8000,
  max_data_bytes: 65_536,
  max_group_members: 1000,
  max_reactions_per_user: 20,
  edit_window_seconds: null,
  delete_window_seconds: null,
};

const conversationKind: FakeConversationKind = {
  isDirect: false,
  needsContext: false,
  postRole: 'member',
  pinRole: 'member',
  addMembersRole: 'admin',
  updateRole: 'admin',
  showsHistory: true,
  hasReceipts: true,
  hasSystemMessages: true,
  slowModeSeconds: 0,
  maxMembers: null,
};

const messageKind: FakeMessageKind = {
  isSendable: true,
  postRole: 'member',
  needsContent: true,
  needsOccursOn: false,
  countsAsUnread: true,
  isAttachment: false,
  editWindowSeconds: null,
  deleteWindowSeconds: null,
};

/** Kinds an app adds, each with what differs from the defaults of the table. */
export interface GivenKinds {
  readonly conversationKinds?: Readonly<Record<string, Partial<FakeConversationKind>>>;
  readonly messageKinds?: Readonly<Record<string, Partial<FakeMessageKind>>>;
}

/** Those of the migrations and those of the app. */
export function createKinds(given: GivenKinds): Pick<Db, 'conversationKinds' | 'messageKinds'> {
  const conversations: Readonly<Record<string, Partial<FakeConversationKind>>> = {
    direct: { isDirect: true, addMembersRole: 'owner', hasSystemMessages: false, maxMembers: 2 },
    group: {},
    course: { needsContext: true },
    announcement: { postRole: 'admin', hasSystemMessages: false },
    ...given.conversationKinds,
  };
  const messages: Readonly<Record<string, Partial<FakeMessageKind>>> = {
    text: {},
    image: { needsContent: false, isAttachment: true },
    file: { needsContent: false, isAttachment: true },
    system: { isSendable: false, needsContent: false, countsAsUnread: false },
    notification: { isSendable: false },
    ...given.messageKinds,
  };
  return {
    conversationKinds: new Map(
      Object.entries(conversations).map(([kind, rules]) => [kind, { ...conversationKind, ...rules }]),
    ),
    messageKinds: new Map(
      Object.entries(messages).map(([kind, rules]) => [kind, { ...messageKind, ...rules }]),
    ),
  };
}

export const createUserRows = (): UserRows => ({
  memberships: new Map(),
  hidden: new Map(),
  follows: new Map(),
  drafts: new Map(),
  applied: new Map(),
  bucket: null,
});
