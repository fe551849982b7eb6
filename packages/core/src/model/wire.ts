import * as z from 'zod/mini';
import { ConfabError } from '../errors/confab-error';
import { isErrorCode } from '../errors/codes';
import type { ConversationRecord, MemberRecord, MessageRecord, ProfileRecord } from './records';

const text = z.string();
const textOrNull = z.nullable(z.string());
const count = z.number();
const object = z.record(z.string(), z.unknown());

const message = z.pipe(
  z.object({
    id: text,
    conversation_id: text,
    seq: count,
    version: count,
    sender_id: textOrNull,
    kind: text,
    content: textOrNull,
    data: object,
    reply_to_id: textOrNull,
    thread_root_id: textOrNull,
    occurs_on: textOrNull,
    counts: z.boolean(),
    created_at: text,
    edited_at: textOrNull,
    deleted_at: textOrNull,
  }),
  z.transform((row): MessageRecord => ({
    id: row.id,
    conversationId: row.conversation_id,
    seq: row.seq,
    version: row.version,
    senderId: row.sender_id,
    kind: row.kind,
    content: row.content,
    data: row.data,
    replyToId: row.reply_to_id,
    threadRootId: row.thread_root_id,
    occursOn: row.occurs_on,
    counts: row.counts,
    createdAt: row.created_at,
    editedAt: row.edited_at,
    deletedAt: row.deleted_at,
  })),
);

const member = z.pipe(
  z.object({
    conversation_id: text,
    user_id: text,
    role: z.enum(['owner', 'admin', 'member']),
    state: z.enum(['invited', 'joined', 'left', 'removed']),
    last_read_seq: count,
    last_delivered_seq: count,
    joined_at: textOrNull,
    left_at: textOrNull,
    changed: count,
  }),
  z.transform((row): MemberRecord => ({
    conversationId: row.conversation_id,
    userId: row.user_id,
    role: row.role,
    state: row.state,
    lastReadSeq: row.last_read_seq,
    lastDeliveredSeq: row.last_delivered_seq,
    joinedAt: row.joined_at,
    leftAt: row.left_at,
    changed: row.changed,
  })),
);

const profile = z.pipe(
  z.object({
    id: text,
    display_name: text,
    avatar_url: textOrNull,
    last_seen_at: textOrNull,
    changed: count,
  }),
  z.transform((row): ProfileRecord => ({
    id: row.id,
    displayName: row.display_name,
    avatarUrl: row.avatar_url,
    lastSeenAt: row.last_seen_at,
    changed: row.changed,
  })),
);

const conversation = z.pipe(
  z.object({
    id: text,
    kind: text,
    title: textOrNull,
    data: object,
    context_type: textOrNull,
    context_id: textOrNull,
    created_by: textOrNull,
    created_at: text,
    last_activity_at: text,
    last_seq: count,
    version: count,
    member_count: count,
    feed: textOrNull,
    last_message: z.nullable(message),
    unread: count,
    me: member,
    changed: count,
  }),
  z.transform((row): ConversationRecord => ({
    id: row.id,
    kind: row.kind,
    title: row.title,
    data: row.data,
    contextType: row.context_type,
    contextId: row.context_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    lastActivityAt: row.last_activity_at,
    lastSeq: row.last_seq,
    version: row.version,
    memberCount: row.member_count,
    feed: row.feed,
    lastMessage: row.last_message,
    unread: row.unread,
    me: row.me,
    changed: row.changed,
  })),
);

const conversationPage = z.object({
  conversations: z.array(conversation),
  members: z.array(member),
  profiles: z.array(profile),
  next: textOrNull,
  unread_total: count,
});

const history = z.object({
  messages: z.array(message),
  profiles: z.array(profile),
  covers: z.object({ from: count, to: count }),
  has_older: z.boolean(),
  has_newer: z.boolean(),
  version: count,
});

const pull = z.object({
  cursor: text,
  reset: z.boolean(),
  conversations: z.array(conversation),
  members: z.array(member),
  messages: z.array(message),
  profiles: z.array(profile),
  removed: z.array(text),
  truncated: z.array(text),
  has_more: z.boolean(),
  unread_total: count,
});

const pushError = z.pipe(
  z.object({ code: text, message: text, retryable: z.optional(z.boolean()), retry_after: z.nullable(count) }),
  z.transform(
    ({ code, message, retryable, retry_after }) =>
      new ConfabError({
        // Of a code of a later version the server says whether trying again helps.
        code: isErrorCode(code) ? code : retryable ? 'internal' : 'unexpected_response',
        message,
        retryAfterMs: retry_after === null ? undefined : retry_after * 1000,
      }),
  ),
);

const push = z.object({
  results: z.array(
    z.union([
      z.object({ id: text, ok: z.literal(true), result: z.unknown() }),
      z.object({ id: text, ok: z.literal(false), error: pushError }),
    ]),
  ),
});

const cursorResult = z.object({ member, unread: z.optional(count) });

const liveChange = z.union([
  z.object({
    type: z.literal('message'),
    conversation_id: text,
    version: count,
    message: z.optional(message),
    profile: z.optional(z.nullable(profile)),
    conversation: z.object({ last_seq: count, version: count, last_activity_at: text }),
  }),
  z.object({
    type: z.literal('member'),
    conversation_id: text,
    member,
    profile: z.optional(z.nullable(profile)),
    unread: z.optional(count),
  }),
  z.object({ type: z.literal('conversation'), conversation_id: text }),
]);

export type ConversationPage = z.output<typeof conversationPage>;
export type HistoryPage = z.output<typeof history>;
export type PullResponse = z.output<typeof pull>;
export type PushResponse = z.output<typeof push>;
export type LiveChange = z.output<typeof liveChange>;

function decoder<T>(schema: z.ZodMiniType<T>, what: string): (value: unknown) => T {
  return (value) => {
    const result = z.safeParse(schema, value);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw new ConfabError(
      {
        code: 'unexpected_response',
        message: `unable to read ${what}; ${issue?.path.join('.') || 'the value'}: ${issue?.message ?? 'invalid'}`,
      },
      { cause: result.error },
    );
  };
}

/** Decoders of everything that comes from the wire (rule E12); each throws `unexpected_response`. */
export const decode = {
  message: decoder(message, 'a message'),
  conversation: decoder(conversation, 'a conversation'),
  conversationPage: decoder(conversationPage, 'a page of conversations'),
  history: decoder(history, 'a page of messages'),
  pull: decoder(pull, 'the changes'),
  push: decoder(push, 'the answer to a push'),
  cursor: decoder(cursorResult, 'a cursor'),
  liveChange: decoder(liveChange, 'a live event'),
};
