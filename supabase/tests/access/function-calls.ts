import { randomUUID } from 'node:crypto';

import type { Scene } from './scenes.js';

/** How a function of the schema is called in a scene. */
export interface FunctionCall {
  args: (scene: Scene) => Record<string, unknown>;
  /** What a reading answer has to hold to count as `ok`; without it the answer is `none`. */
  shows?: (scene: Scene) => string;
  /** Reads nothing but the scene, or changes what other calls do not look at: needs no scene of its own. */
  isReading?: true;
  /** What it changes is not in the scene. */
  isElsewhere?: true;
  /** Changes more than its scene: asked last, and no traces are looked for. */
  isWide?: true;
  /** The scene before the call: rows as the owner of the schema would change them. */
  before?: string;
}

const targetMessage = ({ message }: Scene): string => message.id;
const targetContent = ({ message }: Scene): string => `hello ${message.word}`;
const targetWord = ({ message }: Scene): string => message.word;
const targetConversation = ({ conversationId }: Scene): string => conversationId;
const daysFromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

const reading = (
  args: FunctionCall['args'],
  shows?: FunctionCall['shows'],
  before?: string,
): FunctionCall => ({
  args,
  isReading: true,
  ...(shows === undefined ? {} : { shows }),
  ...(before === undefined ? {} : { before }),
});
const changing = (args: FunctionCall['args'], before?: string): FunctionCall => ({
  args,
  ...(before === undefined ? {} : { before }),
});

/** Puts on the roots of threads what their replies come to. */
const threadSummaries = `update confab.messages m
  set thread = jsonb_build_object(
  'reply_count', 1, 'last_reply_seq', r.seq, 'last_reply_at', r.created_at, 'participant_ids', array[r.sender_id]
  )
  from confab.messages r
  where r.thread_root_id = m.id and m.conversation_id = any ($1)`;

/** The message that mentions whom the target names: the peer's mentions the caller, the caller's the peer. */
const mentioning = ({ target, own, peers, others }: Scene): string =>
  ({ own: peers, any: peers, same: own, other: others })[target].id;

