import { derive, type MessageView, type Profile } from '@confab/core';
import { useMemo } from 'react';
import { createComposer, type ComposerActions, type ComposerView } from './composer';
import { matching } from './mentions';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { usePages } from './use-pages';
import { useReadable } from './use-readable';

export interface UseComposerOptions {
  /** The thread that is written to; without it the conversation. */
  readonly threadRootId?: string;
  /** Characters; 8,000 by default, as the setting `max_content_length` of the database. */
  readonly maxLength?: number;
}

export interface UseComposerResult extends ComposerView, ComposerActions {
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
export function useComposer(
  conversationId: string,
  { threadRootId, maxLength = 8_000 }: UseComposerOptions = {},
): UseComposerResult {
  const confab = useConfab();
  const { messages, conversations, members, currentUser } = confab;
  const composer = useMemo(
    () => createComposer(confab, conversationId, threadRootId, maxLength),
    [confab, conversationId, threadRootId, maxLength],
  );
  const view = useReadable(composer);
  const { replyToId, mentionQuery } = view;
  const { message: replyTo } = useReadable(
    useMemo(
      () => (replyToId === null ? noMessage : messages.get(conversationId, replyToId, threadRootId)),
      [messages, conversationId, replyToId, threadRootId],
    ),
  );
  // All members, or null where the conversation does not list them.
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
  const { items: found } = usePages(
    ['candidates', conversationId, mentionQuery],
    (page) => members.list(conversationId, { ...page, query: mentionQuery ?? '', limit: CANDIDATES + 1 }),
    { isEnabled: mentionQuery !== null && !listed, delayMs: 200, keepsPrevious: true },
  );
  const me = useReadable(currentUser);
  const candidates = useMemo(() => {
    if (mentionQuery === null) return NONE;
    const profiles = (listed ?? found).flatMap(({ userId, profile }) => (userId === me ? [] : profile));
    return (listed ? matching(profiles, mentionQuery) : profiles).slice(0, CANDIDATES);
  }, [mentionQuery, listed, found, me]);
  return useMemo(
    () => ({ ...view, ...composer.actions, replyTo, candidates }),
    [view, composer, replyTo, candidates],
  );
}
