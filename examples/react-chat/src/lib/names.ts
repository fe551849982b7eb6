import type { Profile } from '@confab/core';

/** Marks that turn the text around them, and what cannot be seen; joiners shape letters and emoji, and stay. */
const INVISIBLE = /(?!\u200c|\u200d|\ufe0f)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;
/** Letters that run from right to left. */
const TURNING = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * A name as it can be shown next to others: without what would turn the text around it or hide who somebody is, and
 * never empty. Null for who has been erased.
 */
export function visibleName(name: string | null | undefined): string {
  if (name == null) return 'Somebody';
  const visible = name.replace(INVISIBLE, '').replace(/\s+/g, ' ').trim();
  return visible.replace(/\u200c|\u200d|\ufe0f/g, '') === '' ? 'No name' : visible;
}

/** The same inside of a sentence, which a name that runs the other way would turn around. */
export function nameInText(name: string | null | undefined): string {
  const visible = visibleName(name);
  return TURNING.test(visible) ? `\u2068${visible}\u2069` : visible;
}

/** Whom the app knows by name, by id. */
export type People = Readonly<Record<string, Profile>>;

/** "Alice", "Alice and Bob", "Alice, Bob and Carol". */
export function joinNames(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(names.map(nameInText));
}
