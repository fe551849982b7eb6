import type {
  ConversationRecord,
  DraftRecord,
  MemberRecord,
  MessageRecord,
  OwnMemberRecord,
  ProfileRecord,
  ThreadRecord,
} from '../../../src/model/records';

type Row = Readonly<Record<string, unknown>>;

/** A record under the names the server uses; what is inside its fields keeps its names. */
function row(record: object): Row {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value as unknown,
    ]),
  );
}

/** Records in the form the server sends them. */
export const messageRow = (message: MessageRecord): Row => ({
  ...row(message),
  reply_to: message.replyTo && row(message.replyTo),
  thread: message.thread && row(message.thread),
  reactions: message.reactions.map(row),
});
export const memberRow = (member: MemberRecord | OwnMemberRecord): Row => row(member);
export const profileRow = (profile: ProfileRecord): Row => row(profile);
export const draftRow = (draft: DraftRecord): Row => row(draft);
export const threadRow = (thread: ThreadRecord): Row => row(thread);
export const conversationRow = (conversation: ConversationRecord): Row => ({
  ...row(conversation),
  last_message: conversation.lastMessage && messageRow(conversation.lastMessage),
  me: memberRow(conversation.me),
});

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
    drafts: [],
    threads: [],
    hidden: [],
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
