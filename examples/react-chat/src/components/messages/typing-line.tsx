import { joinNames } from '../../lib/names';
import { useTyping } from '@confab/react';

/** Who is typing. Its line is always there, so that nothing jumps. */
export function TypingLine({ conversationId }: { readonly conversationId: string }) {
  const { typers } = useTyping(conversationId);
  const names = typers.map(({ displayName }) => displayName);
  const who = names.length > 3 ? `${names.length} people` : joinNames(names);
  return (
    <p className="typing" data-testid="typing">
      {names.length > 0 && (
        <>
          <span className="typing-dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {who} {names.length === 1 ? 'is' : 'are'} typing
        </>
      )}
    </p>
  );
}
