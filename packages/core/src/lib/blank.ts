// What shows nothing, by the lists that the database has, so that both say the same whatever Unicode each of them knows.

/** Code points and ranges of them, in hexadecimal, as in the brackets of a regular expression with the flag `u`. */
export const charactersOf = (points: string): string =>
  points.replace(/[\da-f]+/g, '\\u{$&}').replaceAll(' ', '');

/** White space, and the blank of Braille. */
export const WHITE = charactersOf('9-d 20 85 a0 1680 2000-200a 2028 2029 202f 205f 2800 3000');

/** What is only there for the renderer: marks of direction, joiners, selectors, tags, fillers. */
export const UNSEEN = charactersOf(
  'ad 34f 61c 115f 1160 17b4 17b5 180b-180f 200b-200f 202a-202e 2060-206f 3164 fe00-fe0f feff ffa0 ' +
    'fff0-fffb 1bca0-1bca3 1d159 1d173-1d17a e0000-e0fff',
);

const SEEN = new RegExp(`[^\\0-\\x1f\\x7f-\\x9f${WHITE}${UNSEEN}]`, 'u');
const EDGES = new RegExp(`^[${WHITE}]+|[${WHITE}]+$`, 'gu');

/** Whether nothing of a text shows: what is sent, or a name, has to show something. */
export const isBlank = (text: string | null | undefined): boolean => !SEEN.test(text ?? '');

/** A name without white space around it; null when nothing of it shows. */
export const trimmed = (text: string): string | null => (isBlank(text) ? null : text.replace(EDGES, ''));
