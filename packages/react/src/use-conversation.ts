import type {
  Conversation,
  ConversationChanges,
  ConversationView,
  MembershipChanges,
  Queued,
  Screen,
} from '@confab/core';
import type { RegisteredConfab, RegisteredKinds } from './register';
import { useScreen } from './use-screen';

/** A write to a conversation that is stored on this device; its outcome is null when the user is no longer in it. */
export type QueuedConversation = Queued<Conversation<RegisteredKinds> | null>;

/** What can be done with a conversation. Stable references, which resolve once stored and work offline. */
export interface ConversationActions {
  /** Changes what all members see: title (at most 200 characters), description (2,000), picture, data, lock. */
  readonly update: (changes: ConversationChanges) => Promise<QueuedConversation>;
  /** For this user alone, as the following: pins it, or takes it down. */
  readonly pin: (isPinned?: boolean) => Promise<QueuedConversation>;
  /** Until a time (ISO 8601), by default for good; null ends it. */
  readonly mute: (until?: string | null) => Promise<QueuedConversation>;
  readonly archive: (isArchived?: boolean) => Promise<QueuedConversation>;
  /** Takes it out of the list until its next message, or brings it back. */
  readonly hide: (isHidden?: boolean) => Promise<QueuedConversation>;
  /** The outcome is `last_owner` for the only owner of a group with others in it. */
  readonly leave: () => Promise<QueuedConversation>;
  /** Makes the message at `seq` and all after it unread again, by default the last one of others that is loaded. */
  readonly markUnread: (seq?: number) => Promise<void>;
}

export interface UseConversationResult extends ConversationView<RegisteredKinds>, ConversationActions {}

/**
 * One conversation: its name, members, last message and unread count, and what can be done with it. It is loaded if the
 * list does not hold it.
 *
 * `error` has the code `not_found` or `not_member` when there is no such conversation for this user, also when they were
 * removed from it while it was open; `conversation` is null then. Actions reject with `invalid` and `unauthenticated`; that
 * the server refused one (`forbidden`, `locked`, `last_owner`) comes with `confirmed`.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Header() {
 *   const { conversation, error, mute } = useConversation(conversationId);
 *   if (error) return <p>This conversation is not available</p>;
 *   return (
 *     <h1>
 *       {conversation?.name}
 *       <button onClick={() => void mute(conversation?.mutedUntil ? null : 'infinity')}>Mute</button>
 *     </h1>
 *   );
 * }
 * ```
 */
export function useConversation(conversationId: string): UseConversationResult {
  return useScreen(conversationOf, conversationId);
}

function conversationOf(
  { conversations, members, messages }: RegisteredConfab,
  id: string,
): Screen<ConversationView<RegisteredKinds>, ConversationActions> {
  const view = conversations.get(id);
  const set = (changes: MembershipChanges) => conversations.setMembership(id, changes);
  return {
    ...view,
    actions: {
      update: (changes) => conversations.update(id, changes),
      pin: (isPinned = true) => set({ isPinned }),
      mute: (mutedUntil = 'infinity') => set({ mutedUntil }),
      archive: (isArchived = true) => set({ isArchived }),
      hide: (isHidden = true) => set({ isHidden }),
      leave: () => members.leave(id),
      async markUnread(seq) {
        const last =
          messages
            .list(id)
            .get()
            .messages.findLast((message) => message.seq && !message.isOwn && message.kind !== 'system') ??
          view.get().conversation?.lastMessage;
        const from = seq ?? last?.seq;
        if (from) await messages.markUnread(id, from);
      },
    },
  };
}
