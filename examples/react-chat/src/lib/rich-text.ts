import { find } from 'linkifyjs';

/** A piece of a text: words, a link, or somebody who is mentioned. */
export type Segment =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string }
  | { readonly type: 'mention'; readonly text: string };

interface Span {
  readonly start: number;
  readonly end: number;
  readonly segment: Segment;
}

const WEB = /^(?:https?|mailto):/i;

/** Cuts a text at its links and at the names of those who are mentioned in it. */
export function toSegments(text: string, mentionedNames: readonly string[]): Segment[] {
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
