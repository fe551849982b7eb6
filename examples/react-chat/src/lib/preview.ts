import { systemText } from './system-text';
import type { Conversation } from './types';

/** The line under a conversation's name. */
export interface Preview {
  /** Who said it; null where that needs no saying. */
  readonly who: string | null;
  readonly what: string;
}

export function previewOf(
  { kind, lastMessage, status, members }: Conversation,
  currentUserId: string | null,
): Preview {
  if (status === 'failed') return { who: null, what: 'Could not be created' };
  if (!lastMessage) return { who: null, what: kind === 'direct' ? 'Say hello' : 'No messages yet' };
  const { isOwn, sender, content, deletedAt } = lastMessage;
  if (lastMessage.status === 'failed') return { who: 'Not sent', what: content ?? '' };
  if (lastMessage.kind === 'system') {
    const names = new Map(members.map(({ userId, profile }) => [userId, profile.displayName]));
    return { who: null, what: systemText(lastMessage, names, currentUserId) ?? '' };
  }
  const what = deletedAt === null ? (content ?? '') : 'Message deleted';
  return { who: isOwn ? 'You' : kind === 'direct' ? null : (sender?.displayName ?? null), what };
}
