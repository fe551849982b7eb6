import * as z from 'zod/mini';

const id = z.string();
const object = z.record(z.string(), z.unknown());

const sendMessage = z.object({
  type: z.literal('send_message'),
  id,
  conversation_id: id,
  args: z.object({
    content: z.nullable(z.string()),
    kind: z.string(),
    data: object,
    reply_to_id: z.optional(z.nullable(id)),
    thread_root_id: z.optional(z.nullable(id)),
    occurs_on: z.optional(z.nullable(z.string())),
  }),
});

const editMessage = z.object({
  type: z.literal('edit_message'),
  id,
  conversation_id: id,
  args: z.object({ message_id: id, content: z.string(), data: z.optional(object) }),
});

const deleteMessage = z.object({
  type: z.literal('delete_message'),
  id,
  conversation_id: id,
  args: z.object({ message_id: id }),
});

const markRead = z.object({
  type: z.literal('mark_read'),
  id,
  conversation_id: id,
  args: z.object({ seq: z.number() }),
});

const markDelivered = z.object({
  type: z.literal('mark_delivered'),
  id,
  conversation_id: id,
  args: z.object({ seq: z.number() }),
});

const createConversation = z.object({
  type: z.literal('create_conversation'),
  id,
  conversation_id: id,
  args: z.object({
    kind: z.string(),
    title: z.optional(z.nullable(z.string())),
    member_ids: z.array(id),
    data: z.optional(object),
    context_type: z.optional(z.nullable(z.string())),
    context_id: z.optional(z.nullable(z.string())),
  }),
});

/** One durable write. Its id is minted when the user acts and is the id of what it creates (rule E2). */
export const mutationSchema = z.union([
  sendMessage,
  editMessage,
  deleteMessage,
  markRead,
  markDelivered,
  createConversation,
]);

export type Mutation = z.output<typeof mutationSchema>;
export type SendMessage = z.output<typeof sendMessage>;
export type CreateConversation = z.output<typeof createConversation>;
