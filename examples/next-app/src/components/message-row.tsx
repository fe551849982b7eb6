'use client';

import { useMessageActions, type MessageItem } from '@confab/react';
import { memo } from 'react';
import { formatTime } from '../lib/time';
import { useClock } from './clock';

interface MessageRowProps {
  readonly item: MessageItem;
  /** Where there are only two it goes without saying. */
  readonly namesSender: boolean;
}

export const MessageRow = memo(function MessageRow({ item, namesSender }: MessageRowProps) {
  const { message, isFirstOfGroup } = item;
  const { isOwn, sender, content, createdAt, status, kind, deletedAt } = message;
  const { timeZone } = useClock();
  if (kind === 'system') return null;
  return (
    <li
      className={isOwn ? 'message own' : 'message'}
      data-first={isFirstOfGroup || undefined}
      data-testid="message"
    >
      {namesSender && isFirstOfGroup && !isOwn && (
        <b className="sender" dir="auto">
          {sender?.displayName}
        </b>
      )}
      <div className="bubble">
        <p className={deletedAt === null ? 'text' : 'text muted'} dir="auto">
          {deletedAt === null ? content : 'Message deleted'}
        </p>
        <time dateTime={createdAt}>
          {status === 'pending' ? 'Sending …' : formatTime(createdAt, timeZone)}
        </time>
      </div>
      {status === 'failed' && <Failed message={message} />}
    </li>
  );
});

function Failed({ message }: { readonly message: MessageItem['message'] }) {
  const { retry, discard } = useMessageActions(message);
  return (
    <p className="problem" role="alert">
      Not sent. <button onClick={() => void retry()}>Try again</button>{' '}
      <button onClick={() => void discard()}>Delete</button>
    </p>
  );
}
