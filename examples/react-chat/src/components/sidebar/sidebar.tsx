import { useConnection } from '@confab/react';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { flushSync } from 'react-dom';
import { focusSearch, moveInList, useShortcuts } from '../../hooks/use-shortcuts';
import { signOut } from '../../lib/auth';
import { everything } from '../../lib/conversation-choice';
import { ConfirmDialog } from '../confirm-dialog';
import { SearchResults } from '../search/search-results';
import { ShortcutsDialog } from '../shortcuts-dialog';
import { ConversationList } from './conversation-list';
import { Invitations } from './invitations';
import { ListFilters } from './list-filters';
import { SearchField } from './search-field';
import { MentionsList } from './mentions-list';
import { SidebarHeader, type SidebarView } from './sidebar-header';
import { ThreadsList } from './threads-list';

type Open = 'sign out' | 'shortcuts' | null;

export interface SidebarProps {
  readonly openId: string | null;
  readonly onOutbox: () => void;
  /** Stays the same. */
  readonly onNewChat: () => void;
}

export function Sidebar({ openId, onOutbox, onNewChat }: SidebarProps) {
  const { unsentCount } = useConnection();
  const [open, setOpen] = useState<Open>(null);
  const [view, setView] = useState<SidebarView>('conversations');
  const [choice, setChoice] = useState(everything);
  const [text, setText] = useState('');
  const query = text.trim();
  const close = () => setOpen(null);
  useShortcuts(
    useMemo(
      () => ({
        '/': () => {
          // The field is there with the conversations.
          flushSync(() => setView('conversations'));
          focusSearch();
        },
        '?': () => setOpen('shortcuts'),
        n: onNewChat,
        'Alt+ArrowDown': () => moveInList(1),
        'Alt+ArrowUp': () => moveInList(-1),
      }),
      [onNewChat],
    ),
  );
  const leave = () => {
    if (unsentCount > 0) setOpen('sign out');
    else void signOut();
  };
  return (
    <aside className="sidebar" aria-label="Conversations">
      <SidebarHeader
        view={view}
        onView={setView}
        onOutbox={onOutbox}
        onNewChat={onNewChat}
        onShortcuts={() => setOpen('shortcuts')}
        onSignOut={leave}
      />
      <div className="sidebar-body">
        {view === 'threads' && <ThreadsList onClose={() => setView('conversations')} />}
        {view === 'mentions' && <MentionsList onClose={() => setView('conversations')} />}
        {view === 'conversations' && (
          <>
            <div className="list-top-bar">
              <SearchField
                label="Search conversations and messages"
                value={text}
                onChange={setText}
                onKeyDown={focusList}
              />
              <ListFilters choice={choice} onChange={setChoice} />
            </div>
            {query === '' && <Invitations />}
            <ConversationList openId={openId} choice={choice} query={query} onNewChat={onNewChat}>
              {query !== '' && (
                <>
                  <h2 className="list-heading">Messages</h2>
                  <SearchResults query={query} />
                </>
              )}
            </ConversationList>
          </>
        )}
      </div>
      {open === 'shortcuts' && <ShortcutsDialog onClose={close} />}
      {open === 'sign out' && (
        <ConfirmDialog
          title="Sign out now?"
          text={`${unsentCount} of your messages are not sent yet. They stay on this device and go out when you sign in here again.`}
          confirmLabel="Sign out"
          onConfirm={() => void signOut()}
          onClose={close}
        />
      )}
    </aside>
  );
}

/** From the search field down into what was found. */
function focusList(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== 'ArrowDown') return;
  const first = document.querySelector<HTMLElement>('.conversations a');
  if (!first) return;
  event.preventDefault();
  first.focus();
}
