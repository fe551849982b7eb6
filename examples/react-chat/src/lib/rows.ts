import { dayKey } from './dates';
import type { Message } from './types';

/** A message with its place among its neighbours. */
export interface MessageRow {
  readonly message: Message;
  /** Whether a new day begins with it. */
  readonly startsDay: boolean;
  /** Whether it is the first or last of a run of messages by one person. */
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
}

const GROUP_MS = 5 * 60_000;

/** `isComplete`: whether the first message is the conversation's first; otherwise what it begins is not known yet. */
export function toRows(messages: readonly Message[], isComplete: boolean): MessageRow[] {
  return messages.map((message, i) => {
    const previous = messages[i - 1];
    const next = messages[i + 1];
    const startsDay = previous ? dayKey(previous.createdAt) !== dayKey(message.createdAt) : isComplete;
    return {
      message,
      startsDay,
      startsGroup: startsDay || !previous || !isSameGroup(previous, message),
      endsGroup: !next || dayKey(next.createdAt) !== dayKey(message.createdAt) || !isSameGroup(message, next),
    };
  });
}

function isSameGroup(a: Message, b: Message): boolean {
  return a.senderId === b.senderId && Date.parse(b.createdAt) - Date.parse(a.createdAt) < GROUP_MS;
}
