import type { People } from './names';
import { plainText } from './rich-text';
import { systemText } from './system-text';
import type { Conversation } from './types';

/** The line under a conversation's name. */
export interface Preview {
  /** Who said it; null where that needs no saying. */
  readonly who: string | null;
  readonly what: string;
}

export function previewOf(
  { kind, lastMessage, status }: Conversation,
  currentUserId: string | null,
  people: People,
): Preview {
  if (status === 'failed') return { who: null, what: 'Could not be created' };
  if (!lastMessage) return { who: null, what: kind === 'direct' ? 'Say hello' : 'No messages yet' };
  const { isOwn, sender, content, deletedAt } = lastMessage;
  if (lastMessage.status === 'failed') return { who: 'Not sent', what: plainText(content ?? '') };
  if (lastMessage.kind === 'system') {
    return { who: null, what: systemText(lastMessage, people, currentUserId) ?? '' };
  }
  const what = deletedAt === null ? plainText(content ?? '') : 'Message deleted';
  return { who: isOwn ? 'You' : kind === 'direct' ? null : (sender?.displayName ?? null), what };
}
