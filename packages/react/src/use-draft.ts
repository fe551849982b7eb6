import { derive, type Draft, type DraftInput } from '@confab/core';
import type { RegisteredConfab } from './register';
import { useScreen } from './use-screen';

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
  return useScreen(draftOf, { conversationId, threadRootId });
}

interface Place {
  readonly conversationId: string;
  readonly threadRootId: string | undefined;
}

const draftOf = ({ drafts }: RegisteredConfab, { conversationId, threadRootId }: Place) => ({
  ...derive([drafts.get(conversationId, threadRootId)], (draft) => ({ draft })),
  actions: {
    saveSoon: (input: Omit<DraftInput, 'threadRootId'>) =>
      drafts.saveSoon(conversationId, threadRootId === undefined ? input : { ...input, threadRootId }),
    flush: () => drafts.flush(conversationId, threadRootId),
  },
});
