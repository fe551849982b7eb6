import { qualifiedEmoji } from '../../lib/emoji';
import { byteLength, fail } from './arguments';

// What exactly one emoji is, by the tables of Unicode that the database has, so that one emoji is never two reactions.

/** Text unless the variation selector follows (Emoji without Emoji_Presentation). */
const TEXTUAL =
  '\\u00A9\\u00AE\\u203C\\u2049\\u2122\\u2139\\u2194-\\u2199\\u21A9\\u21AA\\u2328\\u23CF\\u23ED-\\u23EF\\u23F1\\u23F2' +
  '\\u23F8-\\u23FA\\u24C2\\u25AA\\u25AB\\u25B6\\u25C0\\u25FB\\u25FC\\u2600-\\u2604\\u260E\\u2611\\u2618\\u261D\\u2620' +
  '\\u2622\\u2623\\u2626\\u262A\\u262E\\u262F\\u2638-\\u263A\\u2640\\u2642\\u265F\\u2660\\u2663\\u2665\\u2666\\u2668' +
  '\\u267B\\u267E\\u2692\\u2694-\\u2697\\u2699\\u269B\\u269C\\u26A0\\u26A7\\u26B0\\u26B1\\u26C8\\u26CF\\u26D1\\u26D3' +
  '\\u26E9\\u26F0\\u26F1\\u26F4\\u26F7-\\u26F9\\u2702\\u2708\\u2709\\u270C\\u270D\\u270F\\u2712\\u2714\\u2716\\u271D' +
  '\\u2721\\u2733\\u2734\\u2744\\u2747\\u2763\\u2764\\u27A1\\u2934\\u2935\\u2B05-\\u2B07\\u3030\\u303D\\u3297\\u3299' +
  '\\u{1F170}\\u{1F171}\\u{1F17E}\\u{1F17F}\\u{1F202}\\u{1F237}\\u{1F321}\\u{1F324}-\\u{1F32C}\\u{1F336}\\u{1F37D}' +
  '\\u{1F396}\\u{1F397}\\u{1F399}-\\u{1F39B}\\u{1F39E}\\u{1F39F}\\u{1F3CB}-\\u{1F3CE}\\u{1F3D4}-\\u{1F3DF}' +
  '\\u{1F3F3}\\u{1F3F5}\\u{1F3F7}\\u{1F43F}\\u{1F441}\\u{1F4FD}\\u{1F549}\\u{1F54A}\\u{1F56F}\\u{1F570}' +
  '\\u{1F573}-\\u{1F579}\\u{1F587}\\u{1F58A}-\\u{1F58D}\\u{1F590}\\u{1F5A5}\\u{1F5A8}\\u{1F5B1}\\u{1F5B2}' +
  '\\u{1F5BC}\\u{1F5C2}-\\u{1F5C4}\\u{1F5D1}-\\u{1F5D3}\\u{1F5DC}-\\u{1F5DE}\\u{1F5E1}\\u{1F5E3}\\u{1F5E8}' +
  '\\u{1F5EF}\\u{1F5F3}\\u{1F5FA}\\u{1F6CB}\\u{1F6CD}-\\u{1F6CF}\\u{1F6E0}-\\u{1F6E5}\\u{1F6E9}\\u{1F6F0}' +
  '\\u{1F6F3}';

/** Emoji by themselves (Emoji_Presentation), and the places in their blocks that are kept for future ones. */
const PICTORIAL =
  '\\u231A\\u231B\\u23E9-\\u23EC\\u23F0\\u23F3\\u25FD\\u25FE\\u2614\\u2615\\u2648-\\u2653\\u267F\\u2693\\u26A1\\u26AA' +
  '\\u26AB\\u26BD\\u26BE\\u26C4\\u26C5\\u26CE\\u26D4\\u26EA\\u26F2\\u26F3\\u26F5\\u26FA\\u26FD\\u2705\\u270A\\u270B' +
  '\\u2728\\u274C\\u274E\\u2753-\\u2755\\u2757\\u2795-\\u2797\\u27B0\\u27BF\\u2B1B\\u2B1C\\u2B50\\u2B55\\u{1F004}' +
  '\\u{1F0CF}\\u{1F18E}\\u{1F191}-\\u{1F19A}\\u{1F201}\\u{1F21A}\\u{1F22F}\\u{1F232}-\\u{1F236}' +
  '\\u{1F238}-\\u{1F23A}\\u{1F250}\\u{1F251}\\u{1F300}-\\u{1F320}\\u{1F32D}-\\u{1F335}\\u{1F337}-\\u{1F37C}' +
  '\\u{1F37E}-\\u{1F393}\\u{1F3A0}-\\u{1F3CA}\\u{1F3CF}-\\u{1F3D3}\\u{1F3E0}-\\u{1F3F0}\\u{1F3F4}' +
  '\\u{1F3F8}-\\u{1F43E}\\u{1F440}\\u{1F442}-\\u{1F4FC}\\u{1F4FF}-\\u{1F53D}\\u{1F54B}-\\u{1F54E}' +
  '\\u{1F550}-\\u{1F567}\\u{1F57A}\\u{1F595}\\u{1F596}\\u{1F5A4}\\u{1F5FB}-\\u{1F64F}\\u{1F680}-\\u{1F6C5}' +
  '\\u{1F6CC}\\u{1F6D0}-\\u{1F6D2}\\u{1F6D5}-\\u{1F6DF}\\u{1F6EB}-\\u{1F6EF}\\u{1F6F4}-\\u{1F6FF}' +
  '\\u{1F7E0}-\\u{1F7FF}\\u{1F90C}-\\u{1F93A}\\u{1F93C}-\\u{1F945}\\u{1F947}-\\u{1F9FF}\\u{1FA70}-\\u{1FAFF}';

