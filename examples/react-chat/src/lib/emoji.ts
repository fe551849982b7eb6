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
