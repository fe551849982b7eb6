import { ConfabError } from '../errors/confab-error';
import { isErrorCode } from '../errors/codes';
import {
  anything,
  bool,
  fields,
  list,
  Mismatch,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  tagged,
  text,
} from '../lib/decode';
import type { Decoded, Decoder } from '../lib/decode';
import type { ConversationRecord, MemberRecord, MessageRecord, ProfileRecord } from './records';

const textOrNull = nullable(text);

const message: Decoder<MessageRecord> = record({
  id: text,
  conversation_id: text,
  seq: number,
  version: number,
  sender_id: textOrNull,
  kind: text,
  content: textOrNull,
  data: object,
  reply_to_id: textOrNull,
  thread_root_id: textOrNull,
  occurs_on: textOrNull,
  counts: bool,
  created_at: text,
  edited_at: textOrNull,
  deleted_at: textOrNull,
});

const member: Decoder<MemberRecord> = record({
  conversation_id: text,
  user_id: text,
  role: oneOf('owner', 'admin', 'member'),
  state: oneOf('invited', 'joined', 'left', 'removed'),
  last_read_seq: number,
  last_delivered_seq: number,
  joined_at: textOrNull,
  left_at: textOrNull,
  changed: number,
});

const profile: Decoder<ProfileRecord> = record({
  id: text,
  display_name: text,
  avatar_url: textOrNull,
  last_seen_at: textOrNull,
  changed: number,
});

const conversation: Decoder<ConversationRecord> = record({
  id: text,
  kind: text,
  title: textOrNull,
  data: object,
  context_type: textOrNull,
  context_id: textOrNull,
  created_by: textOrNull,
  created_at: text,
  last_activity_at: text,
  last_seq: number,
  version: number,
  member_count: number,
  feed: textOrNull,
  last_message: nullable(message),
  unread: number,
  me: member,
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

const pull = fields({
  cursor: text,
  reset: bool,
  conversations: list(conversation),
  members: list(member),
  messages: list(message),
  profiles: list(profile),
  removed: list(text),
  truncated: list(text),
  has_more: bool,
  unread_total: number,
});

const failure = fields({
  code: text,
  message: text,
  retryable: optional(bool),
  retry_after: nullable(number),
});
const pushError: Decoder<ConfabError> = (value) => {
  const { code, message, retryable, retry_after } = failure(value);
  return new ConfabError({
    // Of a code of a later version the server says whether trying again helps.
    code: isErrorCode(code) ? code : retryable ? 'internal' : 'unexpected_response',
    message,
    retryAfterMs: retry_after === null ? undefined : retry_after * 1000,
  });
};
type PushResult =
  | { readonly id: string; readonly ok: true; readonly result: unknown }
  | { readonly id: string; readonly ok: false; readonly error: ConfabError };
const answer = fields({ id: text, ok: bool, result: anything, error: anything });
const pushResult: Decoder<PushResult> = (value) => {
  const { id, ok, result, error } = answer(value);
  return ok ? { id, ok, result } : { id, ok, error: pushError(error) };
};
const push = fields({ results: list(pushResult) });

const cursor = fields({ member, unread: optional(number) });

const liveChange = tagged('type', {
  message: {
    conversation_id: text,
    version: number,
    message: optional(message),
    profile: optional(nullable(profile)),
    conversation: fields({ last_seq: number, version: number, last_activity_at: text }),
  },
  member: {
    conversation_id: text,
    member,
    profile: optional(nullable(profile)),
    unread: optional(number),
  },
  conversation: { conversation_id: text },
});

export type ConversationPage = Decoded<typeof conversationPage>;
export type HistoryPage = Decoded<typeof history>;
export type PullResponse = Decoded<typeof pull>;
export type PushResponse = Decoded<typeof push>;
export type LiveChange = Decoded<typeof liveChange>;

function decoder<T>(read: Decoder<T>, what: string): Decoder<T> {
  return (value) => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      throw new ConfabError(
        {
          code: 'unexpected_response',
          message: `unable to read ${what}; ${error.path.join('.') || 'the value'}: ${error.message}`,
        },
        { cause: error },
      );
    }
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
  cursor: decoder(cursor, 'a cursor'),
  liveChange: decoder(liveChange, 'a live event'),
};
