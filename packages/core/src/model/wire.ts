import { ConfabError } from '../errors/confab-error';
import { isErrorCode } from '../errors/codes';
import {
  anything,
  bool,
  built,
  choice,
  fields,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  sharedText,
  tagged,
  text,
} from '../lib/decode';
import { mapped, read, type Decoded, type Decoder } from '../lib/decode';
import type {
  ConversationRecord,
  DraftRecord,
  MemberRecord,
  Mention,
  MessageRecord,
  OwnMemberRecord,
  ProfileRecord,
  ReactionRecord,
  ReplyRecord,
  ThreadRecord,
  ThreadSummary,
} from './records';

const textOrNull = nullable(text);

const reply: Decoder<ReplyRecord> = record({
  id: text,
  seq: number,
  version: number,
  sender_id: textOrNull,
  kind: text,
  content: textOrNull,
  deleted_at: textOrNull,
});

const threadSummary: Decoder<ThreadSummary> = record({
  reply_count: number,
  last_reply_seq: number,
  last_reply_at: text,
  participant_ids: list(text),
});

const reaction: Decoder<ReactionRecord> = record({
  emoji: text,
  count: number,
  user_ids: list(text),
  own: nullable(bool),
});

const mention: Decoder<Mention> = record({ user_id: textOrNull, start: number, length: number });

const sharedOrNull = nullable(sharedText);
const texts = list(text);
const replyOrNull = nullable(reply);
const threadOrNull = nullable(threadSummary);
const reactions = list(reaction);
const mentionsOrNull = nullable(list(mention));
const boolOrNull = nullable(bool);
const NO_MENTIONS: readonly Mention[] = [];
const message: Decoder<MessageRecord> = built('conversation_id', (row) => ({
  id: text(row.id),
  conversationId: sharedText(row.conversation_id),
  seq: number(row.seq),
  version: number(row.version),
  senderId: sharedOrNull(row.sender_id),
  kind: text(row.kind),
  content: textOrNull(row.content),
  data: object(row.data),
  replyToId: textOrNull(row.reply_to_id),
  replyTo: replyOrNull(row.reply_to),
  threadRootId: textOrNull(row.thread_root_id),
  thread: threadOrNull(row.thread),
  forwardedFromId: textOrNull(row.forwarded_from_id),
  occursOn: textOrNull(row.occurs_on),
  counts: bool(row.counts),
  mentionedUserIds: texts(row.mentioned_user_ids),
  mentionsEveryone: bool(row.mentions_everyone),
  mentions: mentionsOrNull(row.mentions) ?? NO_MENTIONS,
  reactions: reactions(row.reactions),
  pinnedAt: textOrNull(row.pinned_at),
  pinnedBy: textOrNull(row.pinned_by),
  createdAt: text(row.created_at),
  editedAt: textOrNull(row.edited_at),
  deletedAt: textOrNull(row.deleted_at),
  deletedBy: textOrNull(row.deleted_by),
  isHidden: boolOrNull(row.is_hidden),
}));

const role = oneOf('owner', 'admin', 'member');
const memberShape = {
  conversation_id: sharedText,
  user_id: sharedText,
  role,
  state: oneOf('invited', 'joined', 'left', 'removed'),
  last_read_seq: number,
  last_delivered_seq: number,
  joined_at: textOrNull,
  left_at: textOrNull,
  changed: number,
};
const member: Decoder<MemberRecord> = record(memberShape);

const ownMember: Decoder<OwnMemberRecord> = record({
  ...memberShape,
  unread_after_seq: number,
  visible_from_seq: number,
  last_hidden_seq: number,
  pinned_at: textOrNull,
  muted_until: textOrNull,
  archived_at: textOrNull,
  is_hidden: bool,
  invited_by: textOrNull,
});

const profile: Decoder<ProfileRecord> = record({
  id: sharedText,
  display_name: text,
  avatar_url: textOrNull,
  last_seen_at: textOrNull,
  deleted_at: textOrNull,
  changed: number,
});

const conversation: Decoder<ConversationRecord> = record({
  id: sharedText,
  kind: text,
  title: textOrNull,
  description: textOrNull,
  avatar_url: textOrNull,
  data: object,
  context_type: textOrNull,
  context_id: textOrNull,
  created_by: textOrNull,
  created_at: text,
  last_activity_at: text,
  last_seq: number,
  version: number,
  member_count: number,
  is_locked: bool,
  post_role: optional(role),
  has_receipts: optional(bool),
  slow_mode_seconds: number,
  feed: textOrNull,
  last_message: nullable(message),
  unread: number,
  unread_mentions: number,
  unread_threads: number,
  me: ownMember,
  changed: number,
});

const draft: Decoder<DraftRecord> = record({
  conversation_id: text,
  thread_root_id: textOrNull,
  content: textOrNull,
  data: object,
  reply_to_id: textOrNull,
  saved_at: text,
  changed: number,
});

const thread: Decoder<ThreadRecord> = record({
  root_id: text,
  conversation_id: text,
  last_read_seq: number,
  is_following: bool,
  unread: bool,
  last_reply_seq: number,
  root_version: number,
  changed: number,
});

const conversationPage = fields({
  conversations: list(conversation),
  members: list(member),
  profiles: list(profile),
  next: textOrNull,
  unread_total: number,
});

const history = fields({
  messages: list(message),
  profiles: list(profile),
  covers: fields({ from: number, to: number }),
  has_older: bool,
  has_newer: bool,
  version: number,
});

