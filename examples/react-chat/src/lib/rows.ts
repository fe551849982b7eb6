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

/**
 * `isComplete`: whether the first message is the conversation's first. Otherwise it is left out until the one before it
 * is known: what it begins would only show then, and everything below it would move.
 */
export function toRows(messages: readonly Message[], isComplete: boolean): MessageRow[] {
  const rows = messages.map((message, i) => {
    const previous = messages[i - 1];
    const next = messages[i + 1];
    const startsDay = !previous || !isSameDay(previous, message);
    return {
      message,
      startsDay,
      startsGroup: startsDay || !isSameGroup(previous, message),
      endsGroup: !next || !isSameDay(message, next) || !isSameGroup(message, next),
    };
  });
  return isComplete || rows.length < 2 ? rows : rows.slice(1);
}

function isSameDay(a: Message, b: Message): boolean {
  return dayKey(a.createdAt) === dayKey(b.createdAt);
}

function isSameGroup(a: Message, b: Message): boolean {
  return a.senderId === b.senderId && Date.parse(b.createdAt) - Date.parse(a.createdAt) < GROUP_MS;
}
