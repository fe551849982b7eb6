import { useOutbox } from '@confab/react';
import { AtSign, MessagesSquare, SendHorizontal, SquarePen } from 'lucide-react';
import { useOwnName } from '../../hooks/use-own-name';
import { useUnreadViews } from '../../hooks/use-unread-views';
import { visibleName } from '../../lib/names';
import { itemsForUser } from '../../lib/outbox-items';
import { OwnMenu, type OwnMenuProps } from './own-menu';
import { ViewButton } from './view-button';

/** What the sidebar lists. */
export type SidebarView = 'conversations' | 'threads' | 'mentions';

export interface SidebarHeaderProps extends OwnMenuProps {
  readonly view: SidebarView;
  readonly onView: (view: SidebarView) => void;
  readonly onOutbox: () => void;
  readonly onNewChat: () => void;
}

const VIEWS = [
  ['threads', 'Threads', MessagesSquare],
  ['mentions', 'Mentions', AtSign],
] as const;

export function SidebarHeader({ view, onView, onOutbox, onNewChat, ...menu }: SidebarHeaderProps) {
  const unread = useUnreadViews();
  const ownName = visibleName(useOwnName());
  const { items: all, unreadable } = useOutbox();
  const items = itemsForUser(all);
  const count = items.length + unreadable.length;
  const hasFailed = items.some(({ status }) => status === 'failed');
  return (
    <header className="bar">
      <OwnMenu {...menu} />
      <h1 className="bar-title">{ownName}</h1>
      {count > 0 && (
        <button
          className="icon-button outbox-button"
          aria-label={`Not sent yet: ${count}`}
          title="Not sent yet"
          onClick={onOutbox}
        >
          <SendHorizontal size={20} />
          <span className={hasFailed ? 'badge badge-danger' : 'badge'} aria-hidden="true">
            {count}
          </span>
        </button>
      )}
      {VIEWS.map(([name, label, Icon]) => (
        <ViewButton
          key={name}
          label={label}
          count={unread[name]}
          isOn={view === name}
          onClick={() => onView(view === name ? 'conversations' : name)}
        >
          <Icon size={20} />
        </ViewButton>
      ))}
      <button className="icon-button" aria-label="New chat" title="New chat" onClick={onNewChat}>
        <SquarePen size={20} />
      </button>
    </header>
  );
}
