/** A link in a text: from where to where, and where it leads. */
export interface Link {
  readonly start: number;
  readonly end: number;
  readonly href: string;
}

/** Hosts that need no scheme before them where a path follows; all others may be the names of files. */
const HOST =
  '(?:[a-z0-9-]+\\.)*(?:[a-z0-9-]+\\.(?:com|org|net|edu|gov)|youtu\\.be|t\\.me|wa\\.me|goo\\.gl|bit\\.ly|github\\.io|discord\\.gg)';
/**
 * What ends every link: blanks, quotation marks, what cannot be seen, and the punctuation of languages that are written
 * without blanks.
 */
const CHAR =
  '(?:(?!\\]\\()[^\\s<>"`\\\\\\p{Cc}\\p{Cf}\\p{Co}\\ufdd0-\\ufdef“”„‚‘’«»‹›…。、，；：！？（）「」『』【】《》〈〉،؛؟])';
const CANDIDATE = new RegExp(
  `(?<![a-z0-9])(?:https?://(?!/)|mailto:)${CHAR}+|(?<![\\w@/.:\\\\-])(?:www\\.|${HOST}(?::\\d+)?/)${CHAR}*`,
  'giu',
);
const PUNCTUATION = /[.,;:!?']/;
const BRACKETS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const MARK = /[*_~]/;
const SCHEMES = ['http:', 'https:', 'mailto:'];

/** What begins with a scheme or `www.`, and paths on hosts that everybody knows, without what stands around it. */
export function findLinks(text: string): Link[] {
  return [...text.matchAll(CANDIDATE)].flatMap(({ 0: candidate, index: start }) => {
    const shown = withoutEnd(candidate, text.slice(0, start));
    const href = hrefOf(shown);
    return href === null ? [] : [{ start, end: start + shown.length, href }];
  });
}

/** Without the punctuation after it, the bracket it stands in, and the mark of a bold or italic text that it ends. */
function withoutEnd(candidate: string, before: string): string {
  let end = candidate.length;
  /** How many brackets are open before `end`; below zero, one closes what stands before the link. */
  const open: Record<string, number> = { '(': 0, '[': 0, '{': 0 };
  const add = (char: string, by: number) => {
    const opener = BRACKETS[char] ?? char;
    if (opener in open) open[opener] = (open[opener] ?? 0) + (opener === char ? by : -by);
  };
  for (const char of candidate) add(char, 1);
  for (; end > 0; end--) {
    const last = candidate.charAt(end - 1);
    const isUnopened = last in BRACKETS && (open[BRACKETS[last] ?? ''] ?? 0) < 0;
    if (!isUnopened && !PUNCTUATION.test(last) && !(MARK.test(last) && before.includes(last))) break;
    add(last, -1);
  }
  return candidate.slice(0, end);
}

function hrefOf(shown: string): string | null {
  if (/^www\.?[^.]*\.?$/i.test(shown)) return null;
  const href = /^(?:https?|mailto):/i.test(shown) ? shown : `https://${shown}`;
  if (!URL.canParse(href)) return null;
  const { protocol, hostname, pathname, username } = new URL(href);
  if (!SCHEMES.includes(protocol)) return null;
  if (protocol === 'mailto:') return pathname.includes('@') ? href : null;
  // A name before the host pretends to be one: https://bank.example@evil.example.
  return hostname !== '' && !hostname.includes('..') && username === '' ? href : null;
}