/** What a skin tone may follow (Emoji_Modifier_Base). */
const BODY =
  '\\u261D\\u26F9\\u270A-\\u270D\\u{1F385}\\u{1F3C2}-\\u{1F3C4}\\u{1F3C7}\\u{1F3CA}-\\u{1F3CC}\\u{1F442}\\u{1F443}' +
  '\\u{1F446}-\\u{1F450}\\u{1F466}-\\u{1F478}\\u{1F47C}\\u{1F481}-\\u{1F483}\\u{1F485}-\\u{1F487}\\u{1F48F}' +
  '\\u{1F491}\\u{1F4AA}\\u{1F574}\\u{1F575}\\u{1F57A}\\u{1F590}\\u{1F595}\\u{1F596}\\u{1F645}-\\u{1F647}' +
  '\\u{1F64B}-\\u{1F64F}\\u{1F6A3}\\u{1F6B4}-\\u{1F6B6}\\u{1F6C0}\\u{1F6CC}\\u{1F6D9}-\\u{1F6DB}' +
  '\\u{1F6ED}-\\u{1F6EF}\\u{1F6FD}-\\u{1F6FF}\\u{1F7EC}-\\u{1F7EF}\\u{1F7F1}-\\u{1F7FF}\\u{1F90C}\\u{1F90F}' +
  '\\u{1F918}-\\u{1F91F}\\u{1F926}\\u{1F930}-\\u{1F939}\\u{1F93C}-\\u{1F93E}\\u{1F977}\\u{1F9B5}\\u{1F9B6}' +
  '\\u{1F9B8}\\u{1F9B9}\\u{1F9BB}\\u{1F9CD}-\\u{1F9CF}\\u{1F9D1}-\\u{1F9DD}\\u{1FA7D}-\\u{1FA7F}' +
  '\\u{1FA8B}-\\u{1FA8D}\\u{1FAC3}-\\u{1FAC5}\\u{1FAC7}\\u{1FAC9}-\\u{1FACC}\\u{1FADD}\\u{1FADE}' +
  '\\u{1FAEB}-\\u{1FAEE}\\u{1FAF0}-\\u{1FAFF}';

const TONE = '[\\u{1F3FB}-\\u{1F3FF}]';
const EITHER = '[\\uFE0E\\uFE0F]?';
const SINGLE = `(?:[${BODY}]${EITHER}${TONE}|(?:[${TEXTUAL}]|[${PICTORIAL}])${EITHER})`;
const ONE = new RegExp(
  `^(?:${SINGLE}(?:\\u200D${SINGLE})*` +
    '|[\\u{1F1E6}-\\u{1F1FF}]{2}' +
    `|[0-9#*]${EITHER}\\u20E3` +
    '|\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{3,6}\\u{E007F})$',
  'u',
);
const MAX_BYTES = 64;

/** The one emoji a text consists of, fully qualified; null when it is anything else. */
function emojiOf(text: string | null): string | null {
  if (text === null || byteLength(text) > MAX_BYTES || !ONE.test(text)) return null;
  return qualifiedEmoji(text);
}

/** The emoji in the form it is stored, or `invalid`. */
export function requireEmoji(text: string | null, doing: string): string {
  const emoji = emojiOf(text);
  if (emoji === null || byteLength(emoji) > MAX_BYTES)
    return fail('invalid', `unable to ${doing}; a reaction is exactly one emoji`);
  return emoji;
}
