import type { Conversation as AnyConversation, Message as AnyMessage } from '@confab/core';
import type { RegisteredKinds } from '@confab/react';

export type Conversation = AnyConversation<RegisteredKinds>;
export type Message = AnyMessage<RegisteredKinds>;

/** Whether the user may change its text. */
export function isEditable({ isOwn, status, kind, deletedAt, hasPendingChange }: Message): boolean {
  return isOwn && status === 'sent' && kind === 'text' && deletedAt === null && !hasPendingChange;
}
