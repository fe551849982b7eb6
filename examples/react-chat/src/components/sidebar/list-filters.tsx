import { ListFilter } from 'lucide-react';
import type { ConversationChoice } from '../../lib/conversation-choice';
import { MenuButton } from '../menu';

export interface ListFiltersProps {
  readonly choice: ConversationChoice;
  readonly onChange: (choice: ConversationChoice) => void;
}

const PLACES = [
  ['All places', null],
  ['Pinned', 'pinned'],
  ['Muted', 'muted'],
  ['Archived', 'archived'],
] as const;

/** Which conversations are listed. */
export function ListFilters({ choice, onChange }: ListFiltersProps) {
  const { kind, isUnread, place } = choice;
  const chip = (label: string, isOn: boolean, next: Partial<ConversationChoice>) => (
    <button className="chip" aria-pressed={isOn} onClick={() => onChange({ ...choice, ...next })}>
      {label}
    </button>
  );
  const chosen = PLACES.find(([, value]) => value !== null && value === place);
  return (
    <div className="filters" role="group" aria-label="Filter conversations">
      {chip('Unread', isUnread, { isUnread: !isUnread })}
      {chip('Direct', kind === 'direct', { kind: kind === 'direct' ? null : 'direct' })}
      {chip('Groups', kind === 'group', { kind: kind === 'group' ? null : 'group' })}
      {chosen && chip(chosen[0], true, { place: null })}
      <MenuButton
        label="More filters"
        className="icon-button chip-more"
        groups={[
          {
            items: PLACES.map(([label, value]) => ({
              label,
              isChecked: value === place,
              onSelect: () => onChange({ ...choice, place: value }),
            })),
          },
        ]}
      >
        <ListFilter size={18} />
      </MenuButton>
    </div>
  );
}
