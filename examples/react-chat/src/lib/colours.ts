/** Dark enough for white letters (4.5:1), and told apart at a glance; `--person-…` are the same for names. */
const COLOURS = [
  '#37474f',
  '#6a1b9a',
  '#b23c17',
  '#ad1457',
  '#5d4037',
  '#3949ab',
  '#1565c0',
  '#00695c',
  '#33691e',
  '#7b5800',
];

/** Which of the colours somebody has, everywhere and for ever. */
function placeOf(id: string): number {
  let hash = 5;
  for (const char of id) hash = (hash * 33 + char.charCodeAt(0)) >>> 0;
  return hash % COLOURS.length;
}

/** Under the initials of somebody. */
export const pictureColour = (id: string): string => COLOURS[placeOf(id)] ?? '#37474f';

/** Of the name of somebody, on any bubble. */
export const nameColour = (id: string): string => `var(--person-${placeOf(id)})`;
