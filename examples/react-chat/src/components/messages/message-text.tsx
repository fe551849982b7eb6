import { useMemo, useState } from 'react';
import { mentionRanges } from '../../lib/mentions';
import { toPieces } from '../../lib/rich-text';
import type { Message } from '../../lib/types';
import { useWindow } from '../window-context';
import { Pieces } from './pieces';

/** Longer texts are folded: one message must not fill several screens. */
const FOLD_CHARS = 1_200;
const FOLD_LINES = 24;
/** What is shown of a folded one. */
const HEAD_CHARS = 600;
const HEAD_LINES = 12;

function headOf(text: string): string {
  const lines = text.slice(0, HEAD_CHARS).split('\n').slice(0, HEAD_LINES).join('\n');
  // Not half of a letter.
  return lines.replace(/[\ud800-\udbff]$/, '');
}

export function MessageText({ message }: { readonly message: Message }) {
  const { content } = message;
  const { people } = useWindow();
  const [isUnfolded, setIsUnfolded] = useState(false);
  const text = content ?? '';
  const isLong = text.length > FOLD_CHARS || text.split('\n').length > FOLD_LINES;
  const pieces = useMemo(() => {
    const mentioned = message.mentionedUserIds.flatMap((id) => people[id] ?? []);
    const head = isLong && !isUnfolded ? headOf(text) : text;
    const shown = head === text ? text : `${head}…`;
    return toPieces(shown, mentionRanges(message, mentioned, head.length));
  }, [text, isLong, isUnfolded, people, message]);
  return (
    <>
      <div className="message-text">
        <Pieces pieces={pieces} />
      </div>
      {isLong && (
        <button
          className="button-link message-fold"
          aria-expanded={isUnfolded}
          onClick={() => setIsUnfolded(!isUnfolded)}
        >
          {isUnfolded ? 'Show less' : 'Show more'}
        </button>
      )}
    </>
  );
}
