import type { Conversation } from './types';

/** The line under a conversation's name. */
export function previewOf({ kind, lastMessage, status }: Conversation): string {
  if (status === 'failed') return 'Could not be created';
  if (!lastMessage) return kind === 'direct' ? 'Say hello' : 'No messages yet';
  if (lastMessage.status === 'failed') return `Not sent: ${lastMessage.content ?? ''}`;
  const who = lastMessage.isOwn ? 'You' : kind === 'direct' ? null : lastMessage.sender?.displayName;
  const what = lastMessage.deletedAt === null ? (lastMessage.content ?? '') : 'Message deleted';
  return who ? `${who}: ${what}` : what;
}
