import type { ReactNode } from 'react';
import type { Piece } from '../../lib/rich-text';
import { CodeBlock } from './code-block';

/** A text with its marks. Nothing of it is ever HTML. */
export function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  return pieces.map(show);
}

function show(piece: Piece, index: number): ReactNode {
  if (typeof piece === 'string') return piece;
  switch (piece.type) {
    case 'strong':
    case 'em':
    case 'del': {
      const Mark = piece.type;
      return (
        <Mark key={index}>
          <Pieces pieces={piece.pieces} />
        </Mark>
      );
    }
    case 'mention':
      return (
        <bdi key={index} className="mention">
          {piece.text}
        </bdi>
      );
    case 'link':
      return (
        <a
          key={index}
          href={piece.href}
          title={piece.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
        >
          <Pieces pieces={piece.pieces} />
        </a>
      );
    case 'code':
      return (
        <code key={index} dir="ltr">
          {piece.text}
        </code>
      );
    case 'block':
      return <CodeBlock key={index} code={piece.text} />;
    case 'quote':
      return (
        <blockquote key={index} dir="auto">
          <Pieces pieces={piece.pieces} />
        </blockquote>
      );
    case 'list': {
      const isNumbered = piece.items.some(({ number }) => number !== null);
      const items = piece.items.map(({ number, pieces }, i) => (
        <li key={i} value={number ?? undefined}>
          <Pieces pieces={pieces} />
        </li>
      ));
      return isNumbered ? <ol key={index}>{items}</ol> : <ul key={index}>{items}</ul>;
    }
  }
}
