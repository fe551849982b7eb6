import {
  fields,
  list,
  number,
  nullable,
  object,
  optional,
  tagged,
  text,
  type Decoded,
  type Decoder,
} from '../lib/decode';

const maybeText = optional(nullable(text));

/** What every mutation has besides its type and its arguments, which are those of the function it stands for. */
const write = <A>(args: Decoder<A>) => ({ id: text, conversation_id: text, args });

/** One durable write. Its id is minted when the user acts and is the id of what it creates (rule E2). */
export const readMutation = tagged('type', {
  send_message: write(
    fields({
      content: nullable(text),
      kind: text,
      data: object,
      reply_to_id: maybeText,
      thread_root_id: maybeText,
      occurs_on: maybeText,
    }),
  ),
  edit_message: write(fields({ message_id: text, content: text, data: optional(object) })),
  delete_message: write(fields({ message_id: text })),
  mark_read: write(fields({ seq: number })),
  mark_delivered: write(fields({ seq: number })),
  create_conversation: write(
    fields({
      kind: text,
      title: maybeText,
      member_ids: list(text),
      data: optional(object),
      context_type: maybeText,
      context_id: maybeText,
    }),
  ),
});

export type Mutation = Decoded<typeof readMutation>;
export type SendMessage = Extract<Mutation, { type: 'send_message' }>;
export type CreateConversation = Extract<Mutation, { type: 'create_conversation' }>;
