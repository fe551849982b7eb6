import { useConfab, useMessages, useSendMessage, useTyping } from '@confab/react';
import {
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
  type SubmitEvent,
} from 'react';
import { errorText } from '../lib/error-text';
import type { Message } from '../lib/types';
import { CheckIcon, CloseIcon, SendIcon } from './icons';

/** What was begun in a conversation and not sent, until the window is closed. */
const drafts = new Map<string, string>();

/** Where typing costs nothing: on a phone the keyboard would hide half of what was opened. */
const hasKeyboard = matchMedia('(pointer: fine)').matches;

export interface ComposerProps {
  readonly conversationId: string;
  /** The own message whose text is being changed. */
  readonly edited: Message | null;
  readonly onEdit: (message: Message) => void;
  readonly onDone: () => void;
}

export function Composer({ conversationId, edited, onEdit, onDone }: ComposerProps) {
  const { messages: actions } = useConfab();
  const { messages } = useMessages(conversationId);
  const sendMessage = useSendMessage(conversationId);
  const { keystroke, stop } = useTyping(conversationId);
  const [text, setText] = useState(edited ? (edited.content ?? '') : (drafts.get(conversationId) ?? ''));
  const [problem, setProblem] = useState<string | null>(null);
  const field = useGrowingField(text);
  const isEmpty = text.trim() === '';

  const change = (next: string) => {
    setText(next);
    setProblem(null);
    if (edited) return;
    drafts.set(conversationId, next);
    if (next.trim() === '') stop();
    else keystroke();
  };
  const submit = async () => {
    if (isEmpty) return;
    try {
      if (edited) {
        if (text !== edited.content) await actions.edit(conversationId, edited.id, { content: text });
        onDone();
        return;
      }
      const sending = sendMessage({ content: text });
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
    } else if (event.key === 'Escape' && edited) {
      event.preventDefault();
      onDone();
    } else if (event.key === 'ArrowUp' && isEmpty && !edited) {
      const last = messages.findLast((message) => message.isOwn && isEditable(message));
      if (!last) return;
      event.preventDefault();
      onEdit(last);
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
      {edited && (
        <div className="composer-mode">
          <span>Editing your message</span>
          <button type="button" className="icon-button" aria-label="Cancel editing" onClick={onDone}>
            <CloseIcon />
          </button>
        </div>
      )}
      <div className="composer-row">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={edited ? 'Edit message' : 'Message'}
          placeholder="Message"
          autoFocus={hasKeyboard || edited !== null}
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

export function isEditable({ status, deletedAt, hasPendingChange }: Message): boolean {
  return status === 'sent' && deletedAt === null && !hasPendingChange;
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
