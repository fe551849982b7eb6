import type { Cache } from '../cache/cache';
import type { Mutation } from '../model/mutation';
import type { ConversationRecord } from '../model/records';

/** Whether a cursor is told to more than one other person. Between two nothing waits. */
export const isGroup = (conversation: Pick<ConversationRecord, 'memberCount'> | undefined): boolean =>
  (conversation?.memberCount ?? 0) > 2;

/** Reading in a group is told to all its members: where several messages are read in a moment, they are told once. */
export const isGathered =
  (cache: Pick<Cache, 'conversation'>) =>
  ({ type, conversation_id: id }: Mutation): boolean =>
    type === 'mark_read' && isGroup(cache.conversation(id));
