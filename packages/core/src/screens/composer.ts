import { ConfabError } from '../errors/confab-error';
import type { Draft, DraftInput } from '../features/drafts';
import { isBlank } from '../lib/blank';
import { createWritable, derive } from '../lib/readable';
import { trimMessage } from '../lib/trim-message';
import type { MessageKinds } from '../model/kinds';
import type { Message, Queued } from '../model/view';
import type { Mention } from '../model/records';
import { queryAt, type Written } from './mention-query';
import { cutOut, mentionsOf, moved, readMentions, replaced, type Mentionable } from './mentions';
import type { Parts, Screen } from './parts';

/** What was written so far. */
export interface ComposerState<K extends MessageKinds = MessageKinds> {
  readonly text: string;
  /** Those in the text. */
  readonly mentions: readonly Mention[];
  /** Where in the text the user writes, in UTF-16 units. */
  readonly caret: number;
  /** The message that is answered. */
  readonly replyToId: string | null;
  /** The message that is changed. */
  readonly editing: Message<K> | null;
  /** Why it was refused; null once something else is written. */
  readonly error: ConfabError | null;
}

/** What a composer is asked to do; all are stable references. */
export interface ComposerActions<K extends MessageKinds = MessageKinds> {
  /** Takes what the field says now; with the place of the caret, mentions are completed there and not at the end. */
  readonly setText: (text: string, caret?: number) => void;
  /** Puts `@name ` in the place of the query, or at the caret; returns where the caret belongs then. */
  readonly addMention: (who: Mentionable) => number;
  /** Takes a mention out of the text. */
  readonly removeMention: (mention: Mention) => void;
  /** Answers a message; null answers none. */
  readonly setReplyTo: (message: Pick<Message, 'id'> | null) => void;
  /** Begins to change a message; what was being written comes back when that is over. */
  readonly startEdit: (message: Message<K>) => void;
  /** Leaves the edit, else the answer. */
  readonly cancel: () => void;
  /**
   * Sends what {@link trimMessage} leaves of the text, or saves the edit. The text is gone at once; it resolves once the
   * message is stored. Null when there was nothing to send, or to change; or when it was refused: then the text is back and
   * `error` says why.
   */
  readonly send: () => Promise<Queued<Message<K>> | null>;
  /** Saves the draft without waiting for a pause: when the field is left. */
  readonly saveDraft: () => void;
}

export interface ComposerView<K extends MessageKinds = MessageKinds> extends ComposerState<K> {
  readonly mode: 'new' | 'reply' | 'edit';
  /** What follows the `@` at the caret; null when nothing does. */
  readonly mentionQuery: string | null;
  /** Characters, as the database counts them. */
  readonly length: number;
  readonly isTooLong: boolean;
  readonly canSend: boolean;
}

/** Of a {@link createComposer}. */
export interface ComposerOptions {
  /** The thread that is written to; without it the conversation. */
  readonly threadRootId?: string;
  /** Characters; 8,000 by default, as the setting `max_content_length` of the database. */
  readonly maxLength?: number;
}

/** Enough to undo what was deleted a letter at a time. */
const MAX_EARLIER = 100;

/** Also of a draft: edits are not kept. */
type NewText = ComposerState & { readonly editing: null };

const empty: NewText = {
  text: '',
  mentions: [],
  caret: 0,
  replyToId: null,
  editing: null,
  error: null,
};

/**
 * What is being written to a conversation, or to a thread in it (rule E16): text with mentions, an answer or an edit.
 * Watching it keeps its draft, shows the one that was kept, and tells the others who types. Two composers of the same place
 * do not know of each other.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```ts
 * const composer = createComposer(confab, conversationId);
 * const stop = observe(composer, ({ text, canSend }) => console.log(text, canSend));
 * composer.actions.setText('Hello');
 * await composer.actions.send();
 * ```
 */
