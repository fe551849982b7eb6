import {
  ConfabError,
  createWritable,
  derive,
  type Draft,
  type DraftInput,
  type Message,
  type Queued,
  type Readable,
} from '@confab/core';
import {
  mentionsIn,
  moved,
  queryAt,
  readMentions,
  replaced,
  type Mention,
  type Mentionable,
  type Written,
} from './mentions';
import type { RegisteredConfab, RegisteredKinds } from './register';

type Shown = Message<RegisteredKinds>;

interface State extends Written {
  readonly caret: number;
  readonly replyToId: string | null;
  readonly editing: Shown | null;
  readonly error: ConfabError | null;
}

/** What a composer is asked to do; all are stable references. */
export interface ComposerActions {
  /** Takes what the field says now; with the place of the caret, mentions are completed there and not at the end. */
  readonly setText: (text: string, caret?: number) => void;
  /** Puts `@name ` in the place of the query, or at the caret; returns where the caret belongs then. */
  readonly addMention: (who: Mentionable) => number;
  /** Takes a mention out of the text. */
  readonly removeMention: (mention: Mention) => void;
  /** Answers a message; null answers none. */
  readonly setReplyTo: (message: Pick<Shown, 'id'> | null) => void;
  /** Begins to change a message; what was being written comes back when that is over. */
  readonly startEdit: (message: Shown) => void;
  /** Leaves the edit, else the answer. */
  readonly cancel: () => void;
  /**
   * Sends, or saves the edit. The text is gone at once; it resolves once the message is stored. Null when there was nothing
   * to send, or when it was refused: then the text is back and `error` says why.
   */
  readonly send: () => Promise<Queued<Shown> | null>;
  /** Saves the draft without waiting for a pause: when the field is left. */
  readonly saveDraft: () => void;
}

export interface ComposerView extends State {
  readonly mode: 'new' | 'reply' | 'edit';
  /** What follows the `@` at the caret; null when nothing does. */
  readonly mentionQuery: string | null;
  /** Characters, as the database counts them. */
  readonly length: number;
  readonly isTooLong: boolean;
  readonly canSend: boolean;
}

export interface Composer extends Readable<ComposerView> {
  readonly actions: ComposerActions;
}

const NONE: readonly never[] = [];
const empty: State = { text: '', mentions: NONE, caret: 0, replyToId: null, editing: null, error: null };

/** What is being written to a conversation, or to a thread in it. Watching it keeps its draft. */
export function createComposer(
  { messages, drafts, conversations, typing }: RegisteredConfab,
  conversationId: string,
  threadRootId: string | undefined,
  maxLength: number,
): Composer {
  const draft = drafts.get(conversationId, threadRootId);
  const others = typing.in(conversationId);
  const state = createWritable<State>(fromDraft(draft.get()));
  /** Once somebody writes here, what other devices save waits for the next opening. */
  let isTouched = false;
  /** What was being written when an edit began. */
  let aside: State = empty;
  const thread = threadRootId === undefined ? {} : { threadRootId };

  const adopt = () => {
    const saved = draft.get();
    // None any more: it was sent or emptied elsewhere.
    if (!isTouched && (saved?.content ?? '') !== state.get().text) state.set(fromDraft(saved));
  };
  const saveSoon = () => {
    const { text, mentions, replyToId } = state.get();
    // What is too long is refused, and nobody would learn why.
    if (lengthOf(text) > maxLength) return;
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
    change({ ...written, caret });
    // In a thread nobody sees who types in the conversation.
    if (threadRootId !== undefined || state.get().editing) return;
    if (written.text.trim()) others.keystroke();
    else others.stop();
  };
  const view = derive([state], (now): ComposerView => {
    const length = lengthOf(now.text.trim());
    return {
      ...now,
      mode: now.editing ? 'edit' : now.replyToId === null ? 'new' : 'reply',
      mentionQuery: queryAt(now, now.caret),
      length,
      isTooLong: length > maxLength,
      canSend: length > 0 && length <= maxLength,
    };
  });
  const submit = (now: State): Promise<Queued<Shown>> => {
    const { mentions, editing, replyToId } = now;
    const content = now.text.trim();
    const userIds = [...new Set(mentions.flatMap(({ userId }) => userId ?? []))];
    const isForAll = mentions.some(({ userId }) => userId === null);
    if (!editing)
      return messages.send(conversationId, {
        content,
        ...thread,
        ...(replyToId !== null && { replyToId }),
        ...(userIds.length > 0 && { mentionedUserIds: userIds }),
        ...(isForAll && { mentionsEveryone: true }),
      });
    // Whoever was not found in the text cannot have been taken out of it.
    const found = placesIn(editing).map(({ userId }) => userId);
    const unseen = editing.mentionedUserIds.filter((userId) => !found.includes(userId));
    return messages.edit(conversationId, editing.id, {
      content,
      mentionedUserIds: [...new Set([...unseen, ...userIds])],
      mentionsEveryone: isForAll || editing.mentionsEveryone,
    });
  };
  const placesIn = ({ content, mentionedUserIds }: Shown) =>
    mentionsIn(
      content ?? '',
      mentionedUserIds,
      conversations.get(conversationId).get().conversation?.members ?? [],
    );

  const actions: ComposerActions = {
    setText: (text, caret = text.length) => write({ text, mentions: moved(state.get(), text) }, caret),
    addMention({ id: userId, displayName }) {
      const now = state.get();
      const query = queryAt(now, now.caret);
      const start = query === null ? now.caret : now.caret - query.length - 1;
      const name = `@${displayName}`;
      const next = replaced(now, start, now.caret, `${name} `);
      const mention = { userId, start, length: name.length };
      const caret = start + name.length + 1;
      write({ ...next, mentions: [...next.mentions, mention] }, caret);
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
      state.set({ ...empty, text, caret: text.length, mentions: placesIn(message), editing: message });
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
      state.set(now.editing ? aside : empty);
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
    get: () => view.get(),
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

/** What was refused, with what has been written since below it. */
function givenBack(before: State, now: State, aside: State): State {
  if (now.text === '' || (before.editing && now === aside)) return before;
  if (before.editing) return now;
  const from = before.text.length + 1;
  const text = `${before.text}\n${now.text}`;
  const later = now.mentions.map((mention) => ({ ...mention, start: mention.start + from }));
  return { ...before, text, caret: text.length, mentions: [...before.mentions, ...later] };
}

function fromDraft(draft: Draft | null): State {
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
