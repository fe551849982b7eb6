import type { Conversation, ConversationInput, Queued } from '@confab/core';
import { useMemo } from 'react';
import { heard } from './heard';
import type { RegisteredKinds } from './register';
import { useAction, type ActionState } from './use-action';
import { useConfab } from './use-confab';

export interface UseCreateConversationResult extends ActionState {
  /**
   * Creates a conversation. Resolves once it is stored on this device: messages can be sent to its id at once, also
   * offline.
   */
  readonly create: (input: ConversationInput) => Promise<Queued<Conversation<RegisteredKinds>>>;
  /** Resolves with the id of the direct conversation with a user, made when there is none (rule D8); needs the server. */
  readonly direct: (userId: string) => Promise<string>;
  /** Forgets the error. */
  readonly reset: () => void;
}

/**
 * Creates conversations. Both actions are stable references, and reject with what `error` says then: `invalid`,
 * `unauthenticated`; `direct` also `not_found` for an unknown user, `offline`. That the server refused a created one later
 * (`forbidden`, `too_many_members`) is told by `confirmed`, and by its `status` in the list.
 *
 * @example
 * ```tsx
 * function NewGroup({ onOpen }: { onOpen: (id: string) => void }) {
 *   const { create, isPending, error } = useCreateConversation();
 *   const submit = async () => {
 *     const { id } = await create({ kind: 'group', title: 'Hike', memberIds: [userId] });
 *     onOpen(id);
 *   };
 *   return (
 *     <button disabled={isPending} onClick={() => void submit().catch(() => undefined)}>
 *       {error ? error.message : 'New group'}
 *     </button>
 *   );
 * }
 * ```
 */
export function useCreateConversation(): UseCreateConversationResult {
  const { conversations } = useConfab();
  const { state, run, reset } = useAction();
  const actions = useMemo(
    () =>
      heard({
        create: (input: ConversationInput) => run(() => conversations.create(input)),
        direct: (userId: string) => run(() => conversations.direct(userId)),
        reset,
      }),
    [conversations, run, reset],
  );
  return useMemo(() => ({ ...state, ...actions }), [state, actions]);
}
