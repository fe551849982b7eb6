import { derive, type Conversation } from '@confab/core';
import type { RegisteredConfab, RegisteredKinds } from './register';
import type { QueuedConversation } from './use-conversation';
import { useScreen } from './use-screen';

export interface UseInvitesResult {
  /** Newest activity first; `invitedBy` says who asked. */
  readonly invites: readonly Conversation<RegisteredKinds>[];
  /** Joins; the outcome is `not_invited` when the invitation was taken back. */
  readonly accept: (conversationId: string) => Promise<QueuedConversation>;
  readonly decline: (conversationId: string) => Promise<QueuedConversation>;
}

/**
 * The conversations the current user is invited to, and what can be answered. They are loaded when the first component
 * asks, and come and go by themselves. Actions are stable references, resolve once stored and reject with `invalid` and
 * `unauthenticated`.
 *
 * @example
 * ```tsx
 * function Invites() {
 *   const { invites, accept, decline } = useInvites();
 *   return invites.map(({ id, name }) => (
 *     <p key={id}>
 *       {name} <button onClick={() => void accept(id)}>Join</button>
 *       <button onClick={() => void decline(id)}>No, thanks</button>
 *     </p>
 *   ));
 * }
 * ```
 */
export function useInvites(): UseInvitesResult {
  return useScreen(invitesOf);
}

const invitesOf = ({ conversations, members }: RegisteredConfab) => ({
  ...derive([conversations.invites()], (invites) => ({ invites })),
  actions: {
    accept: (conversationId: string) => members.acceptInvite(conversationId),
    decline: (conversationId: string) => members.declineInvite(conversationId),
  },
});
