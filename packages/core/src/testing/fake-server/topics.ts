import { uuidOf } from './arguments';
import type { Db } from './state';
import { feedOf } from './wire';

/** Rule D10: inbox and feed are written by the database alone; a room belongs to its joined members. */
export function mayUseTopic(db: Db, userId: string, topic: string, isWrite: boolean): boolean {
  const [what, id] = topic.split(':');
  const room = db.conversations.get(uuidOf(id) ?? '');
  const isMember = room?.members.get(userId)?.state === 'joined';
  switch (what) {
    case 'inbox':
      return !isWrite && topic === `inbox:${userId}`;
    case 'feed':
      return !isWrite && isMember && topic === feedOf(room);
    case 'room':
      return isMember && topic === `room:${room.id}`;
    default:
      return false;
  }
}
