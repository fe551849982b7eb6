import { Check } from 'lucide-react';
import type { Placement } from '@floating-ui/dom';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Popover } from './popover';

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  readonly isDangerous?: boolean;
  /** Whether it is the chosen one of several; without it, it is no choice. */
  readonly isChecked?: boolean;
}

/** Items between two lines; `label` names what is chosen there. */
export interface MenuGroup {
  readonly label?: string;
  readonly items: readonly MenuItem[];
}

export interface MenuProps {
  readonly label: string;
  readonly anchor: HTMLElement;
  readonly placement?: Placement;
  readonly groups: readonly MenuGroup[];
  readonly onClose: () => void;
}

/** Arrows, Home, End and first letters move in it. */
export function Menu({ label, anchor, placement = 'bottom-end', groups, onClose }: MenuProps) {
  return (
    <Popover
      anchor={anchor}
      placement={placement}
      role="menu"
      label={label}
      className="popover menu"
      onClose={onClose}
      onKeyDown={moveFocus}
    >
      {groups
        .filter(({ items }) => items.length > 0)
        .map((group, i) => (
          <div key={group.label ?? i} role="group" className="menu-group" aria-label={group.label}>
            {group.label !== undefined && (
              <span className="menu-label" aria-hidden="true">
                {group.label}
              </span>
            )}
            {group.items.map(({ label: text, icon, onSelect, isDangerous = false, isChecked }) => (
              <button
                key={text}
                role={isChecked === undefined ? 'menuitem' : 'menuitemradio'}
                aria-checked={isChecked}
                className={isDangerous ? 'menu-danger' : undefined}
                onClick={() => {
                  onClose();
                  onSelect();
                }}
              >
                {icon}
                <span className="menu-text">{text}</span>
                {isChecked === true && <Check size={20} />}
              </button>
            ))}
          </div>
        ))}
    </Popover>
  );
}

export interface MenuButtonProps {
  readonly label: string;
  readonly className?: string;
  readonly placement?: Placement;
  /** Asked for when it opens. */
  readonly groups: readonly MenuGroup[];
  readonly children: ReactNode;
}

/** A button that opens a menu next to it. */
export function MenuButton({
  label,
  className = 'icon-button',
  placement,
  groups,
  children,
}: MenuButtonProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <button
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        title={label}
        onClick={({ currentTarget }) => setAnchor(currentTarget)}
      >
        {children}
      </button>
      {anchor !== null && (
        <Menu
          label={label}
          anchor={anchor}
          groups={groups}
          onClose={() => setAnchor(null)}
          {...(placement && { placement })}
        />
      )}
    </>
  );
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = [...event.currentTarget.querySelectorAll('button')];
  const at = items.findIndex((item) => item === document.activeElement);
  const { key } = event;
  const places: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const begins = ({ textContent }: HTMLElement) => textContent.toLowerCase().startsWith(key.toLowerCase());
  const item = key.length === 1 && key !== ' ' ? after.find(begins) : items[places[key] ?? -1];
  if (!item) return;
  event.preventDefault();
  item.focus();
}
