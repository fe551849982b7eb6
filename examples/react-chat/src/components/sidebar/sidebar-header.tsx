import { useOutbox } from '@confab/react';
import { SendHorizontal } from 'lucide-react';
import { useOwnName } from '../../hooks/use-own-name';
import { visibleName } from '../../lib/names';
import { isForUser } from '../../lib/outbox-items';
import { ComposeIcon } from '../icons';
import { OwnMenu, type OwnMenuProps } from './own-menu';

export interface SidebarHeaderProps extends OwnMenuProps {
  readonly onOutbox: () => void;
  readonly onNewChat: () => void;
}

export function SidebarHeader({ onOutbox, onNewChat, ...menu }: SidebarHeaderProps) {
  const ownName = visibleName(useOwnName());
  const { items: all, unreadable } = useOutbox();
  const items = all.filter(isForUser);
  const count = items.length + unreadable.length;
  const hasFailed = items.some(({ status }) => status === 'failed');
  return (
    <header className="bar">
      <OwnMenu {...menu} />
      <h1 className="bar-title">{ownName}</h1>
      {count > 0 && (
        <button
          className="icon-button outbox-button"
          aria-label={`Outbox, ${count} not sent`}
          title="Outbox"
          onClick={onOutbox}
        >
          <SendHorizontal size={20} />
          <span className={hasFailed ? 'badge badge-danger' : 'badge'} aria-hidden="true">
            {count}
          </span>
        </button>
      )}
      <button className="icon-button" aria-label="New chat" title="New chat" onClick={onNewChat}>
        <ComposeIcon />
      </button>
    </header>
  );
}
