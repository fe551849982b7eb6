import type { Message } from '../../../../src/model/view';

export type Shown = Message<Record<never, never>>;

export function createMessage(seq: number): Shown {
  return {
    kind: 'text',
    data: {},
    id: `message-${seq}`,
    conversationId: 'conversation',
    seq,
    senderId: 'alice',
    sender: { id: 'alice', displayName: 'Alice', avatarUrl: null, isDeleted: false },
    isOwn: false,
    content: `Message ${seq}`,
    replyToId: null,
    replyTo: null,
    threadRootId: null,
    thread: null,
    forwardedFromId: null,
    reactions: [],
    mentionedUserIds: [],
    mentions: [],
    mentionsEveryone: false,
    pinnedAt: null,
    pinnedBy: null,
    occursOn: null,
    countsAsUnread: true,
    createdAt: '2026-01-01T00:00:00.000Z',
    editedAt: null,
    deletedAt: null,
    deletedBy: null,
    status: 'sent',
    error: null,
    hasPendingChange: false,
  };
}
