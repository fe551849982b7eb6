import { find } from 'linkifyjs';

/** A piece of a text: words, a link, somebody who is mentioned, or code, in the line or as lines of its own. */
export type Segment =
  | { readonly type: 'text' | 'mention' | 'code' | 'block'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string };

interface Span {
  readonly start: number;
  readonly end: number;
  readonly segment: Segment;
}

const WEB = /^(?:https?|mailto):/i;
/** Between fences, as far as the end where nothing closes them; then between single marks within a line. */
const CODE = /```(?:[\w+-]*\n)?([^]*?)(?:\n?```\n?|$)|`([^`\n]+)`/g;

/** Cuts a text at its code, its links and the names of those who are mentioned in it. */
export function toSegments(text: string, mentionedNames: readonly string[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const { 0: whole, 1: block, 2: code, index } of text.matchAll(CODE)) {
    if (block === '') continue;
    // Lines of their own need no line break before them.
    const before = text.slice(at, index);
    segments.push(...wordsIn(block === undefined ? before : before.replace(/\n$/, ''), mentionedNames));
    segments.push(block === undefined ? { type: 'code', text: code ?? '' } : { type: 'block', text: block });
    at = index + whole.length;
  }
  return [...segments, ...wordsIn(text.slice(at), mentionedNames)];
}

function wordsIn(text: string, mentionedNames: readonly string[]): Segment[] {
  const spans: Span[] = find(text, { defaultProtocol: 'https' })
    .filter(({ href }) => WEB.test(href))
    .map(({ start, end, value, href }) => ({
      start,
      end,
      segment: { type: 'link', text: value, href },
    }));
  // The longest first: "@Ann Lee" is not "@Ann".
  for (const name of mentionedNames.toSorted((a, b) => b.length - a.length)) {
    const mention = `@${name}`;
    for (let start = text.indexOf(mention); start >= 0; start = text.indexOf(mention, start + 1)) {
      const end = start + mention.length;
      if (spans.some((span) => start < span.end && end > span.start)) continue;
      spans.push({ start, end, segment: { type: 'mention', text: mention } });
    }
  }
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end, segment } of spans.sort((a, b) => a.start - b.start)) {
    if (start > at) segments.push({ type: 'text', text: text.slice(at, start) });
    segments.push(segment);
    at = end;
  }
  if (at < text.length) segments.push({ type: 'text', text: text.slice(at) });
  return segments;
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{RI}{2}|[\d#*]\ufe0f?\u20e3)/u;
/** So many emoji are shown large; of more, nobody wants to see that much. */
const MAX_LARGE = 6;

/** How many emoji a text is made of; null when there is anything else in it, or too many. */
export function emojiCount(text: string): number | null {
  if (text.length > 100) return null;
  const all = [...letters.segment(text)].map(({ segment }) => segment).filter((one) => one.trim() !== '');
  return all.length > 0 && all.length <= MAX_LARGE && all.every((one) => EMOJI.test(one)) ? all.length : null;
}

/** A text without the marks of code, for where it is only hinted at. */
export function plainText(text: string): string {
  return text.replace(/```(?:[\w+-]*\n)?|`/g, '');
}
