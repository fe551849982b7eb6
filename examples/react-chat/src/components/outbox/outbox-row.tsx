import type { OutboxItem } from '@confab/core';
import { trimMessage, useConversation, useOutbox } from '@confab/react';
import { useState, type SubmitEvent } from 'react';
import { formatTime } from '../../lib/dates';
import { errorText } from '../../lib/error-text';
import { visibleName } from '../../lib/names';
import { report } from '../../lib/notices';
import { WHAT } from '../../lib/outbox-items';

export function OutboxRow({ item }: { readonly item: OutboxItem }) {
  const { id, type, content, conversationId, status, error, createdAt } = item;
  const { conversation } = useConversation(conversationId);
  const { retry, discard, edit } = useOutbox();
  const [text, setText] = useState<string | null>(null);
  const isText = type === 'send_message' || type === 'edit_message';
  const hasFailed = status === 'failed';
  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (text === null || text.trim() === '') return;
    report('change it', edit(item, { content: trimMessage(text) }));
    setText(null);
  };
  return (
    <li className="outbox-item">
      <p className="found-head">
        <span>
          {WHAT[type] ?? 'Change'} · <bdi>{visibleName(conversation?.name ?? '')}</bdi>
        </span>
        <time dateTime={createdAt}>{formatTime(createdAt)}</time>
      </p>
      {text === null ? (
        content !== null && (
          <p className="outbox-text" dir="auto">
            {content}
          </p>
        )
      ) : (
        <form className="outbox-edit" onSubmit={save}>
          <textarea
            value={text}
            rows={3}
            aria-label="Text of the message"
            autoFocus
            onChange={(event) => setText(event.target.value)}
          />
          <button className="button button-small button-primary" disabled={text.trim() === ''}>
            Save
          </button>
        </form>
      )}
      <p className={hasFailed ? 'outbox-failed' : 'muted'}>
        {hasFailed ? `Not sent. ${error ? errorText(error) : ''}` : 'Waits for the server'}
      </p>
      <div className="outbox-actions">
        {isText && text === null && (
          <button className="button button-small" onClick={() => setText(content ?? '')}>
            Edit
          </button>
        )}
        {hasFailed && (
          <>
            <button className="button button-small" onClick={() => report('send it', retry(id))}>
              Try again
            </button>
            <button className="button button-small" onClick={() => report('discard it', discard(id))}>
              Discard
            </button>
          </>
        )}
      </div>
    </li>
  );
}
