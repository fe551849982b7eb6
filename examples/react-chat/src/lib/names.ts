/** Marks that turn the text around them, and what cannot be seen; joiners shape letters and emoji, and stay. */
const INVISIBLE = /(?!\u200c|\u200d|\ufe0f)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;

/**
 * A name as it can be shown next to others: without what would turn the text around it or hide who somebody is, and
 * never empty.
 */
export function visibleName(name: string): string {
  const visible = name.replace(INVISIBLE, '').replace(/\s+/g, ' ').trim();
  return visible.replace(/\u200c|\u200d|\ufe0f/g, '') === '' ? 'No name' : visible;
}
