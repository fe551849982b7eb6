import type { Mention } from '../model/records';

/** A text with its mentions. */
export interface Written {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

/**
 * At the caret: what a name is made of, after an `@`, also the full-width and the small one. Names have apostrophes, dots in
 * the middle (Catalan, Chinese, Japanese), hyphens, and joiners that cannot be seen (Persian, Hindi).
 */
const QUERY = /[@＠﹫]([\p{L}\p{M}\p{N}\p{Join_C}_.'’‘·・･‐‑-]{0,40})$/u;

/** What a letter may carry: accents and vowels. Not what encloses it: a digit in a key cap is an emoji. */
const MARK = /^[\p{Mn}\p{Mc}]/u;

/** After one of these an `@` goes on a word, as in an address. */
const WORD = /^[\p{L}\p{N}_@＠﹫]/u;

/** Writing without spaces between words, and Korean, which joins to what it says: there an `@` begins a word anywhere. */
const UNSPACED =
  /^[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Yiii}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Java}\p{scx=Bali}\p{scx=Sund}\p{scx=Cham}\p{scx=Tale}\p{scx=Talu}\p{scx=Lana}\p{scx=Tavt}]/u;

/** What stands before an `@` in a link, as in `https://example.org/@ann`. */
const LINK = /(?:[a-z][a-z\d+.-]*:\/\/|www\.|[a-z\d-]+(?:\.[a-z\d-]+)+\/)\S*$/i;

/** Whether a word can begin at the end of a text: not within one, in an address or in a link. */
function endsBeforeWord(text: string): boolean {
  const letters = [...text.slice(-40)];
  const last = letters.findLast((letter) => !MARK.test(letter)) ?? '';
  return (!WORD.test(last) || UNSPACED.test(last)) && !LINK.test(text.slice(-500));
}

/** What is being looked for at the caret; null when nothing is. */
export function queryAt({ text, mentions }: Written, caret: number): string | null {
  const query = QUERY.exec(text.slice(0, caret))?.[1];
  if (query === undefined) return null;
  const at = caret - query.length - 1;
  const isMarked = mentions.some(({ start, length }) => at >= start && at < start + length);
  return !isMarked && endsBeforeWord(text.slice(0, at)) ? query : null;
}

/** Whether a name that is written up to a place ends there, and is not the beginning of a longer one. */
export function endsName(text: string, at: number): boolean {
  const [last = ''] = [...text.slice(Math.max(0, at - 2), at)].slice(-1);
  // Behind it may stand a mark of Markdown.
  const [next = ''] = text.slice(at, at + 20).replace(/^_+/, '');
  return !MARK.test(next) && (!WORD.test(next) || UNSPACED.test(next) || UNSPACED.test(last));
}
