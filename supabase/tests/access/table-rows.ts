import type { Scene } from './scenes.js';

/** How a table is asked for one row of a scene. */
export interface TableRow {
  /** The columns that name the row of the target. */
  key: (scene: Scene) => Record<string, string | number>;
  /** The column that an update sets, to what it is. */
  changes: string;
}

const byMember = ({ userId, conversationId }: Scene): Record<string, string> => ({
  user_id: userId,
  conversation_id: conversationId,
});

/** The message in which the user of the target is mentioned. */
const mentioningSeq = ({ target, own, peers, others }: Scene): number =>
  ({ own: peers, any: peers, same: own, other: others })[target].seq;

/** Every table of the schema, and the row each target means. */
export const tableRows: Record<string, TableRow> = {
  profiles: { key: ({ userId }) => ({ id: userId }), changes: 'display_name' },
  conversations: { key: ({ conversationId }) => ({ id: conversationId }), changes: 'title' },
  members: { key: byMember, changes: 'role' },
  messages: { key: ({ message }) => ({ id: message.id }), changes: 'content' },
  read_log: { key: byMember, changes: 'seq' },
  reactions: {
    key: ({ message, userId }) => ({ message_id: message.id, user_id: userId }),
    changes: 'emoji',
  },
  mentions: { key: (scene) => ({ ...byMember(scene), seq: mentioningSeq(scene) }), changes: 'user_id' },
  message_versions: { key: ({ message }) => ({ message_id: message.id }), changes: 'content' },
  threads: {
    key: ({ userId, message }) => ({ user_id: userId, root_id: message.id }),
    changes: 'is_following',
  },
  hidden_messages: {
    key: ({ userId, message }) => ({ user_id: userId, message_id: message.reply.id }),
    changes: 'user_id',
  },
  drafts: { key: byMember, changes: 'content' },
  // The same for everybody; the target of a kind is the one all scenes have.
  conversation_kinds: { key: () => ({ kind: 'group' }), changes: 'post_role' },
  message_kinds: { key: () => ({ kind: 'text' }), changes: 'post_role' },
};
