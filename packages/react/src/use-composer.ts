import {
  createComposer,
  derive,
  findByName,
  type ComposerActions,
  type ComposerOptions,
  type ComposerView,
  type MessageView,
  type Profile,
} from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { usePages } from './use-pages';
import { useReadable } from './use-readable';
import { useScreen } from './use-screen';

export type UseComposerOptions = ComposerOptions;

export interface UseComposerResult extends ComposerView<RegisteredKinds>, ComposerActions<RegisteredKinds> {
  /** The message that is answered; null while it is loaded. */
  readonly replyTo: MessageView<RegisteredKinds>['message'];
  /** Members whose names have the query in them, at most 8, without the current user; empty when there is no query. */
  readonly candidates: readonly Profile[];
}

const CANDIDATES = 8;
const NONE: readonly never[] = [];
const nothing: MessageView<RegisteredKinds> = { message: null, isPending: false, error: null };
const noMessage = { get: () => nothing, subscribe: () => () => undefined };

/**
 * What is being written to a conversation, or to a thread: text with mentions, an answer or an edit. The draft comes back
 * when the composer is opened again, here or on another device (saved after a pause of a second, on `saveDraft` and on
 * unmounting), and the others see who types (rule E11).
 *
 * Nothing here rejects. What is refused when sending (`content_empty`, `content_too_long`, `invalid`, `unauthenticated`)
 * comes back with its text, and `error`; what the server refuses later stays in the list as failed. Two composers of the
 * same place do not know of each other.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Composer() {
 *   const { text, setText, candidates, addMention, mode, cancel, canSend, error, send, saveDraft } =
 *     useComposer(conversationId);
 *   return (
 *     <form action={() => void send()}>
 *       {error && <p role="alert">{error.message}</p>}
 *       {candidates.map((person) => (
 *         <button key={person.id} type="button" onClick={() => addMention(person)}>
 *           {person.displayName}
 *         </button>
 *       ))}
 *       <textarea
 *         value={text}
 *         onChange={({ target }) => setText(target.value, target.selectionEnd)}
 *         onBlur={saveDraft}
 *       />
 *       {mode !== 'new' && (
 *         <button type="button" onClick={cancel}>
 *           Cancel
 *         </button>
 *       )}
 *       <button disabled={!canSend}>Send</button>
 *     </form>
 *   );
 * }
 * ```
 */
export function useComposer(conversationId: string, options: UseComposerOptions = {}): UseComposerResult {
  const { messages, conversations, members, currentUser } = useConfab();
  const { threadRootId } = options;
  const composer = useScreen(createComposer, conversationId, options);
  const { replyToId, mentionQuery } = composer;
  const { message: replyTo } = useReadable(
    useMemo(
      () => (replyToId === null ? noMessage : messages.get(conversationId, replyToId, threadRootId)),
      [messages, conversationId, replyToId, threadRootId],
    ),
  );
  const listed = useReadable(
    useMemo(
      () =>
        derive([conversations.get(conversationId)], ({ conversation }) =>
          conversation && conversation.members.length >= conversation.memberCount
            ? conversation.members
            : null,
        ),
      [conversations, conversationId],
    ),
  );
  const { found } = usePages(
    'found',
    ['candidates', conversationId, mentionQuery],
    (page) => members.list(conversationId, { ...page, query: mentionQuery ?? '', limit: CANDIDATES + 1 }),
    { isEnabled: mentionQuery !== null && !listed, delayMs: 200, keepsPrevious: true },
  );
  const me = useReadable(currentUser);
  const candidates = useMemo(() => {
    if (mentionQuery === null) return NONE;
    return (listed ? findByName(listed, mentionQuery) : found)
      .flatMap(({ userId, profile }) => (userId === me ? [] : profile))
      .slice(0, CANDIDATES);
  }, [mentionQuery, listed, found, me]);
  return useMemo(() => ({ ...composer, replyTo, candidates }), [composer, replyTo, candidates]);
}
