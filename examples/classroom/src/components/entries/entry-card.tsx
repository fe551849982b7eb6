import { useMessageActions, useReactions } from '@confab/react';
import { CheckCheck, Clock, MessageSquareText } from 'lucide-react';
import { memo } from 'react';
import { dayOf } from '../../lib/days';
import { errorText } from '../../lib/error-text';
import { formatFull, formatShortDay, formatTime } from '../../lib/format';
import { report } from '../../lib/notices';
import { isEntry, isReviewed, kindName, REVIEWED, type Message } from '../../lib/types';
import { Avatar } from '../avatar';
import { useGoal } from '../goal/goal-context';
import { EntryBody } from './entry-body';

/** One entry: who, when, what its kind makes of it, and what can be done with it. */
export const EntryCard = memo(function EntryCard({ message }: { readonly message: Message }) {
  const { isLed, today, unreadAfterSeq, selectedIds, toggle, answer } = useGoal();
  const { id, sender, senderId, seq, isOwn, createdAt, occursOn, status, countsAsUnread } = message;
  const name = isOwn ? 'You' : (sender?.displayName ?? 'Somebody');
  const isNew = !isOwn && countsAsUnread && unreadAfterSeq !== null && (seq ?? 0) > unreadAfterSeq;
  const isSelected = selectedIds.has(id);
  const writtenOn = dayOf(new Date(createdAt));
  const canAnswer = status === 'sent' && (isLed ? isEntry(message) : !isOwn);
  return (
    <article
      className={`card card-${String(message.kind)}${isSelected ? ' card-selected' : ''}`}
      aria-label={`${kindName(message)}, ${name}`}
      data-testid="entry"
    >
      <header className="card-header">
        <Avatar id={senderId ?? ''} name={sender?.displayName ?? '?'} isSmall />
        <b>{name}</b>
        <span className="card-kind">{kindName(message)}</span>
        {isNew && <span className="new">New</span>}
        <span className="card-end">
          {isReviewed(message) && (
            <span className="reviewed">
              <CheckCheck size={15} aria-hidden /> Reviewed
            </span>
          )}
          {status === 'pending' ? (
            <span className="pending">
              <Clock size={14} aria-hidden /> Waiting
            </span>
          ) : (
            <time dateTime={createdAt} title={formatFull(createdAt)}>
              {writtenOn === occursOn ? formatTime(createdAt) : formatShortDay(writtenOn, today)}
            </time>
          )}
          <input
            type="checkbox"
            aria-label={`Select this ${kindName(message).toLowerCase()}`}
            checked={isSelected}
            onChange={() => toggle(id)}
          />
        </span>
      </header>
      <EntryBody message={message} />
      {message.error && <Refusal message={message} />}
      {canAnswer && (
        <footer className="card-footer">
          <button className="button-quiet" onClick={() => answer([message])}>
            <MessageSquareText size={16} aria-hidden /> {isLed ? 'Respond' : 'Reply'}
          </button>
          {isLed && <ReviewButton message={message} />}
        </footer>
      )}
    </article>
  );
});

function ReviewButton({ message }: { readonly message: Message }) {
  const { add, remove } = useReactions(message);
  const isDone = message.reactions.some(({ emoji, isOwn }) => emoji === REVIEWED && isOwn);
  return (
    <button
      className="button-quiet"
      aria-pressed={isDone}
      onClick={() => report('mark it as reviewed', [isDone ? remove(REVIEWED) : add(REVIEWED)])}
    >
      <CheckCheck size={16} aria-hidden /> {isDone ? 'Not reviewed' : 'Mark reviewed'}
    </button>
  );
}

/** What the server refused stays, with its words, until its author decides. */
function Refusal({ message }: { readonly message: Message }) {
  const { retry, discard } = useMessageActions(message);
  return (
    <p className="refusal" role="alert">
      <span>
        {message.status === 'failed' ? 'Not sent.' : 'Not changed.'}{' '}
        {message.error && errorText(message.error)}
      </span>
      <button className="button-quiet" onClick={() => report('send it', [retry()])}>
        Retry
      </button>
      <button className="button-quiet" onClick={() => report('discard it', [discard()])}>
        Discard
      </button>
    </p>
  );
}
