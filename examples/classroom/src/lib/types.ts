import type { Conversation as AnyConversation, Message as AnyMessage } from '@confab/core';
import type { RegisteredKinds } from '@confab/react';

export type Conversation = AnyConversation<RegisteredKinds>;
export type Message = AnyMessage<RegisteredKinds>;

/** Whoever opened the goal leads it. */
export const isInstructor = ({ role }: Pick<Conversation, 'role'>): boolean => role !== 'member';

export const REVIEWED = '✅';

/** Whether somebody else has marked it as reviewed. */
export function isReviewed({ reactions, senderId }: Message): boolean {
  return reactions.some(({ emoji, userIds }) => emoji === REVIEWED && userIds.some((id) => id !== senderId));
}

/** Whether it is work of the student, which the instructor looks at. */
export function isEntry({ kind, threadRootId }: Message): boolean {
  return threadRootId === null && (kind === 'daily_note' || kind === 'activity' || kind === 'milestone');
}

const NAMES = {
  daily_note: 'Note',
  activity: 'Activity',
  milestone: 'Milestone',
  instructor_response: 'Response',
  text: 'Message',
} as const;

export function kindName({ kind }: Message): string {
  const name = String(kind);
  return Object.hasOwn(NAMES, name) ? NAMES[name as keyof typeof NAMES] : 'Entry';
}