/** All that pulls keep up to date from a cursor on, in one: as it was when the cursor was written (rule E15). */
const snapshot = fields({
  cursor: text,
  list: nullable(fields({ conversations: list(conversation), next: textOrNull, unread_total: number })),
  /** Beyond the list. */
  conversations: list(conversation),
  members: list(member),
  profiles: list(profile),
  threads: list(thread),
  drafts: nullable(list(draft)),
  invites: nullable(list(conversation)),
});

/** What the user has deleted for themselves; with what it says where that was taken back. */
const hidden = record({
  conversation_id: text,
  message_id: text,
  changed: number,
  message: nullable(message),
});

const pull = fields({
  cursor: text,
  reset: bool,
  conversations: list(conversation),
  members: list(member),
  messages: list(message),
  profiles: list(profile),
  removed: list(text),
  truncated: list(text),
  drafts: list(draft),
  threads: list(thread),
  hidden: list(hidden),
  has_more: bool,
  unread_total: number,
});

const pushError = mapped(
  fields({ code: text, message: text, retryable: optional(bool), retry_after: nullable(number) }),
  ({ code, message, retryable, retry_after }) =>
    new ConfabError({
      // Of a code of a later version the server says whether trying again helps.
      code: isErrorCode(code) ? code : retryable ? 'internal' : 'unexpected_response',
      message,
      retryAfterMs: retry_after === null ? undefined : retry_after * 1000,
    }),
);

type PushResult =
  | { readonly id: string; readonly ok: true; readonly result?: unknown }
  | { readonly id: string; readonly ok: false; readonly error: ConfabError };
const done = mapped(fields({ id: text, result: anything }), (row) => ({ ...row, ok: true as const }));
const refused = mapped(fields({ id: text, error: pushError }), (row) => ({ ...row, ok: false as const }));
const pushResult = choice<PushResult>(({ ok }) => (ok === true ? done : ok === false ? refused : undefined));
const push = fields({ results: list(pushResult) });

/** What the answer of a push says of its live events. */
const told = fields({
  /** What they carry; null when there are none. */
  xid: optional(nullable(number)),
  /** Where one of them goes: the id of the user for the inbox, of a conversation for its feed. */
  told: optional(list(text)),
});

const counts = {
  unread: optional(number),
  unread_mentions: optional(number),
  unread_threads: optional(number),
};
const ownState = fields({ member: ownMember, version: optional(number), ...counts });

const liveChange = tagged({
  message: {
    conversation_id: text,
    version: number,
    message: optional(message),
    profile: optional(nullable(profile)),
    /** Whom it mentioned before, where an edit or deletion has changed that. */
    mentioned: optional(fields({ user_ids: list(text), everyone: bool })),
  },
  member: {
    conversation_id: text,
    version: optional(number),
    // Of one's own membership one is told more.
    member: choice<MemberRecord>((row) => ('unread_after_seq' in row ? ownMember : member)),
    profile: optional(nullable(profile)),
    ...counts,
  },
  conversation: { conversation_id: text },
  profile: { profile },
  draft: { draft },
  thread: { thread, version: optional(number), unread_threads: optional(number) },
  hidden: { conversation_id: text, message_id: text, is_hidden: bool, changed: number },
});

/** What one transaction tells the inbox or a feed. Each change is read by itself, so that one alone may be unreadable. */
const liveEvent = fields({ xid: number, changes: list(anything), is_cut: optional(bool) });

/** What every page of something has besides it. */
const page = { profiles: list(profile), next: textOrNull };
const reactor = record({ user_id: text, emoji: text, created_at: text });
const reader = record({ user_id: text, read_at: textOrNull });
const version = record({ number, content: textOrNull, data: object, replaced_at: text });

export type ConversationPage = Decoded<typeof conversationPage>;
export type HistoryPage = Decoded<typeof history>;
export type PullResponse = Decoded<typeof pull>;
export type PushResponse = Decoded<typeof push>;
export type CursorAnswer = Decoded<typeof ownState>;
export type HiddenMark = Decoded<typeof hidden>;
export type LiveChange = Decoded<typeof liveChange>;

/** Everything that comes from the wire, by what it is. */
const schemas = {
  message,
  conversation,
  thread,
  draft,
  conversationPage,
  history,
  snapshot,
  pull,
  push,
  told,
  cursor: ownState,
  /** Which of two such answers is the later one. */
  changed: fields({ changed: number }),
  messagePage: fields({ messages: list(message), ...page }),
  memberPage: fields({ members: list(member), ...page }),
  threadPage: fields({ threads: list(thread), messages: list(message), ...page }),
  reactionPage: fields({ reactions: list(reactor), ...page }),
  readerPage: fields({ readers: list(reader), delivered: list(text), ...page }),
  searchPage: fields({ results: list(fields({ message, snippet: text })), ...page }),
  versions: fields({ versions: list(version) }),
  drafts: fields({ drafts: list(draft) }),
  unreadCounts: fields({ messages: number, conversations: number, mentions: number, threads: number }),
  exportPage: object,
  liveEvent,
  liveChange,
};

/** Decoders of everything that comes from the wire (rule E12); each throws `unexpected_response`. */
export const decode = Object.fromEntries(
  Object.entries(schemas).map(([name, schema]) => [
    name,
    (value: unknown): unknown => {
      const result = read<unknown>(schema, value);
      if (result.ok) return result.value;
      const message = `unable to read the ${name}; ${result.reason}`;
      throw new ConfabError({ code: 'unexpected_response', message });
    },
  ]),
) as { readonly [N in keyof typeof schemas]: (value: unknown) => Decoded<(typeof schemas)[N]> };
