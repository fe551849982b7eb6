import { joinNames, visibleName } from '../../lib/names';
import type { Member } from '@confab/core';
import { Avatar } from '../avatar';

/** So many faces; the others are counted. */
const SHOWN = 6;

/** Who has read up to a message and no further. */
export function Readers({ readers }: { readonly readers: readonly Member[] }) {
  if (readers.length === 0) return null;
  const label = `Read by ${joinNames(readers.map(({ profile }) => profile.displayName))}`;
  return (
    <p className="readers" role="img" aria-label={label} title={label} data-testid="readers">
      {readers.length > SHOWN && <span>+{readers.length - SHOWN}</span>}
      {readers.slice(0, SHOWN).map(({ userId, profile }) => (
        <Avatar key={userId} id={userId} name={visibleName(profile.displayName)} size="tiny" />
      ))}
    </p>
  );
}
