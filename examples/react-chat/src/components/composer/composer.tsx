import { ArrowUp, Check, Smile } from 'lucide-react';
import { isComposingKey, useComposer, useConfab } from '@confab/react';
import {
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type Ref,
} from 'react';
import { errorText } from '../../lib/error-text';
import { isEditable, type Message } from '../../lib/types';
import { EmojiPicker } from '../emoji-picker';
import { Popover } from '../popover';
import type { ComposerHandle } from '../window-context';
import { BlockedComposer } from './blocked-composer';
import { ComposerModeLine } from './composer-mode-line';
import { MentionList, useMentionChoice } from './mention-list';

/** Where typing costs nothing: on a phone the keyboard would hide half of what was opened. */
const hasKeyboard = matchMedia('(pointer: fine)').matches;
/** The number of characters left is shown from here on. */
const FEW_LEFT = 500;
const MAX_LENGTH = 8_000;

export interface ComposerProps {
  readonly conversationId: string;
  readonly threadRootId?: string;
  readonly handle: Ref<ComposerHandle>;
  /** Why the user may not write; null when they may. */
  readonly blockedBy: string | null;
}

export function Composer({ conversationId, threadRootId, handle, blockedBy }: ComposerProps) {
  const { messages, threads } = useConfab();
  const composer = useComposer(conversationId, {
    maxLength: MAX_LENGTH,
    ...(threadRootId !== undefined && { threadRootId }),
  });
  const { text, setText, mode, editing, replyTo, cancel, send, canSend, error, length } = composer;
  const field = useRef<HTMLTextAreaElement>(null);
  /** Where the caret belongs once the text is in the field. */
  const caret = useRef<number | null>(null);
  const [emojiButton, setEmojiButton] = useState<HTMLElement | null>(null);
  const listId = useId();
  const mention = useMentionChoice(composer, (who) => {
    caret.current = composer.addMention(who);
  });
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    // As high as its text; CSS sets the limit.
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
    if (caret.current === null) return;
    element.focus();
    element.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [text]);

  // The popover that asked for it gives the focus back first.
  const focusSoon = () => requestAnimationFrame(() => field.current?.focus());
  const startEdit = (message: Message) => {
    composer.startEdit(message);
    focusSoon();
  };
  useImperativeHandle(handle, () => ({
    reply: (message) => {
      composer.setReplyTo(message);
      focusSoon();
    },
    edit: startEdit,
  }));
  const insert = (emoji: string) => {
    const { selectionStart = text.length, selectionEnd = text.length } = field.current ?? {};
    caret.current = selectionStart + emoji.length;
    setText(text.slice(0, selectionStart) + emoji + text.slice(selectionEnd), caret.current);
    setEmojiButton(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposingKey(event) || mention.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === 'Escape' && mode !== 'new') {
      event.preventDefault();
      cancel();
    } else if (event.key === 'ArrowUp' && text === '' && mode !== 'edit') {
      const list =
        threadRootId === undefined
          ? messages.list(conversationId)
          : threads.replies(conversationId, threadRootId);
      const last = list.get().messages.findLast(isEditable);
      if (!last) return;
      event.preventDefault();
      startEdit(last);
    }
  };
  const what = threadRootId === undefined ? 'Message' : 'Reply';
  const about = editing ?? replyTo;
  if (blockedBy !== null) return <BlockedComposer reason={blockedBy} text={text} />;
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
        field.current?.focus();
      }}
    >
      {error && (
        <p className="form-error" role="alert">
          {errorText(error)}
        </p>
      )}
      {mode !== 'new' && (
        <ComposerModeLine
          type={mode}
          message={about}
          onCancel={() => {
            cancel();
            field.current?.focus();
          }}
        />
      )}
      {mention.isOpen && <MentionList id={listId} {...mention} />}
      <div className="composer-row">
        <button
          type="button"
          className="icon-button composer-emoji"
          aria-label="Emoji"
          aria-haspopup="dialog"
          onClick={(event) => setEmojiButton(event.currentTarget)}
        >
          <Smile size={20} />
        </button>
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={mode === 'edit' ? 'Edit message' : what}
          aria-autocomplete="list"
          aria-controls={mention.isOpen ? listId : undefined}
          aria-activedescendant={mention.isOpen ? `${listId}-${mention.active}` : undefined}
          placeholder={what}
          autoFocus={hasKeyboard}
          data-autofocus={hasKeyboard || undefined}
          enterKeyHint="send"
          dir="auto"
          onChange={({ target }) => setText(target.value, target.selectionEnd)}
          onKeyDown={onKeyDown}
          onBlur={composer.saveDraft}
        />
        <button className="send-button" aria-label={mode === 'edit' ? 'Save' : 'Send'} disabled={!canSend}>
          {mode === 'edit' ? <Check size={20} /> : <ArrowUp size={20} />}
        </button>
      </div>
      {length > MAX_LENGTH - FEW_LEFT && (
        <p className={length > MAX_LENGTH ? 'composer-left composer-over' : 'composer-left'}>
          {length > MAX_LENGTH ? `${length - MAX_LENGTH} too many` : `${MAX_LENGTH - length} left`}
        </p>
      )}
      {emojiButton && (
        <Popover
          anchor={emojiButton}
          placement="top-start"
          role="dialog"
          label="Emoji"
          className="popover"
          onClose={() => setEmojiButton(null)}
        >
          <EmojiPicker onPick={insert} />
        </Popover>
      )}
    </form>
  );
}
