'use client';

import { useTyping } from '@confab/react';

/** Its line is always there, so that nothing jumps. */
export function Typing({ conversationId }: { readonly conversationId: string }) {
  const { names, othersCount } = useTyping(conversationId);
  const who = othersCount > 0 ? `${names.join(', ')} and ${othersCount} more` : names.join(' and ');
  return (
    <p className="typing" role="status">
      {names.length > 0 && `${who} ${names.length + othersCount === 1 ? 'is' : 'are'} typing …`}
    </p>
  );
}
