import { useConfab } from '@confab/react';
import { CheckCheck, Mail, MessageSquareText, Trash2, X } from 'lucide-react';
import { report } from '../../lib/notices';
import { openList } from '../../lib/route';
import { isEntry, isReviewed, REVIEWED, type Message } from '../../lib/types';
import { useGoal } from './goal-context';

/** What can be done with all that is selected at once. */
export function SelectionBar({ selected }: { readonly selected: readonly Message[] }) {
  const { conversationId, isLed, clear, answer } = useGoal();
  const { messages, reactions } = useConfab();
  const sent = selected.filter(({ status }) => status === 'sent');
  const entries = sent.filter(isEntry);
  const toReview = entries.filter((message) => !isReviewed(message));
  const first = Math.min(...sent.flatMap(({ seq }) => (seq === null ? [] : [seq])));
  return (
    <div className="selection" role="toolbar" aria-label="Selection">
      <button className="icon-button" aria-label="Clear selection" onClick={clear}>
        <X size={18} />
      </button>
      <b aria-live="polite">{selected.length} selected</b>
      {isLed && (
        <>
          <button
            className="button"
            disabled={entries.length === 0}
            onClick={() => {
              answer(entries);
              clear();
            }}
          >
            <MessageSquareText size={17} aria-hidden /> <span>Respond</span>
          </button>
          <button
            className="button"
            disabled={toReview.length === 0}
            onClick={() => {
              report(
                'mark all of it as reviewed',
                toReview.map(({ id }) => reactions.add(conversationId, id, REVIEWED)),
              );
              clear();
            }}
          >
            <CheckCheck size={17} aria-hidden /> <span>Mark reviewed</span>
          </button>
        </>
      )}
      <button
        className="button"
        disabled={!Number.isFinite(first)}
        onClick={() => {
          report('mark it as unread', [messages.markUnread(conversationId, first)]);
          clear();
          // Open it would be read at once.
          openList();
        }}
      >
        <Mail size={17} aria-hidden /> <span>Mark unread</span>
      </button>
      <button
        className="button"
        disabled={!selected.every(({ isOwn }) => isOwn)}
        onClick={() => {
          report(
            'delete all of it',
            selected.map(({ id }) => messages.delete(conversationId, id)),
          );
          clear();
        }}
      >
        <Trash2 size={17} aria-hidden /> <span>Delete</span>
      </button>
    </div>
  );
}
