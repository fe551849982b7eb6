/** Rows as they travel. */
export interface ReactionRow {
  readonly emoji: string;
  readonly count: number;
  readonly user_ids: readonly string[];
  readonly own: boolean | null;
}

export interface ThreadSummaryRow {
  readonly reply_count: number;
  readonly last_reply_seq: number;
  readonly last_reply_at: string;
  readonly participant_ids: readonly (string | null)[];
}

/** A message as a reply to it quotes it. */
export interface ReplyRow {
  readonly id: string;
  readonly seq: number;
  readonly version: number;
  readonly sender_id: string | null;
  readonly kind: string;
  readonly content: string | null;
  readonly deleted_at: string | null;
}

export interface MentionRow {
  readonly user_id: string | null;
  readonly start: number;
  readonly length: number;
}

export interface MessageRow {
  readonly id: string;
  readonly conversation_id: string;
  readonly seq: number;
  readonly version: number;
  readonly sender_id: string | null;
  readonly kind: string;
  readonly content: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly reply_to_id: string | null;
  readonly reply_to: ReplyRow | null;
  readonly thread_root_id: string | null;
  readonly thread: ThreadSummaryRow | null;
  readonly forwarded_from_id: string | null;
  readonly occurs_on: string | null;
  readonly counts: boolean;
  readonly mentioned_user_ids: readonly string[];
  readonly mentions_everyone: boolean;
  readonly mentions: readonly MentionRow[] | null;
  readonly reactions: readonly ReactionRow[];
  readonly pinned_at: string | null;
  readonly pinned_by: string | null;
  readonly created_at: string;
  readonly edited_at: string | null;
  readonly deleted_at: string | null;
  readonly deleted_by: string | null;
  readonly is_hidden: boolean | null;
}

export interface MemberRow {
  readonly conversation_id: string;
  readonly user_id: string;
  readonly role: 'owner' | 'admin' | 'member';
  readonly state: 'invited' | 'joined' | 'left' | 'removed';
  readonly last_read_seq: number;
  readonly last_delivered_seq: number;
  readonly joined_at: string | null;
  readonly left_at: string | null;
  readonly changed: number;
}

/** What only the member itself is told. */
export interface OwnMemberRow extends MemberRow {
  readonly unread_after_seq: number;
  readonly visible_from_seq: number;
  readonly last_hidden_seq: number;
  readonly pinned_at: string | null;
  readonly muted_until: string | null;
  readonly archived_at: string | null;
  readonly is_hidden: boolean;
  readonly invited_by: string | null;
}

export interface ProfileRow {
  readonly id: string;
  readonly display_name: string;
  readonly avatar_url: string | null;
  readonly last_seen_at: string | null;
  readonly deleted_at: string | null;
  readonly changed: number;
}

export interface ConversationRow {
  readonly id: string;
  readonly kind: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly avatar_url: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly context_type: string | null;
  readonly context_id: string | null;
  readonly created_by: string | null;
  readonly created_at: string;
  readonly last_activity_at: string;
  readonly last_seq: number;
  readonly version: number;
  readonly member_count: number;
  readonly is_locked: boolean;
  readonly post_role: MemberRow['role'];
  readonly has_receipts: boolean;
  readonly slow_mode_seconds: number;
  readonly feed: string | null;
  readonly last_message: MessageRow | null;
  readonly unread: number;
  readonly unread_mentions: number;
  readonly unread_threads: number;
  readonly me: OwnMemberRow;
  readonly changed: number;
}

/** What answers and events say of the caller's own membership. */
export interface OwnStateRow {
  readonly member: OwnMemberRow;
  readonly version: number;
  readonly unread: number;
  readonly unread_mentions: number;
  readonly unread_threads: number;
}

export interface ThreadRow {
  readonly root_id: string;
  readonly conversation_id: string;
  readonly last_read_seq: number;
  readonly is_following: boolean;
  readonly unread: boolean;
  readonly last_reply_seq: number;
  readonly root_version: number;
  readonly changed: number;
}

export interface DraftRow {
  readonly conversation_id: string;
  readonly thread_root_id: string | null;
  readonly content: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly reply_to_id: string | null;
  readonly saved_at: string;
  readonly changed: number;
}
