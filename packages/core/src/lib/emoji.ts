/** What is text unless the selector follows; a digit, `#` or `*` is so without being one emoji. */
const TEXTUAL = /(?![\d#*])(?=\p{Emoji})\P{Emoji_Presentation}(?!\p{Emoji_Modifier})/gu;

/**
 * An emoji as Unicode calls it fully qualified: the selector U+FE0F stands where an emoji would be text without it, and
 * nowhere else, whatever selectors were written. The database stores this form, so that one emoji is never two reactions.
 */
export const qualifiedEmoji = (emoji: string): string =>
  emoji
    .replace(/[\uFE0E\uFE0F]/g, '')
    .replace(TEXTUAL, '$&\uFE0F')
    .replaceAll('\u20E3', '\uFE0F\u20E3');
