import { joinNames } from '../../lib/names';
import { useTyping } from '@confab/react';
import type { ReactNode } from 'react';

export interface TypingLineProps {
  readonly conversationId: string;
  readonly children: ReactNode;
}

/** Who is typing; while nobody is, what else there is to say in this line. */
export function TypingLine({ conversationId, children }: TypingLineProps) {
  const { typers } = useTyping(conversationId);
  const names = typers.map(({ displayName }) => displayName);
  if (names.length === 0) return children;
  const who = names.length > 3 ? `${names.length} people` : joinNames(names);
  return (
    <span className="typing" data-testid="typing">
      <span className="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {who} {names.length === 1 ? 'is' : 'are'} typing
    </span>
  );
}
