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

/** Whether it is worth a user's while: drafts and marks of what was read go by themselves. */
export function isForUser({ type, status }: OutboxItem): boolean {
  return status === 'failed' || type in WHAT;
}
