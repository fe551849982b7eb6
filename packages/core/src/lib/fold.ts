import { charactersOf, UNSEEN } from './blank';

// How texts are compared when people look for them, as the database does it (`confab_private.fold`).

/** Accents and vowel points; vowels of Indic scripts are letters, and stay. */
const MARKS = charactersOf(
  '300-36f 483-489 591-5bd 5bf 5c1 5c2 5c4 5c5 5c7 610-61a 640 64b-65f 670 6d6-6dc 6df-6e8 6ea-6ed 730-74a 898-89f 8ca-8e1 ' +
    '8e3-8ff 1ab0-1aff 1dc0-1dff 20d0-20ff fe20-fe2f',
);
const MARK = new RegExp(`[${MARKS}${UNSEEN}]`, 'gu');

/** Letters that no table of Unicode takes apart, and what keyboards put for apostrophes and hyphens. */
const FROM = 'øłđðħıĸŋŧςƀⱥȼɇǥɨɉƚɵɍʉɏƶ\u06cc\u0649\u06a9\u0629\u0671‘’‛ʼʻ‐‒–—―−';
const TO = "olddhikntσbacegijloruyz\u064a\u064a\u0643\u0647\u0627'''''------";
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' };
const SPECIAL = new RegExp(`[${FROM}ßæœþ]`, 'gu');

/**
 * What is younger than the Unicode that some database or device knows (10 for case, 14 for the rest) stays as it is.
 */
const YOUNG = charactersOf(
  '897 1ac1-1aff 1c89 1c8a 2c2f a7b8-a7f7 10570-105ff 10d50-10d8f 10efa-10eff 11380-113ff 16100-1613f 16d40-16d7f 16e40-16eff 1cc00-1ccff 1e030-1e6ff',
);
const OLD_RUN = new RegExp(`[^${YOUNG}]+`, 'gu');

const isAscii = (text: string): boolean => /^[^\u0080-\uffff]*$/.test(text);

/** Text without case, accents and what cannot be seen; wide and ligated letters in their plain form. */
export const fold = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : text.replace(OLD_RUN, folded);

function folded(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARK, '')
    .replace(SPECIAL, (letter) => LETTERS[letter] ?? TO[FROM.indexOf(letter)] ?? letter);
  // What is left taken apart belongs together: Hangul, voiced kana, vowels of Indic scripts.
  return plain.normalize('NFC');
}
