import type { ReplyPreview } from '@confab/core';
import { useWindow } from '../window-context';

/** The message another one answers; a press leads to it. */
export function Quote({ replyTo }: { readonly replyTo: ReplyPreview | null }) {
  const { actions, currentUserId } = useWindow();
  // While it waits to be sent, only the one who writes it knows what it answers.
  if (!replyTo) return null;
  const { seq, senderId, sender, content, deletedAt } = replyTo;
  const name = senderId === currentUserId ? 'You' : (sender?.displayName ?? 'Somebody');
  return (
    <button className="quote" aria-label={`Go to the message of ${name}`} onClick={() => actions.jumpTo(seq)}>
      <span className="quote-name">{name}</span>
      <span className="quote-text" dir="auto">
        {deletedAt === null ? (content ?? '') : 'Message deleted'}
      </span>
    </button>
  );
}
