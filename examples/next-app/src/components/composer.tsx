'use client';

import { isComposingKey, useComposer } from '@confab/react';
import type { KeyboardEvent } from 'react';

interface ComposerProps {
  readonly conversationId: string;
}

export function Composer({ conversationId }: ComposerProps) {
  const { text, setText, canSend, error, isTooLong, send, saveDraft } = useComposer(conversationId);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || isComposingKey(event)) return;
    event.preventDefault();
    void send();
  };
  return (
    <form className="composer" action={() => void send()}>
      {(error !== null || isTooLong) && (
        <p className="problem" role="alert">
          {isTooLong || error?.code === 'content_too_long'
            ? 'This message is too long.'
            : 'This could not be sent.'}
        </p>
      )}
      <textarea
        aria-label="Message"
        placeholder="Message"
        rows={1}
        dir="auto"
        value={text}
        onChange={({ target }) => setText(target.value, target.selectionEnd)}
        onKeyDown={onKeyDown}
        onBlur={saveDraft}
      />
      <button className="button" disabled={!canSend}>
        Send
      </button>
    </form>
  );
}
