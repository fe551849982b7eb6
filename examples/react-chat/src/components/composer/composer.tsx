import { useConfab, useSendMessage, useTyping } from '@confab/react';
import {
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type Ref,
  type RefObject,
  type SubmitEvent,
} from 'react';
import { errorText } from '../../lib/error-text';
import type { Message } from '../../lib/types';
import { CheckIcon, SendIcon } from '../icons';
import { isEditable } from '../messages/message-menu';
import { ComposerModeLine } from './composer-mode-line';

/** What was begun in a conversation and not sent, until the window is closed. */
const drafts = new Map<string, string>();

/** Where typing costs nothing: on a phone the keyboard would hide half of what was opened. */
const hasKeyboard = matchMedia('(pointer: fine)').matches;

/** What a message asks of the composer. */
export interface ComposerHandle {
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
}

export interface ComposerProps {
  readonly conversationId: string;
  readonly handle: Ref<ComposerHandle>;
}

interface Mode {
  readonly type: 'edit' | 'reply';
  readonly message: Message;
}

export function Composer({ conversationId, handle }: ComposerProps) {
  const { messages } = useConfab();
  const sendMessage = useSendMessage(conversationId);
  const { keystroke, stop } = useTyping(conversationId);
  const [text, setText] = useState(drafts.get(conversationId) ?? '');
  const [mode, setMode] = useState<Mode | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useGrowingField(text);
  const isEmpty = text.trim() === '';
  const edited = mode?.type === 'edit' ? mode.message : null;

  const change = (next: string) => {
    setText(next);
    setProblem(null);
    if (edited) return;
    drafts.set(conversationId, next);
    if (next.trim() === '') stop();
    else keystroke();
  };
  const begin = (next: Mode) => {
    setMode(next);
    setProblem(null);
    setText(next.type === 'edit' ? (next.message.content ?? '') : (drafts.get(conversationId) ?? ''));
    // The popover that asked for it gives the focus back first.
    requestAnimationFrame(() => field.current?.focus());
  };
  const cancel = () => {
    setMode(null);
    setText(drafts.get(conversationId) ?? '');
    field.current?.focus();
  };
  useImperativeHandle(handle, () => ({
    reply: (message) => begin({ type: 'reply', message }),
    edit: (message) => begin({ type: 'edit', message }),
  }));
  const submit = async () => {
    if (isEmpty) return;
    try {
      if (edited) {
        if (text !== edited.content) await messages.edit(conversationId, edited.id, { content: text });
        cancel();
        return;
      }
      const sending = sendMessage({ content: text, ...(mode && { replyToId: mode.message.id }) });
      setMode(null);
      change('');
      await sending;
    } catch (error) {
      // Nothing was stored: give the text back.
      change(text);
      setProblem(errorText(error));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also ends the composition of a word.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Escape' && mode) {
      event.preventDefault();
      cancel();
    } else if (event.key === 'ArrowUp' && isEmpty && !edited) {
      const last = messages.list(conversationId).get().messages.findLast(isEditable);
      if (!last) return;
      event.preventDefault();
      begin({ type: 'edit', message: last });
    }
  };
  return (
    <form
      className="composer"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      {problem !== null && (
        <p className="form-error" role="alert">
          {problem}
        </p>
      )}
      {mode && <ComposerModeLine {...mode} onCancel={cancel} />}
      <div className="composer-row">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={edited ? 'Edit message' : 'Message'}
          placeholder="Message"
          autoFocus={hasKeyboard}
          enterKeyHint="send"
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button className="send-button" aria-label={edited ? 'Save' : 'Send'} disabled={isEmpty}>
          {edited ? <CheckIcon /> : <SendIcon />}
        </button>
      </div>
    </form>
  );
}

/** A field that is as high as its text; CSS sets the limit. */
function useGrowingField(text: string): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  return field;
}
