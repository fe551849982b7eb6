import { pictureColour } from '../lib/colours';
import { visibleName } from '../lib/names';

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
    <span className={`avatar avatar-${size}`} style={{ backgroundColor: pictureColour(id) }}>
      <span aria-hidden="true">{initialsOf(name)}</span>
      {presence !== null && (
        <span className={`presence-dot presence-${presence}`} role="img" aria-label={presence} />
      )}
    </span>
  );
}
