/** What the functions answer, as far as the suites look at it. */
export interface ReplyPreview {
  id: string;
  seq: number;
  version: number;
  sender_id: string | null;
  kind: string;
  content: string | null;
  deleted_at: string | null;
}

export interface ThreadSummary {
  reply_count: number;
  last_reply_seq: number;
  last_reply_at: string;
  participant_ids: string[];
}

export interface Reaction {
  emoji: string;
  count: number;
  user_ids: string[];
  own: boolean | null;
}

export interface Message {
  id: string;
  conversation_id: string;
  seq: number;
  version: number;
  sender_id: string | null;
  kind: string;
  content: string | null;
  data: Record<string, unknown>;
  reply_to_id: string | null;
  reply_to: ReplyPreview | null;
  thread_root_id: string | null;
  thread: ThreadSummary | null;
  forwarded_from_id: string | null;
  occurs_on: string | null;
  counts: boolean;
  mentioned_user_ids: string[];
  mentions_everyone: boolean;
  reactions: Reaction[];
  pinned_at: string | null;
  pinned_by: string | null;
  created_at: string;
  edited_at: string | null;
  deleted_at: string | null;
  deleted_by: string | null;
  is_hidden: boolean | null;
}

export interface Member {
  conversation_id: string;
  user_id: string;
  role: string;
  state: string;
  last_read_seq: number;
  last_delivered_seq: number;
  joined_at: string | null;
  left_at: string | null;
  changed: number;
}

/** A member as it sees itself. */
export interface OwnMember extends Member {
  unread_after_seq: number;
  visible_from_seq: number;
  last_hidden_seq: number;
  pinned_at: string | null;
  muted_until: string | null;
  archived_at: string | null;
  is_hidden: boolean;
  invited_by: string | null;
}

/** Answer of what moves the unread cursor. */
export interface OwnState {
  member: OwnMember;
  unread: number;
  unread_mentions: number;
  unread_threads: number;
}

/** How far the caller has read a thread. */
export interface ThreadState {
  root_id: string;
  conversation_id: string;
  last_read_seq: number;
  is_following: boolean;
  unread: boolean;
  last_reply_seq: number;
  root_version: number;
  changed: number;
}

/** A page of messages from anywhere. */
export interface MessagePage {
  messages: Message[];
  profiles: Profile[];
  next: string | null;
}

export interface Profile {
  id: string;
  display_name: string;
  avatar_url: string | null;
  last_seen_at: string | null;
  deleted_at: string | null;
  changed: number;
}

export interface Conversation {
  id: string;
  kind: string;
  title: string | null;
  description: string | null;
  avatar_url: string | null;
  data: Record<string, unknown>;
  context_type: string | null;
  context_id: string | null;
  created_by: string | null;
  created_at: string;
  last_activity_at: string;
  last_seq: number;
  version: number;
  member_count: number;
  feed: string | null;
  last_message: Message | null;
  unread: number;
  unread_mentions: number;
  unread_threads: number;
  me: OwnMember;
  changed: number;
}

export interface ConversationList {
  conversations: Conversation[];
  members: Member[];
  profiles: Profile[];
  next: string | null;
  unread_total: number;
}

export interface MemberList {
  members: Member[];
  profiles: Profile[];
  next: string | null;
}

export interface History {
  messages: Message[];
  profiles: Profile[];
  covers: { from: number; to: number };
  has_older: boolean;
  has_newer: boolean;
  version: number;
}

export interface Pulled {
  cursor: string;
  reset: boolean;
  conversations: Conversation[];
  members: Member[];
  messages: Message[];
  profiles: Profile[];
  drafts: Draft[];
  threads: ThreadState[];
  hidden: { conversation_id: string; message_id: string; changed: number; message: Message | null }[];
  removed: string[];
  truncated: string[];
  has_more: boolean;
  unread_total: number;
}

export interface Mutation {
  id: string;
  type: string;
  conversation_id: string | null;
  args: Record<string, unknown>;
}

export interface MutationError {
  code: string;
  message: string;
  retryable: boolean;
  retry_after: number | null;
}

export type MutationResult =
  { id: string; ok: true; result: Record<string, unknown> } | { id: string; ok: false; error: MutationError };

/** What a user has written and not sent. */
export interface Draft {
  conversation_id: string;
  thread_root_id: string | null;
  content: string | null;
  data: Record<string, unknown>;
  reply_to_id: string | null;
  saved_at: string;
  changed: number;
}

export interface SearchPage {
  results: { message: Message; snippet: string; rank: number }[];
  profiles: Profile[];
  next: string | null;
}

/** A page of `export_my_data`; all but the messages come with the first. */
export interface Exported {
  profile?: Profile;
  memberships?: (OwnMember & { kind: string; title: string | null })[];
  conversations_created?: { id: string; created_at: string }[];
  drafts?: { conversation_id: string; content: string | null }[];
  reactions?: { message_id: string; emoji: string; created_at: string }[];
  mentions?: { conversation_id: string; seq: number }[];
  threads?: { root_id: string; last_read_seq: number; is_following: boolean }[];
  hidden_messages?: { conversation_id: string; message_id: string; is_hidden: boolean }[];
  read_log?: { conversation_id: string; seq: number; read_at: string }[];
  messages: {
    id: string;
    content: string | null;
    versions: { number: number; content: string | null }[];
  }[];
  next: string | null;
}

/** The answer of each function of the schema. */
export interface Answers {
  current_user_id: string;
  user_id: string | null;
  push: { results: MutationResult[] };
  pull: Pulled;
  history: History;
  conversations: ConversationList;
  conversation: ConversationList;
  unread_total: number;
  get_or_create_direct: Conversation;
  create_conversation: Conversation;
  send_message: Message;
  edit_message: Message;
  delete_message: Message;
  hide_message: Message & { changed: number };
  unhide_message: Message & { changed: number };
  forward_message: Message;
  pin_message: Message;
  unpin_message: Message;
  add_reaction: Message;
  remove_reaction: Message;
  mark_read: OwnState;
  mark_delivered: { member: OwnMember };
  mark_unread: OwnState;
  mark_all_read: { unread_total: number };
  mark_thread_read: ThreadState | null;
  follow_thread: ThreadState;
  unread_counts: { messages: number; conversations: number; mentions: number; threads: number };
  reactors: {
    reactions: { user_id: string; emoji: string; created_at: string }[];
    profiles: Profile[];
    next: string | null;
  };
  readers: {
    readers: { user_id: string; read_at: string | null }[];
    delivered: string[];
    profiles: Profile[];
    next: string | null;
  };
  message_versions: {
    versions: {
      number: number;
      content: string | null;
      data: Record<string, unknown>;
      replaced_at: string;
    }[];
  };
  pinned_messages: MessagePage;
  mentions: MessagePage;
  history_by_date: MessagePage;
  threads: MessagePage & { threads: ThreadState[] };
  update_conversation: Conversation;
  add_members: Conversation;
  invite_members: Conversation;
  accept_invite: Conversation;
  decline_invite: null;
  remove_member: Conversation;
  leave_conversation: null;
  set_role: Conversation;
  transfer_ownership: Conversation;
  set_membership: Conversation;
  members: MemberList;
  export_my_data: Exported;
  save_draft: Draft;
  drafts: { drafts: Draft[] };
  search_messages: SearchPage;
}