/** Every function of the schema. */
export const functionCalls: Record<string, FunctionCall> = {
  // Messages
  send_message: changing(({ target, conversationId, message }) => ({
    id: randomUUID(),
    conversation_id: conversationId,
    content: 'hello',
    ...(target === 'same' ? { reply_to_id: message.id } : {}),
  })),
  edit_message: changing(({ message }) => ({ id: randomUUID(), message_id: message.id, content: 'edited' })),
  delete_message: changing(({ message }) => ({ message_id: message.id })),
  hide_message: changing(({ message }) => ({ message_id: message.id })),
  unhide_message: changing(
    ({ message }) => ({ message_id: message.id }),
    `with hidden as (
       insert into confab.hidden_messages (user_id, message_id, conversation_id, seq)
       select v.user_id, m.id, m.conversation_id, m.seq
       from confab.messages m join confab.members v on v.conversation_id = m.conversation_id
       where m.conversation_id = any ($1)
       on conflict do nothing
     )
     update confab.members m set last_hidden_seq = 9 where m.conversation_id = any ($1)`,
  ),
  forward_message: changing(({ message, here }) => ({
    id: randomUUID(),
    message_id: message.id,
    conversation_id: here,
  })),
  pin_message: changing(({ message }) => ({ message_id: message.id })),
  unpin_message: changing(
    ({ message }) => ({ message_id: message.id }),
    `update confab.messages m set pinned_at = now() where m.conversation_id = any ($1)`,
  ),
  add_reaction: changing(({ message }) => ({ message_id: message.id, emoji: '🎉' })),
  remove_reaction: changing(
    ({ message }) => ({ message_id: message.id, emoji: '👍' }),
    `insert into confab.reactions (message_id, user_id, emoji)
     select m.id, v.user_id, '👍'
     from confab.messages m join confab.members v on v.conversation_id = m.conversation_id
     where m.conversation_id = any ($1)`,
  ),

  // Read state
  mark_read: changing(({ conversationId, message }) => ({
    conversation_id: conversationId,
    seq: message.seq,
  })),
  mark_delivered: changing(({ conversationId, message }) => ({
    conversation_id: conversationId,
    seq: message.seq,
  })),
  mark_unread: changing(
    ({ conversationId, message }) => ({ conversation_id: conversationId, seq: message.seq }),
    `update confab.members m set last_read_seq = 4, last_delivered_seq = 4, unread_after_seq = 4, unread_after_counted = 2
     where m.conversation_id = any ($1)`,
  ),
  mark_all_read: { args: () => ({}), isWide: true },
  mark_thread_read: changing(
    ({ message }) => ({ thread_root_id: message.id, seq: message.reply.seq }),
    `with followed as (
       insert into confab.threads (user_id, root_id, conversation_id)
       select v.user_id, m.id, m.conversation_id
       from confab.messages m join confab.members v on v.conversation_id = m.conversation_id
       where m.conversation_id = any ($1) and m.thread_root_id is null
     )
     ${threadSummaries}`,
  ),
  follow_thread: changing(({ message }) => ({ thread_root_id: message.id, is_following: true })),

  // Conversations
  create_conversation: {
    args: ({ target, userId }) => ({
      id: randomUUID(),
      kind: 'group',
      title: 'New',
      member_ids: target === 'own' ? [] : [userId],
    }),
    isElsewhere: true,
  },
  get_or_create_direct: { args: ({ userId }) => ({ user_id: userId }), isElsewhere: true },
  update_conversation: changing(({ conversationId }) => ({
    conversation_id: conversationId,
    changes: { title: 'Renamed' },
  })),
  add_members: changing(({ target, conversationId, userId, company }) => ({
    conversation_id: conversationId,
    user_ids: [target === 'own' ? userId : company.fresh],
  })),
  invite_members: changing(({ target, conversationId, userId, company }) => ({
    conversation_id: conversationId,
    user_ids: [target === 'own' ? userId : company.fresh],
  })),
  accept_invite: changing(({ conversationId }) => ({ conversation_id: conversationId })),
  decline_invite: changing(({ conversationId }) => ({ conversation_id: conversationId })),
  remove_member: changing(({ conversationId, userId }) => ({
    conversation_id: conversationId,
    user_id: userId,
  })),
  leave_conversation: changing(({ conversationId }) => ({ conversation_id: conversationId })),
  set_role: changing(({ target, conversationId, userId }) => ({
    conversation_id: conversationId,
    user_id: userId,
    role: target === 'own' ? 'owner' : 'admin',
  })),
  transfer_ownership: changing(({ conversationId, userId }) => ({
    conversation_id: conversationId,
    user_id: userId,
  })),
  set_membership: changing(({ conversationId }) => ({
    conversation_id: conversationId,
    changes: { is_pinned: true },
  })),
  save_draft: changing(({ target, conversationId, message }) => ({
    conversation_id: conversationId,
    content: 'soon',
    saved_at: daysFromNow(0),
    ...(target === 'same' ? { reply_to_id: message.id } : {}),
  })),

  // Reading one conversation or message
  history: reading(({ conversationId }) => ({ conversation_id: conversationId }), targetMessage),
  history_by_date: reading(
    ({ conversationId }) => ({
      conversation_id: conversationId,
      from_date: daysFromNow(-30).slice(0, 10),
      to_date: daysFromNow(30).slice(0, 10),
    }),
    targetMessage,
  ),
  conversation: reading(({ conversationId }) => ({ conversation_id: conversationId }), targetConversation),
  members: reading(
    ({ conversationId }) => ({ conversation_id: conversationId }),
    ({ userId }) => userId,
  ),
  message_versions: reading(
    ({ message }) => ({ message_id: message.id }),
    () => 'before',
  ),
  reactors: reading(
    ({ message }) => ({ message_id: message.id }),
    ({ userId }) => userId,
  ),
  readers: reading(({ message }) => ({ message_id: message.id })),
  pinned_messages: reading(
    ({ conversationId }) => ({ conversation_id: conversationId }),
    targetMessage,
    `update confab.messages m set pinned_at = now() where m.conversation_id = any ($1)`,
  ),

  // Reading everything of the caller's
  pull: reading(({ here, there }) => ({ cursor: null, windows: { [here]: 0, [there]: 0 } }), targetContent),
  conversations: reading(() => ({ max_rows: 200 }), targetConversation),
  mentions: reading(() => ({ max_rows: 200 }), mentioning),
  threads: reading(() => ({ max_rows: 200 }), targetMessage, threadSummaries),
  search_messages: reading(({ message }) => ({ query: message.word }), targetMessage),
  drafts: reading(() => ({}), targetWord),
  export_my_data: reading(() => ({}), targetWord),
  unread_total: reading(() => ({})),
  unread_counts: reading(() => ({})),

  // The batch: its mutations are cells of their functions, this one is about the call itself
  push: reading(() => ({ mutations: [] })),

  // The server's
  settings: reading(() => ({})),
  update_settings: reading(() => ({ changes: {} })),
  purge_messages: reading(() => ({ older_than_days: 36_500 })),
  current_user_id: reading(() => ({})),
  user_id: reading(() => ({ issuer: 'https://id.example.com', subject: 'user_1' })),
  set_profile: { args: ({ userId }) => ({ user_id: userId, display_name: 'Somebody' }), isWide: true },
  erase_user_messages: { args: ({ userId }) => ({ user_id: userId }), isWide: true },
};

/** The same call as a mutation of `push`. */
export function mutationOf(type: string, args: Record<string, unknown>): Record<string, unknown> {
  const { id = randomUUID(), conversation_id = null, ...rest } = args;
  return { id, type, conversation_id, args: rest };
}