export function createComposer<K extends MessageKinds>(
  {
    messages,
    drafts,
    conversations,
    typing,
  }: Pick<Parts<K>, 'messages' | 'drafts' | 'conversations' | 'typing'>,
  conversationId: string,
  { threadRootId, maxLength = 8_000 }: ComposerOptions = {},
): Screen<ComposerView<K>, ComposerActions<K>> {
  type State = ComposerState<K>;
  const draft = drafts.get(conversationId, threadRootId);
  const others = typing.in(conversationId);
  const state = createWritable<State>(fromDraft(draft.get()));
  /** Once somebody writes here, what other devices save waits for the next opening. */
  let isTouched = false;
  /** What was being written when an edit began. */
  let aside: State = empty;
  /** Where the message that is changed mentions somebody. */
  let placed: readonly Mention[] = [];
  /** The mentions of texts that were in the field before: what the user undoes comes back with them. */
  const earlier = new Map<string, readonly Mention[]>();
  const thread = threadRootId === undefined ? {} : { threadRootId };

  const adopt = () => {
    const saved = draft.get();
    // None any more: it was sent or emptied elsewhere.
    if (!isTouched && (saved?.content ?? '') !== state.get().text) state.set(fromDraft(saved));
  };
  const saveSoon = () => {
    const { text, mentions, replyToId } = state.get();
    const input: DraftInput = {
      content: text,
      ...thread,
      ...(replyToId !== null && { replyToId }),
      ...(mentions.length > 0 && { data: { mentions: mentions.map((mention) => ({ ...mention })) } }),
    };
    drafts.saveSoon(conversationId, input);
  };
  const change = (next: Partial<State>) => {
    state.set({ ...state.get(), error: null, ...next });
    if (state.get().editing) return;
    isTouched = true;
    saveSoon();
  };
  const write = (written: Written, caret: number) => {
    if (written.mentions.length > 0) earlier.set(written.text, written.mentions);
    if (earlier.size > MAX_EARLIER) earlier.delete([...earlier.keys()][0] ?? '');
    change({ ...written, caret });
    // In a thread nobody sees who types in the conversation.
    if (threadRootId !== undefined || state.get().editing) return;
    if (!isBlank(written.text)) others.keystroke();
    else others.stop();
  };
  const view = derive([state], (now): ComposerView<K> => {
    const length = lengthOf(trimMessage(now.text));
    return {
      ...now,
      mode: now.editing ? 'edit' : now.replyToId === null ? 'new' : 'reply',
      mentionQuery: queryAt(now, now.caret),
      length,
      isTooLong: length > maxLength,
      canSend: !isBlank(now.text) && length <= maxLength,
    };
  });
  const submit = (now: State): Promise<Queued<Message<K>>> => {
    const { editing, replyToId } = now;
    const { text: content, mentions } = toSend(now);
    const userIds = [...new Set(mentions.flatMap(({ userId }) => userId ?? []))];
    const isForAll = mentions.some(({ userId }) => userId === null);
    if (!editing)
      return messages.send(conversationId, {
        content,
        ...thread,
        ...(replyToId !== null && { replyToId }),
        ...(userIds.length > 0 && { mentionedUserIds: userIds }),
        ...(isForAll && { mentionsEveryone: true }),
        ...(mentions.length > 0 && { mentions }),
      });
    // Whoever has no place in the text cannot have been taken out of it.
    const isPlaced = (id: string | null) => placed.some(({ userId }) => userId === id);
    const unplaced = editing.mentionedUserIds.filter((userId) => !isPlaced(userId));
    return messages.edit(conversationId, editing.id, {
      content,
      mentionedUserIds: [...new Set([...unplaced, ...userIds])],
      mentionsEveryone: isForAll || (editing.mentionsEveryone && !isPlaced(null)),
      mentions,
    });
  };
  const placesIn = (message: Message<K>) => {
    const { conversation } = conversations.get(conversationId).get();
    return mentionsOf(
      message,
      conversation?.members.map(({ profile }) => profile),
    );
  };
  const isUnchanged = ({ editing, ...now }: State): boolean => {
    // Saving a message that has failed is another try.
    if (editing?.error !== null) return false;
    const before = toSend({ text: editing.content ?? '', mentions: placed });
    const { text, mentions } = toSend(now);
    return text === before.text && isSameMentions(mentions, before.mentions);
  };

  const actions: ComposerActions<K> = {
    setText(text, caret) {
      const mentions = moved(state.get(), text, caret);
      const before = earlier.get(text) ?? [];
      write({ text, mentions: before.length > mentions.length ? before : mentions }, caret ?? text.length);
    },
    addMention({ id: userId, displayName }) {
      const now = state.get();
      const query = queryAt(now, now.caret);
      const start = query === null ? now.caret : now.caret - query.length - 1;
      const name = `@${displayName}`;
      const next = replaced(now, start, now.caret, `${name} `);
      const mention = { userId, start, length: name.length };
      const caret = start + name.length + 1;
      write({ ...next, mentions: [...next.mentions, mention].sort((a, b) => a.start - b.start) }, caret);
      return caret;
    },
    removeMention({ start, length }) {
      write(replaced(state.get(), start, start + length, ''), start);
    },
    setReplyTo(message) {
      if (message && state.get().editing) state.set(aside);
      change({ replyToId: message?.id ?? null });
    },
    startEdit(message) {
      if (!state.get().editing) aside = state.get();
      const text = message.content ?? '';
      placed = placesIn(message);
      earlier.clear();
      state.set({ ...empty, text, caret: text.length, mentions: placed, editing: message });
    },
    cancel() {
      if (state.get().editing) state.set(aside);
      else if (state.get().replyToId !== null) change({ replyToId: null });
    },
    async send() {
      const now = state.get();
      const { canSend, isTooLong } = view.get();
      if (!canSend) {
        if (isTooLong)
          state.set({
            ...now,
            error: new ConfabError({
              code: 'content_too_long',
              message: `unable to send the message; it has more than ${maxLength} characters`,
            }),
          });
        return null;
      }
      isTouched = true;
      earlier.clear();
      state.set(now.editing ? aside : empty);
      if (isUnchanged(now)) return null;
      try {
        const queued = await submit(now);
        if (!now.editing) {
          saveSoon();
          // Nothing of it comes back with the next opening, unless something new is being written already.
          if (state.get().text === '') actions.saveDraft();
        }
        return queued;
      } catch (error) {
        if (!(error instanceof ConfabError)) throw error;
        state.set({ ...givenBack(now, state.get(), aside), error });
        return null;
      }
    },
    saveDraft: () => drafts.flush(conversationId, threadRootId),
  };
  return {
    get: view.get,
    actions,
    subscribe(listener) {
      // The room has to be joined for others to see who types.
      const stops = [view.subscribe(listener), draft.subscribe(adopt), others.subscribe(() => undefined)];
      adopt();
      return () => {
        for (const stop of stops) stop();
        actions.saveDraft();
      };
    },
  };
}

/** What is sent of what was written. */
const toSend = (written: Written): Written => cutOut(written, trimMessage(written.text));

const isSameMentions = (a: readonly Mention[], b: readonly Mention[]) =>
  a.length === b.length &&
  a.every(({ userId, start, length }, i) => {
    const other = b[i];
    return other?.userId === userId && other.start === start && other.length === length;
  });

/** What was refused, with what has been written since below it. */
function givenBack<K extends MessageKinds>(
  before: ComposerState<K>,
  now: ComposerState<K>,
  aside: ComposerState<K>,
): ComposerState<K> {
  if (now.text === '' || (before.editing && now === aside)) return before;
  if (before.editing) return now;
  const from = before.text.length + 1;
  const text = `${before.text}\n${now.text}`;
  const later = now.mentions.map((mention) => ({ ...mention, start: mention.start + from }));
  return { ...before, text, caret: text.length, mentions: [...before.mentions, ...later] };
}

function fromDraft(draft: Draft | null): NewText {
  if (!draft) return empty;
  const text = draft.content ?? '';
  const mentions = readMentions(text, draft.data['mentions']);
  return { ...empty, text, mentions, caret: text.length, replyToId: draft.replyToId };
}

/** Half of what a string counts for what is beyond the first plane. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
