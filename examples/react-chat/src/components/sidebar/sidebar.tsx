import { useConnection, useCurrentUser } from '@confab/react';
import { useState, type KeyboardEvent } from 'react';
import { useOwnName } from '../../hooks/use-own-name';
import { signOut } from '../../lib/auth';
import { everything } from '../../lib/conversation-choice';
import { visibleName } from '../../lib/names';
import { Avatar } from '../avatar';
import { ConfirmDialog } from '../confirm-dialog';
import { ComposeIcon, SignOutIcon } from '../icons';
import { SearchResults } from '../search/search-results';
import { ConversationList } from './conversation-list';
import { Invitations } from './invitations';
import { ListFilters } from './list-filters';
import { NewChatDialog } from './new-chat-dialog';
import { SearchField } from './search-field';

type Open = 'new chat' | 'sign out' | null;

export function Sidebar({ openId }: { readonly openId: string | null }) {
  const currentUserId = useCurrentUser() ?? '';
  const ownName = visibleName(useOwnName());
  const { unsentCount } = useConnection();
  const [open, setOpen] = useState<Open>(null);
  const [choice, setChoice] = useState(everything);
  const [text, setText] = useState('');
  const query = text.trim();
  const close = () => setOpen(null);
  const leave = () => {
    if (unsentCount > 0) setOpen('sign out');
    else void signOut();
  };
  return (
    <aside className="sidebar" aria-label="Conversations">
      <header className="bar">
        <Avatar id={currentUserId} name={ownName} />
        <h1 className="bar-title">{ownName}</h1>
        <button
          className="icon-button"
          aria-label="New chat"
          title="New chat"
          onClick={() => setOpen('new chat')}
        >
          <ComposeIcon />
        </button>
        <button className="icon-button" aria-label="Sign out" title="Sign out" onClick={leave}>
          <SignOutIcon />
        </button>
      </header>
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
      <ConversationList openId={openId} choice={choice} query={query} onNewChat={() => setOpen('new chat')}>
        {query !== '' && (
          <>
            <h2 className="list-heading">Messages</h2>
            <SearchResults query={query} />
          </>
        )}
      </ConversationList>
      {open === 'new chat' && <NewChatDialog onClose={close} />}
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
