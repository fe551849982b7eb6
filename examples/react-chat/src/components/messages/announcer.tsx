import { useState } from 'react';
import { visibleName } from '../../lib/names';
import { plainText } from '../../lib/rich-text';
import type { Message } from '../../lib/types';

/**
 * Reads new messages of others out to screen readers. The list itself cannot: scrolling puts old messages into it and
 * takes them out again.
 */
export function Announcer({ messages }: { readonly messages: readonly Message[] }) {
  const last = messages.findLast(({ seq }) => seq !== null);
  const seq = last?.seq ?? 0;
  // What is there when the conversation opens is no news.
  const [openedAt, setOpenedAt] = useState(seq);
  if (openedAt === 0 && seq > 0) setOpenedAt(seq);
  const news = openedAt === 0 ? [] : messages.filter((message) => isNews(message, openedAt)).slice(-3);
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-label="New messages">
      {news.map(({ id, sender, content }) => (
        <p key={id}>
          {visibleName(sender?.displayName)}: {plainText(content ?? '')}
        </p>
      ))}
    </div>
  );
}

function isNews({ seq, isOwn, deletedAt }: Message, openedAt: number): boolean {
  return seq !== null && seq > openedAt && !isOwn && deletedAt === null;
}
