import { useConnection, useCurrentUser } from '@confab/react';
import { useState } from 'react';
import { useOwnName } from '../hooks/use-own-name';
import { signOut } from '../lib/auth';
import { Avatar } from './avatar';
import { ConfirmDialog } from './confirm-dialog';
import { ConversationList } from './conversation-list';
import { ComposeIcon, SignOutIcon } from './icons';
import { NewChatDialog } from './new-chat-dialog';

type Open = 'new chat' | 'sign out' | null;

export function Sidebar({ openId }: { readonly openId: string | null }) {
  const currentUserId = useCurrentUser() ?? '';
  const ownName = useOwnName();
  const { unsentCount } = useConnection();
  const [open, setOpen] = useState<Open>(null);
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
      <ConversationList openId={openId} onNewChat={() => setOpen('new chat')} />
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
