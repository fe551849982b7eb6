import { changeMessage } from './append';
import { fail } from './arguments';
import { requireOpenMessage } from './checks';
import { requireEmoji } from './emoji';
import type { MessageRow } from './rows';
import type { Db } from './state';
import { messageFor } from './wire';

export function addReaction(
  db: Db,
  me: string,
  messageId: string | null,
  text: string | null,
): MessageRow | null {
  const doing = 'add the reaction';
  const emoji = requireEmoji(text, doing);
  const message = requireOpenMessage(db, messageId, me, doing);
  const users = message.reactions.get(emoji) ?? new Map<string, number>();
  if (users.has(me)) return messageFor(db, me, message);
  const max = db.settings.max_reactions_per_user;
  if ([...message.reactions.values()].filter((of) => of.has(me)).length >= max)
    fail('too_many_reactions', `unable to ${doing}; at most ${max} of one user are allowed`);
  message.reactions.set(emoji, users.set(me, db.now()));
  return changeMessage(db, message, {}, me);
}

export function removeReaction(
  db: Db,
  me: string,
  messageId: string | null,
  text: string | null,
): MessageRow | null {
  const doing = 'remove the reaction';
  const emoji = requireEmoji(text, doing);
  const message = requireOpenMessage(db, messageId, me, doing);
  const users = message.reactions.get(emoji);
  if (!users?.delete(me)) return messageFor(db, me, message);
  if (users.size === 0) message.reactions.delete(emoji);
  return changeMessage(db, message, {}, me);
}
