import type { Scene } from './scenes.js';

/** How a table is asked for one row of a scene. */
export interface TableRow {
  /** Filter of PostgREST that names the row of the target. */
  where: (scene: Scene) => string;
  /** Columns that an update sets; the values are those of the row. */
  changes: string;
}

const byMessage = ({ message }: Scene): string => `message_id=eq.${message.id}`;
const byMember = ({ userId, conversationId }: Scene): string =>
  `user_id=eq.${userId}&conversation_id=eq.${conversationId}`;

/** The message in which the user of the target is mentioned, or which that user has hidden. */
const aboutUser = ({ target, own, peers, others }: Scene): { id: string; seq: number } =>
  ({ own: peers, same: own, other: others })[target];

/** Every table of the schema, and the row each target means. */
export const tableRows: Record<string, TableRow> = {
  profiles: { where: ({ userId }) => `id=eq.${userId}`, changes: 'display_name' },
  conversations: { where: ({ conversationId }) => `id=eq.${conversationId}`, changes: 'title' },
  members: { where: byMember, changes: 'role' },
  messages: { where: ({ message }) => `id=eq.${message.id}`, changes: 'content' },
  read_log: { where: byMember, changes: 'seq' },
  reactions: {
    where: (scene) => `${byMessage(scene)}&user_id=eq.${scene.userId}`,
    changes: 'emoji',
  },
  mentions: {
    where: (scene) => `${byMember(scene)}&seq=eq.${aboutUser(scene).seq}`,
    changes: 'user_id',
  },
  message_versions: { where: byMessage, changes: 'content' },
  threads: {
    where: ({ userId, message }) => `user_id=eq.${userId}&root_id=eq.${message.id}`,
    changes: 'is_following',
  },
  hidden_messages: {
    where: (scene) => `user_id=eq.${scene.userId}&message_id=eq.${aboutUser(scene).id}`,
    changes: 'user_id',
  },
  drafts: { where: byMember, changes: 'content' },
  // The same for everybody; the target of a kind is the one all scenes have.
  conversation_kinds: { where: () => 'kind=eq.group', changes: 'post_role' },
  message_kinds: { where: () => 'kind=eq.text', changes: 'post_role' },
};
