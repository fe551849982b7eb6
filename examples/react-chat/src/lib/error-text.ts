import { ConfabError } from '@confab/core';
import type { Conversation } from './types';

/** Why the user may not write in a conversation; null when they may. */
export function whyNotWriting(conversation: Conversation | null): string | null {
  if (conversation?.canPost !== false) return null;
  if (conversation.kind === 'direct') return 'This account was deleted. Nobody reads here any more.';
  return conversation.isLocked
    ? 'This conversation is locked. Only its admins may write at present.'
    : 'Only the admins of this conversation write here.';
}

/** What to tell the user about a failure: by its code, never by its text. */
export function errorText(error: unknown): string {
  if (!(error instanceof ConfabError)) {
    return error instanceof Error ? error.message : 'Something went wrong.';
  }
  switch (error.code) {
    case 'content_too_long':
      return 'This message is too long.';
    case 'content_empty':
      return 'There is nothing to send.';
    case 'forbidden':
    case 'not_member':
      return 'You are not a member of this conversation.';
    case 'not_found':
      return 'This no longer exists.';
    case 'locked':
      return 'Only admins may write here at present.';
    case 'user_deleted':
      return 'This account was deleted.';
    case 'edit_window_closed':
    case 'delete_window_closed':
      return 'It is too late to change this message.';
    case 'message_deleted':
      return 'This message was deleted meanwhile.';
    case 'too_many_members':
      return 'That is more people than a conversation can hold.';
    case 'last_owner':
      return 'Make somebody else the owner first.';
    case 'not_invited':
      return 'The invitation was taken back.';
    case 'rate_limited':
    case 'slow_mode':
      return 'Too many messages at once. Try again in a moment.';
    case 'unauthenticated':
      return 'Your session has ended. Sign in again.';
    case 'offline':
    case 'timeout':
    case 'unavailable':
      return 'The server cannot be reached.';
    default:
      return 'The server refused this.';
  }
}
