/** Rows as they travel. */
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
  readonly thread_root_id: string | null;
  readonly occurs_on: string | null;
  readonly counts: boolean;
  readonly created_at: string;
  readonly edited_at: string | null;
  readonly deleted_at: string | null;
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

export interface ProfileRow {
  readonly id: string;
  readonly display_name: string;
  readonly avatar_url: string | null;
  readonly last_seen_at: string | null;
  readonly changed: number;
}

export interface ConversationRow {
  readonly id: string;
  readonly kind: string;
  readonly title: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly context_type: string | null;
  readonly context_id: string | null;
  readonly created_by: string | null;
  readonly created_at: string;
  readonly last_activity_at: string;
  readonly last_seq: number;
  readonly version: number;
  readonly member_count: number;
  readonly feed: string | null;
  readonly last_message: MessageRow | null;
  readonly unread: number;
  readonly me: MemberRow;
  readonly changed: number;
}
