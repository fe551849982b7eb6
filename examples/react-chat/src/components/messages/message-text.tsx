import { useMemo, useState } from 'react';
import { toSegments, type Segment } from '../../lib/rich-text';
import type { Message } from '../../lib/types';
import { useWindow } from '../window-context';

/** Longer texts are folded: one message must not fill several screens. */
const FOLD_CHARS = 1_200;

export function MessageText({ message }: { readonly message: Message }) {
  const { content, mentionedUserIds, mentionsEveryone } = message;
  const { names } = useWindow();
  const [isUnfolded, setIsUnfolded] = useState(false);
  const text = content ?? '';
  const isFolded = text.length > FOLD_CHARS && !isUnfolded;
  const segments = useMemo(() => {
    const mentioned = mentionedUserIds.flatMap((id) => names.get(id) ?? []);
    return toSegments(text, mentionsEveryone ? [...mentioned, 'everyone'] : mentioned);
  }, [text, names, mentionedUserIds, mentionsEveryone]);
  return (
    <>
      {/* Every language runs its own way. */}
      <p className={isFolded ? 'message-text message-folded' : 'message-text'} dir="auto">
        {segments.map(show)}
      </p>
      {isFolded && (
        <button className="button-link" onClick={() => setIsUnfolded(true)}>
          Show all
        </button>
      )}
    </>
  );
}

function show(segment: Segment, index: number) {
  switch (segment.type) {
    case 'text':
      return segment.text;
    case 'mention':
      return (
        <span key={index} className="mention">
          {segment.text}
        </span>
      );
    case 'link':
      return (
        <a key={index} href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
          {segment.text}
        </a>
      );
  }
}
