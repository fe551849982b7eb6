import { visibleName } from '../lib/names';

/** Dark enough for white letters (4.5:1), and told apart at a glance. */
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

function colourOf(id: string): string {
  let hash = 5;
  for (const char of id) hash = (hash * 33 + char.charCodeAt(0)) >>> 0;
  return COLOURS[hash % COLOURS.length] ?? '#37474f';
}

function initialsOf(name: string): string {
  const words = visibleName(name).split(/\s+/).slice(0, 2);
  return words.map((word) => (Array.from(word)[0] ?? '').toUpperCase()).join('') || '?';
}

export interface AvatarProps {
  readonly id: string;
  readonly name: string;
  readonly size?: 'tiny' | 'small' | 'medium' | 'large';
  /** Shows the dot of presence; it is named for those who do not see it. */
  readonly presence?: 'online' | 'away' | 'busy' | null;
}

/** Initials on the person's colour. Decoration: the name stands next to it. */
export function Avatar({ id, name, size = 'medium', presence = null }: AvatarProps) {
  return (
    <span className={`avatar avatar-${size}`} style={{ backgroundColor: colourOf(id) }}>
      <span aria-hidden="true">{initialsOf(name)}</span>
      {presence !== null && (
        <span className={`presence-dot presence-${presence}`} role="img" aria-label={presence} />
      )}
    </span>
  );
}
