import type { Token, Tokens } from 'marked';
import { findLinks } from './links';
import { isToken, tokensOf } from './markdown';
import type { MentionRange } from './mentions';

/** A piece of a text: words, or what is more than words. */
export type Piece =
  | string
  | { readonly type: 'strong' | 'em' | 'del' | 'quote'; readonly pieces: readonly Piece[] }
  /** Code in the line, or lines of it. */
  | { readonly type: 'code' | 'block' | 'mention'; readonly text: string }
  | { readonly type: 'link'; readonly href: string; readonly pieces: readonly Piece[] }
  | { readonly type: 'list'; readonly items: readonly ListItem[] };

export interface ListItem {
  /** As it was written, whatever comes before it; null where there is only a dot. */
  readonly number: number | null;
  readonly pieces: readonly Piece[];
}

interface Atom {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Where it leads; null for a mention. */
  readonly href: string | null;
}

/** Stands for a mention or a link while the rest is read: what they are made of is no Markdown. No letter has this place. */
const ATOM = '\ufdd0';

/** Reads the marks of a text, as `markdown.ts` says; mentions and links are whole, whatever is in them. */
export function toPieces(text: string, mentions: readonly MentionRange[] = []): Piece[] {
  const atoms = atomsIn(text, mentions);
  let at = 0;
  const masked = atoms.map(({ start, end }) => {
    const before = text.slice(at, start);
    at = end;
    return before.replaceAll(ATOM, '') + ATOM;
  });
  const whole = masked.join('') + text.slice(at).replaceAll(ATOM, '');
  return createReader(atoms)(tokensOf(whole));
}

function atomsIn(text: string, mentions: readonly MentionRange[]): Atom[] {
  const isMention = ({ start, end }: MentionRange) => mentions.some((at) => start < at.end && end > at.start);
  const links = findLinks(text).filter((link) => !isMention(link));
  return [...mentions.map((range) => ({ ...range, href: null })), ...links]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, href }) => ({ start, end, href, text: text.slice(start, end) }));
}

/** Turns tokens into pieces and puts the atoms back, which come in the order of the text. */
function createReader(atoms: readonly Atom[]) {
  let next = 0;
  const words = (text: string): Piece[] =>
    text.split(ATOM).flatMap((after, i): Piece[] => {
      const atom = i === 0 ? undefined : atoms[next++];
      if (!atom) return [after];
      const { href, text: shown } = atom;
      return [
        href === null ? { type: 'mention', text: shown } : { type: 'link', href, pieces: [shown] },
        after,
      ];
    });
  const plain = (text: string) => text.replaceAll(ATOM, () => atoms[next++]?.text ?? '');

  const ofLink = ({ raw, text, href, tokens }: Tokens.Link): Piece[] => {
    if (href !== ATOM || hasAddress(text)) return words(raw);
    // The text has no atom.
    const to = atoms[next]?.href;
    return to == null ? words(raw) : [{ type: 'link', href: to, pieces: readAll(tokens) }];
  };
  const ofToken = (token: Token): Piece[] => {
    const after = next + token.raw.split(ATOM).length - 1;
    const pieces = piecesOf(token);
    // Also where some of it is not shown, as the title of a link.
    next = after;
    return pieces;
  };
  const piecesOf = (token: Token): Piece[] => {
    if (!isToken(token)) return [];
    switch (token.type) {
      case 'strong':
      case 'em':
      case 'del':
        return [{ type: token.type, pieces: readAll(token.tokens) }];
      case 'codespan':
        return [{ type: 'code', text: plain(token.text) }];
      case 'code':
        return [{ type: 'block', text: plain(token.text) }];
      case 'blockquote':
        return [{ type: 'quote', pieces: readAll(token.tokens) }];
      case 'list':
        return [{ type: 'list', items: token.items.map(ofItem) }];
      case 'link':
        return ofLink(token);
      case 'paragraph':
        return readAll(token.tokens);
      case 'text':
        return token.tokens ? readAll(token.tokens) : words(token.raw);
      default:
        return words(token.raw);
    }
  };
  const ofItem = ({ raw, tokens }: Tokens.ListItem): ListItem => {
    const number = Number.parseInt(raw);
    return { number: Number.isNaN(number) ? null : number, pieces: readAll(tokens) };
  };
  const readAll = (tokens: readonly Token[]): Piece[] => joined(tokens.flatMap(ofToken));
  return readAll;
}

/** Whether a text would make believe that a link leads elsewhere. */
const hasAddress = (text: string) => text.includes(ATOM) || /[\p{L}\p{N}]\.[\p{L}\p{N}]/u.test(text);

const isBlock = (piece: Piece | undefined) =>
  typeof piece === 'object' && (piece.type === 'block' || piece.type === 'quote' || piece.type === 'list');

/** Words that follow each other as one; lines of their own need no line break around them. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') all.splice(-1, 1, last + piece);
    else all.push(piece);
  }
  return all
    .map((piece, i) => {
      if (typeof piece !== 'string') return piece;
      const begun = isBlock(all[i - 1]) ? piece.replace(/^\n/, '') : piece;
      return isBlock(all[i + 1]) ? begun.replace(/\n$/, '') : begun;
    })
    .filter((piece) => piece !== '');
}

/** How much of a text is read for where it is only hinted at. */
const HINT_CHARS = 600;

/** A text without its marks, for where it is only hinted at. */
export function plainText(text: string): string {
  return plainOf(toPieces(text.slice(0, HINT_CHARS)));
}

function plainOf(pieces: readonly Piece[]): string {
  const texts = pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    switch (piece.type) {
      case 'code':
      case 'mention':
        return piece.text;
      case 'block':
        return `\n${piece.text}\n`;
      case 'quote':
        return `\n${plainOf(piece.pieces)}\n`;
      case 'list':
        return `\n${piece.items.map((item) => `${item.number === null ? '•' : `${item.number}.`} ${plainOf(item.pieces)}`).join('\n')}\n`;
      default:
        return plainOf(piece.pieces);
    }
  });
  return texts
    .join('')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

/** The words of a search are marked in what was found, whatever other marks stand there. */
export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

const [BEGIN, END] = ['\ufdd2', '\ufdd3'];

/** What was found, without the marks of Markdown. */
export function plainSnippet(parts: readonly SnippetPart[]): SnippetPart[] {
  const whole = parts.map(({ text, isMatch }) => (isMatch ? BEGIN + text + END : text)).join('');
  return plainOf(toPieces(whole))
    .split(BEGIN)
    .flatMap((piece, i) => {
      const [match = '', rest = ''] = i === 0 ? ['', piece] : piece.split(END);
      return [
        { text: match, isMatch: true },
        { text: rest, isMatch: false },
      ];
    })
    .filter(({ text }) => text !== '');
}
