import { useConnection, useCurrentUser, useMyPresence } from '@confab/react';
import { Keyboard, LogOut } from 'lucide-react';
import { useOwnName } from '../../hooks/use-own-name';
import { visibleName } from '../../lib/names';
import { setTheme, useTheme } from '../../lib/theme';
import { Avatar } from '../avatar';
import { MenuButton } from '../menu';

export interface OwnMenuProps {
  readonly onShortcuts: () => void;
  readonly onSignOut: () => void;
}

const PRESENCES = [
  ['Automatic', null],
  ['Away', 'away'],
  ['Busy', 'busy'],
] as const;

const THEMES = [
  ['As the device', 'system'],
  ['Light', 'light'],
  ['Dark', 'dark'],
] as const;

/** The user, how others see them, and how they see the app. */
export function OwnMenu({ onShortcuts, onSignOut }: OwnMenuProps) {
  const name = visibleName(useOwnName());
  const { state, chosen, setPresence } = useMyPresence();
  const theme = useTheme();
  const isOffline = useConnection().type === 'offline';
  return (
    <MenuButton
      label="You"
      className="own-button"
      placement="bottom-start"
      groups={[
        {
          label: 'Show me as',
          items: PRESENCES.map(([label, value]) => ({
            label,
            isChecked: value === chosen,
            onSelect: () => setPresence(value),
          })),
        },
        {
          label: 'Colours',
          items: THEMES.map(([label, value]) => ({
            label,
            isChecked: value === theme,
            onSelect: () => setTheme(value),
          })),
        },
        {
          items: [
            { label: 'Keyboard', icon: <Keyboard size={18} />, onSelect: onShortcuts },
            { label: 'Sign out', icon: <LogOut size={18} />, onSelect: onSignOut },
          ],
        },
      ]}
    >
      <Avatar
        id={useCurrentUser() ?? ''}
        name={name}
        presence={isOffline || state === 'offline' ? null : state}
      />
    </MenuButton>
  );
}
