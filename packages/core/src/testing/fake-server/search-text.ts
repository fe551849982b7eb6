import { WHITE } from '../../lib/blank';
import { fold } from '../../lib/fold';

// How messages are compared when people look for them, as in the database.

/** Writing that has no spaces between words, and emoji; as in the brackets of a regular expression. */
export const UNSPACED =
  '\\u0e01-\\u0e2e\\u0e30-\\u0e4e\\u0e80-\\u0eff\\u0f00-\\u0fff\\u1000-\\u1049\\u1050-\\u109f\\u1100-\\u11ff' +
  '\\u1780-\\u17d3\\u17db-\\u17ff\\u19e0-\\u19ff\\u1a20-\\u1aaf\\u2190-\\u2bff\\u3005-\\u3007\\u3030\\u303d\\u3040-\\u30fa' +
  '\\u30fc-\\u312f\\u31a0-\\u31bf\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua960-\\ua97f\\ua9e0-\\ua9ff' +
  '\\uaa60-\\uaa7f\\uac00-\\ud7ff\\uf900-\\ufaff\\u{1b000}-\\u{1b2ff}\\u{1f000}-\\u{1faff}\\u{20000}-\\u{3ffff}';

/** What separates words: blanks, punctuation, signs. */
export const GAP =
  '\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u00d7\\u00f7\\u02c2-\\u02df\\u055a-\\u055f' +
  '\\u0589\\u058a\\u05be\\u05c0\\u05c3\\u05c6\\u05f3\\u05f4\\u060c\\u061b\\u061e\\u061f\\u066a-\\u066d\\u06d4' +
  '\\u0964\\u0965\\u0e2f\\u0e4f\\u0e5a\\u0e5b\\u104a-\\u104f\\u1361-\\u1368\\u17d4-\\u17da\\u2000-\\u206f' +
  '\\u20a0-\\u20cf\\u2e00-\\u2e7f\\u3000-\\u3004\\u3008-\\u302f\\u3031-\\u303c\\u303e\\u303f\\u30fb' +
  '\\ue000-\\uf8ff\\ufff0-\\uffff';

const UNSPACED_RUN = new RegExp(`([${UNSPACED}]+)`, 'gu');
const GAPS = new RegExp(`[${GAP}]+`, 'gu');

const BLANK_RUN = new RegExp(`[${WHITE}]+`, 'gu');
const WORD = new RegExp(`[^${GAP}]`, 'u');

/** Whether a text has a letter or digit, or writing without spaces, at all. */
export const hasWords = (text: string): boolean => WORD.test(text);

/**
 * Folded text as its words alone, each with a blank before and after it; unspaced writing is one word. A text without any
 * word is the signs it consists of.
 */
export function plain(text: string): string {
  const folded = ` ${fold(text).replace(UNSPACED_RUN, ' $1 ')} `;
  return folded.replace(hasWords(folded) ? GAPS : BLANK_RUN, ' ');
}

/** Signs that say something beside a word: C++, R&D, #tag, 5€. */
const SIGN = '#$%&*+/<=>@\\\\^|~\\u00a2-\\u00a5\\u00a7\\u00b0\\u00b1\\u00d7\\u20a0-\\u20cf';
const EDGE = `(?:[^${GAP}]|[${SIGN}])`;
const WRITTEN = new RegExp(`(?:^[.-]+(?=[^${GAP}]))?${EDGE}(?:.*${EDGE})?`, 'su');
const SIGNED = new RegExp(`^[.-]|[${SIGN}]`, 'u');
const RUN = new RegExp(`[^${WHITE}]+`, 'gu');

/** What of a search text is looked for as it is written, folded: words with signs, or that begin with dots or dashes. */
export function signedWords(text: string): readonly string[] {
  return (fold(text).match(RUN) ?? []).flatMap((run) => {
    const word = WRITTEN.exec(run)?.[0] ?? '';
    return SIGNED.test(word) && hasWords(word) ? [word] : [];
  });
}
