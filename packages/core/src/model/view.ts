import type { ConfabError } from '../errors/confab-error';
import type { KindAndData, MessageKinds } from './kinds';
import type { JsonObject, MemberRole, MemberState, Mention, ThreadSummary } from './records';

/** A person as shown next to messages. */
export interface Profile {
  readonly id: string;
  /** Empty for somebody this device knows nothing of. Of a deleted account `Deleted user` and the end of its id. */
  readonly displayName: string;
  readonly avatarUrl: string | null;
  /** Whether the account was deleted: an app that speaks another language names it by the id itself. */
  readonly isDeleted: boolean;
}

/**
 * - `pending`: stored on this device, not yet confirmed
 * - `sent`: confirmed by the server
 * - `failed`: refused by the server; kept with its text until the user retries or discards it
 */
export type MessageStatus = 'pending' | 'sent' | 'failed';

/** The message another one answers, as it is now. */
export interface ReplyPreview {
  readonly id: string;
  readonly seq: number;
  readonly senderId: string | null;
  readonly sender: Profile | null;
  readonly kind: string;
  /** At most 200 characters. */
  readonly content: string | null;
  readonly deletedAt: string | null;
}

export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  /** Up to ten of them. */
  readonly userIds: readonly string[];
  readonly isOwn: boolean;
}

/** A message of the view: confirmed rows with pending writes laid over them (rule E5). */
export type Message<K extends MessageKinds = MessageKinds> = KindAndData<K> & {
  /** The same from the moment the user acts (rule E2). */
  readonly id: string;
  readonly conversationId: string;
  /** Position in the conversation; null until the server confirmed it. */
  readonly seq: number | null;
  readonly senderId: string | null;
  /** Null for authors who were erased. */
  readonly sender: Profile | null;
  readonly isOwn: boolean;
  /** Null when deleted, or for kinds without text. */
  readonly content: string | null;
  readonly replyToId: string | null;
  /**
   * Null where the current user may not look back to it, or has deleted it for themselves. What a pending message answers
   * is known once that is loaded on this device.
   */
  readonly replyTo: ReplyPreview | null;
  readonly threadRootId: string | null;
  /** The replies under it; null when there are none. */
  readonly thread: ThreadSummary | null;
  readonly forwardedFromId: string | null;
  readonly reactions: readonly Reaction[];
  readonly mentionedUserIds: readonly string[];
  readonly mentionsEveryone: boolean;
  /** Where in `content` they are mentioned, as its sender said; `mentionsOf` says it also of who sent no places. */
  readonly mentions: readonly Mention[];
  readonly pinnedAt: string | null;
  readonly pinnedBy: string | null;
  readonly occursOn: string | null;
  /** Whether it is unread for the others until they read it; system messages, silent kinds and replies in threads are not. */
  readonly countsAsUnread: boolean;
  /** ISO 8601. The device's time while pending, then the server's. */
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  /** Its sender, or an admin. */
  readonly deletedBy: string | null;
  readonly status: MessageStatus;
  /** Why it failed, or why an edit or deletion of it was refused. */
  readonly error: ConfabError | null;
  /** Whether an edit or deletion of it is not yet confirmed. */
  readonly hasPendingChange: boolean;
};

export interface Member {
  readonly userId: string;
  readonly profile: Profile;
  readonly role: MemberRole;
  readonly state: MemberState;
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
  /** ISO 8601; null when never seen. At most a minute or so behind while the person is connected. */
  readonly lastSeenAt: string | null;
}

export interface Conversation<K extends MessageKinds = MessageKinds> {
  readonly id: string;
  readonly kind: string;
  /** The title given to it; null for direct conversations. `name` is what to show. */
  readonly title: string | null;
  /** The title, or the other members' names; where nobody else is left, the names of those who have gone. */
  readonly name: string;
  readonly description: string | null;
  readonly avatarUrl: string | null;
  readonly data: JsonObject;
  readonly contextType: string | null;
  readonly contextId: string | null;
  readonly memberCount: number;
  /** Joined members; only the current user where there are more than the server lists (50 by default). */
  readonly members: readonly Member[];
  readonly lastMessage: Message<K> | null;
  readonly lastActivityAt: string;
  readonly unreadCount: number;
  /** Unread messages that mention the current user or everyone. */
  readonly unreadMentionCount: number;
  /** Threads the current user follows and has not read to their end. */
  readonly unreadThreadCount: number;
  /**
   * The current user's read cursor, pending mark-reads included: what comes after it is unread. It goes back when
   * something is marked unread; what others see as read does not.
   */
  readonly lastReadSeq: number;
  readonly lastSeq: number;
  /** The current user's. */
  readonly role: MemberRole;
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  /** Out of the list until its next message. */
  readonly isHidden: boolean;
  /** ISO 8601, `infinity` for good, null when not muted. */
  readonly mutedUntil: string | null;
  /** Only owners and admins may write. */
  readonly isLocked: boolean;
  /**
   * Whether the current user may: by the role its kind asks for, unless it is locked for them, or a direct conversation
   * with somebody who was deleted.
   */
  readonly canPost: boolean;
  /** How long members wait between two messages; 0 when they need not. */
  readonly slowModeSeconds: number;
  /** Who invited the current user; null unless it is an invitation. */
  readonly invitedBy: string | null;
  /** `pending` while its creation is not confirmed, `failed` when it was refused. */
  readonly status: MessageStatus;
  readonly error: ConfabError | null;
}

/** One page of something; `next` is what the call for the following one takes, null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** What all views of server data say of their loading; named as in TanStack Query. */
export interface LoadState {
  /** No data yet. */
  readonly isPending: boolean;
  /** Why the last load failed; data loaded earlier stays. */
  readonly error: ConfabError | null;
}

export interface ConversationsView<K extends MessageKinds = MessageKinds> extends LoadState {
  /** Newest activity first. */
  readonly conversations: readonly Conversation<K>[];
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
}

export interface ConversationView<K extends MessageKinds = MessageKinds> extends LoadState {
  readonly conversation: Conversation<K> | null;
}

export interface MessagesView<K extends MessageKinds = MessageKinds> extends LoadState {
  /** Oldest first; pending ones last, once there are no newer ones. */
  readonly messages: readonly Message<K>[];
  readonly hasOlder: boolean;
  /** Whether messages follow that are not shown: after a jump to older ones. */
  readonly hasNewer: boolean;
  readonly isFetchingOlder: boolean;
  readonly isFetchingNewer: boolean;
  /** Every other member has read up to here. 0 in conversations that do not list their members. */
  readonly readByAllSeq: number;
  /** Every other member has received up to here. */
  readonly deliveredToAllSeq: number;
}

export interface MessageView<K extends MessageKinds = MessageKinds> extends LoadState {
  /** Null where there is none, also when one has deleted it for oneself. */
  readonly message: Message<K> | null;
}

/** A member who is typing. */
export type TypingView = readonly Profile[];

export type PresenceState = 'online' | 'away' | 'busy' | 'offline';

export interface Presence {
  readonly state: PresenceState;
  /** ISO 8601; null when never seen. */
  readonly lastSeenAt: string | null;
}

/** Presence of the members of a conversation, by user id. */
export type PresenceView = Readonly<Record<string, Presence>>;

/** How the write ended: an answer, never a rejection. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ConfabError };

/** A write that is stored on this device (rule E1). */
export interface Queued<T> {
  /** The id of the message or conversation. */
  readonly id: string;
  /**
   * Settles when the server confirmed or finally refused it, which may be hours later; never rejects. After a reload
   * only the views tell.
   */
  readonly confirmed: Promise<Outcome<T>>;
}
