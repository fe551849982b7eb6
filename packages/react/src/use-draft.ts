import type { Draft, DraftInput } from '@confab/core';
import { useMemo } from 'react';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

export interface UseDraftResult {
  /** Null when there is none, and until it is loaded. */
  readonly draft: Draft | null;
  /** Saves once nothing else was written for a second. */
  readonly saveSoon: (input: Omit<DraftInput, 'threadRootId'>) => void;
  /** Saves what waits now: when the field is left. */
  readonly flush: () => void;
}

/**
 * The draft of a conversation, or of a thread in it, as saved last on any device; {@link useComposer} does all that by
 * itself. Its functions are stable references.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Preview() {
 *   const { draft } = useDraft(conversationId);
 *   return draft && <em>Draft: {draft.content}</em>;
 * }
 * ```
 */
export function useDraft(conversationId: string, threadRootId?: string): UseDraftResult {
  const { drafts } = useConfab();
  const draft = useReadable(drafts.get(conversationId, threadRootId));
  const actions = useMemo(
    () => ({
      saveSoon: (input: Omit<DraftInput, 'threadRootId'>) =>
        drafts.saveSoon(conversationId, threadRootId === undefined ? input : { ...input, threadRootId }),
      flush: () => drafts.flush(conversationId, threadRootId),
    }),
    [drafts, conversationId, threadRootId],
  );
  return useMemo(() => ({ draft, ...actions }), [draft, actions]);
}
