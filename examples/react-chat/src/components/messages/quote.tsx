import type { ReplyPreview } from '@confab/core';
import { visibleName } from '../../lib/names';
import { plainText } from '../../lib/rich-text';
import { useWindow } from '../window-context';

/** The message another one answers; a press leads to it. */
export function Quote({ replyTo }: { readonly replyTo: ReplyPreview | null }) {
  const { actions, currentUserId } = useWindow();
  // Null where this device does not know it.
  if (!replyTo) return null;
  const { seq, senderId, sender, content, deletedAt } = replyTo;
  const name = senderId === currentUserId ? 'You' : visibleName(sender?.displayName);
  return (
    <button className="quote" title="Go to this message" onClick={() => actions.jumpTo(seq)}>
      <bdi className="quote-name">{name}</bdi>
      <span className={deletedAt === null ? 'quote-text' : 'quote-text quote-deleted'} dir="auto">
        {deletedAt === null ? plainText(content ?? '') : 'Message deleted'}
      </span>
    </button>
  );
}
