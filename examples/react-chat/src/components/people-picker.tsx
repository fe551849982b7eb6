import type { Profile } from '@confab/core';
import { visibleName } from '../lib/names';
import { Avatar } from './avatar';

export interface PeoplePickerProps {
  readonly people: readonly Profile[];
  readonly chosen: readonly string[];
  readonly onChange: (userIds: readonly string[]) => void;
}

export function PeoplePicker({ people, chosen, onChange }: PeoplePickerProps) {
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  if (people.length === 0) return <p className="muted dialog-empty">There is nobody to choose yet.</p>;
  return (
    <ul className="people">
      {people.map(({ id, displayName }) => (
        <li key={id}>
          <label className="person">
            <Avatar id={id} name={visibleName(displayName)} />
            <span className="person-name" dir="auto">
              {visibleName(displayName)}
            </span>
            <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
          </label>
        </li>
      ))}
    </ul>
  );
}
