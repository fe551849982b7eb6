import {
  bool,
  fields,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  tagged,
  text,
  type Decoded,
  type Decoder,
} from '../lib/decode';

const maybeText = optional(nullable(text));
const maybeObject = optional(object);
const maybeBool = optional(bool);
const maybeList = optional(list(text));
/**
 * Up to where its device had what it is about when the user acted: so far, and no further, it says that they have read. What
 * an earlier version has stored does not say.
 */
const seenSeq = { seen_seq: optional(number) };

/** What every mutation has besides its type and its arguments, which are those of the function it stands for. */
const write = <A>(args: Decoder<A>) => ({ id: text, conversation_id: text, args });

const nothing = write(fields({}));
const maybeMentions = optional(list(fields({ user_id: nullable(text), start: number, length: number })));
const ofMessage = write(fields({ message_id: text }));
const ofReaction = write(fields({ message_id: text, emoji: text }));
const ofSeq = write(fields({ seq: number }));
const ofUser = write(fields({ user_id: text }));
const ofUsers = write(fields({ user_ids: list(text), shows_history: maybeBool }));
const ofChanges = write(fields({ changes: object }));

/** One durable write. Its id is minted when the user acts and is the id of what it creates (rule E2). */
export const readMutation = tagged({
  send_message: write(
    fields({
      content: nullable(text),
      kind: text,
      data: object,
      reply_to_id: maybeText,
      thread_root_id: maybeText,
      occurs_on: maybeText,
      mentioned_user_ids: maybeList,
      mentions_everyone: maybeBool,
      mentions: maybeMentions,
      ...seenSeq,
    }),
  ),
  forward_message: write(fields({ message_id: text, ...seenSeq })),
  edit_message: write(
    fields({
      message_id: text,
      content: text,
      data: maybeObject,
      mentioned_user_ids: maybeList,
      mentions_everyone: maybeBool,
      mentions: maybeMentions,
    }),
  ),
  delete_message: ofMessage,
  hide_message: ofMessage,
  unhide_message: ofMessage,
  pin_message: ofMessage,
  unpin_message: ofMessage,
  add_reaction: ofReaction,
  remove_reaction: ofReaction,
  mark_read: ofSeq,
  mark_delivered: ofSeq,
  mark_unread: ofSeq,
  /** `seen`: the same by conversation; `rest_after`: where the list ended that the device had. */
  mark_all_read: write(fields({ seen: maybeObject, rest_after: maybeText })),
  mark_thread_read: write(fields({ thread_root_id: text, seq: number })),
  follow_thread: write(fields({ thread_root_id: text, is_following: bool, ...seenSeq })),
  create_conversation: write(
    fields({
      kind: text,
      title: maybeText,
      member_ids: list(text),
      data: maybeObject,
      context_type: maybeText,
      context_id: maybeText,
      description: maybeText,
      avatar_url: maybeText,
    }),
  ),
  update_conversation: ofChanges,
  add_members: ofUsers,
  invite_members: ofUsers,
  accept_invite: nothing,
  decline_invite: nothing,
  remove_member: ofUser,
  leave_conversation: nothing,
  set_role: write(fields({ user_id: text, role: oneOf('owner', 'admin', 'member') })),
  transfer_ownership: ofUser,
  set_membership: ofChanges,
  save_draft: write(
    fields({
      content: nullable(text),
      saved_at: text,
      data: maybeObject,
      thread_root_id: maybeText,
      reply_to_id: maybeText,
    }),
  ),
});

export type Mutation = Decoded<typeof readMutation>;
export type MutationType = Mutation['type'];
export type SendMessage = Extract<Mutation, { type: 'send_message' }>;
export type CreateConversation = Extract<Mutation, { type: 'create_conversation' }>;
