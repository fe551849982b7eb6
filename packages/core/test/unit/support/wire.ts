import type {
  ConversationRecord,
  MemberRecord,
  MessageRecord,
  ProfileRecord,
} from '../../../src/model/records';

/** Records in the form the server sends them. */
export function messageRow(row: MessageRecord) {
  return {
    id: row.id,
    conversation_id: row.conversationId,
    seq: row.seq,
    version: row.version,
    sender_id: row.senderId,
    kind: row.kind,
    content: row.content,
    data: row.data,
    reply_to_id: row.replyToId,
    thread_root_id: row.threadRootId,
    occurs_on: row.occursOn,
    counts: row.counts,
    created_at: row.createdAt,
    edited_at: row.editedAt,
    deleted_at: row.deletedAt,
  };
}

export function memberRow(row: MemberRecord) {
  return {
    conversation_id: row.conversationId,
    user_id: row.userId,
    role: row.role,
    state: row.state,
    last_read_seq: row.lastReadSeq,
    last_delivered_seq: row.lastDeliveredSeq,
    joined_at: row.joinedAt,
    left_at: row.leftAt,
    changed: row.changed,
  };
}

export function profileRow(row: ProfileRecord) {
  return {
    id: row.id,
    display_name: row.displayName,
    avatar_url: row.avatarUrl,
    last_seen_at: row.lastSeenAt,
    changed: row.changed,
  };
}

export function conversationRow(row: ConversationRecord) {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    data: row.data,
    context_type: row.contextType,
    context_id: row.contextId,
    created_by: row.createdBy,
    created_at: row.createdAt,
    last_activity_at: row.lastActivityAt,
    last_seq: row.lastSeq,
    version: row.version,
    member_count: row.memberCount,
    feed: row.feed,
    last_message: row.lastMessage && messageRow(row.lastMessage),
    unread: row.unread,
    me: memberRow(row.me),
    changed: row.changed,
  };
}

/** The answer of `pull` with nothing in it but what is given. */
export function pullAnswer(over: Record<string, unknown> = {}) {
  return {
    cursor: 'c1',
    reset: false,
    conversations: [],
    members: [],
    messages: [],
    profiles: [],
    removed: [],
    truncated: [],
    has_more: false,
    unread_total: 0,
    ...over,
  };
}

export function historyAnswer(rows: readonly MessageRecord[], over: Record<string, unknown>) {
  return {
    messages: rows.map(messageRow),
    profiles: [],
    has_older: false,
    has_newer: false,
    ...over,
  };
}
