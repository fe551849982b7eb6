import type { OutboxItem } from '@confab/core';

/** What those writes are that users know by name. */
export const WHAT: Readonly<Record<string, string>> = {
  send_message: 'Message',
  forward_message: 'Forwarded message',
  edit_message: 'Edit',
  delete_message: 'Deletion',
  add_reaction: 'Reaction',
  remove_reaction: 'Reaction taken back',
  create_conversation: 'New group',
  add_members: 'New members',
  invite_members: 'Invitation',
  leave_conversation: 'Leaving',
};

/**
 * Those that are worth a user's while. Drafts and marks of what was read go by themselves. A message that was deleted
 * while it waited is gone for who deleted it, also where the server may have it already and has to be told.
 */
export function itemsForUser(items: readonly OutboxItem[]): readonly OutboxItem[] {
  const waiting = ({ type, status }: OutboxItem, wanted: string) => type === wanted && status === 'pending';
  const messageIds = (type: string) =>
    items.filter((item) => waiting(item, type)).map(({ messageId }) => messageId);
  const sent = messageIds('send_message');
  const deleted = messageIds('delete_message').filter((id) => sent.includes(id));
  return items.filter(
    ({ type, status, messageId }) => (status === 'failed' || type in WHAT) && !deleted.includes(messageId),
  );
}
