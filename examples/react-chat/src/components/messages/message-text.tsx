import { Check, Copy } from 'lucide-react';
import { useMemo, useState } from 'react';
import { toSegments, type Segment } from '../../lib/rich-text';
import type { Message } from '../../lib/types';
import { useWindow } from '../window-context';

/** Longer texts are folded: one message must not fill several screens. */
const FOLD_CHARS = 1_200;
const FOLD_LINES = 24;
/** What is shown of a folded one. */
const HEAD_CHARS = 600;
const HEAD_LINES = 12;

function headOf(text: string): string {
  const lines = text.slice(0, HEAD_CHARS).split('\n').slice(0, HEAD_LINES).join('\n');
  // Not half of a letter.
  return `${lines.replace(/[\ud800-\udbff]$/, '')}…`;
}

export function MessageText({ message }: { readonly message: Message }) {
  const { content, mentionedUserIds, mentionsEveryone } = message;
  const { people } = useWindow();
  const [isUnfolded, setIsUnfolded] = useState(false);
  const text = content ?? '';
  const isLong = text.length > FOLD_CHARS || text.split('\n').length > FOLD_LINES;
  const segments = useMemo(() => {
    const mentioned = mentionedUserIds.flatMap((id) => people[id]?.displayName || []);
    const shown = isLong && !isUnfolded ? headOf(text) : text;
    return toSegments(shown, mentionsEveryone ? [...mentioned, 'everyone'] : mentioned);
  }, [text, isLong, isUnfolded, people, mentionedUserIds, mentionsEveryone]);
  return (
    <>
      <div className="message-text">{segments.map(show)}</div>
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

function show(segment: Segment, index: number) {
  switch (segment.type) {
    case 'text':
      return segment.text;
    case 'mention':
      return (
        <bdi key={index} className="mention">
          {segment.text}
        </bdi>
      );
    case 'link':
      return (
        <a key={index} href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
          {segment.text}
        </a>
      );
    case 'code':
      return (
        <code key={index} dir="ltr">
          {segment.text}
        </code>
      );
    case 'block':
      return <CodeBlock key={index} code={segment.text} />;
  }
}

function CodeBlock({ code }: { readonly code: string }) {
  const { actions } = useWindow();
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="code-block" dir="ltr">
      {/* It scrolls by itself, which takes a focus by keyboard. */}
      <pre tabIndex={0} role="group" aria-label="Code">
        <code>{code}</code>
      </pre>
      <button
        className="icon-button"
        aria-label="Copy code"
        title={isCopied ? 'Copied' : 'Copy code'}
        onClick={() => {
          actions.copy({ content: code });
          setIsCopied(true);
        }}
      >
        {isCopied ? <Check size={16} /> : <Copy size={16} />}
      </button>
    </div>
  );
}
