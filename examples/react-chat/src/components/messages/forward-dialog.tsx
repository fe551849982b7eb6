import { useConversations, useCurrentUser } from '@confab/react';
import { useState } from 'react';
import { otherOf } from '../../lib/people';
import { plainText } from '../../lib/rich-text';
import type { Message } from '../../lib/types';
import { Avatar } from '../avatar';
import { Dialog } from '../dialog';
import { useWindow } from '../window-context';

export interface ForwardDialogProps {
  readonly message: Message;
  readonly onClose: () => void;
}

/** Chooses a conversation that gets a copy of a message. */
export function ForwardDialog({ message, onClose }: ForwardDialogProps) {
  const { conversations, hasNextPage, fetchNextPage } = useConversations();
  const { actions } = useWindow();
  const currentUserId = useCurrentUser() ?? null;
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLocaleLowerCase();
  const found = conversations.filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  return (
    <Dialog label="Forward to" onClose={onClose}>
      <h2>Forward to</h2>
      <p className="muted dialog-quote" dir="auto">
        {plainText(message.content ?? '')}
      </p>
      <label className="field">
        Search
        <input value={query} autoFocus onChange={({ target }) => setQuery(target.value)} />
      </label>
      <ul className="people">
        {found.map((conversation) => (
          <li key={conversation.id}>
            <button
              className="person"
              onClick={() => {
                actions.forward(message, conversation.id);
                onClose();
              }}
            >
              <Avatar
                id={otherOf(conversation, currentUserId)?.userId ?? conversation.id}
                name={conversation.name}
                size="small"
              />
              <span className="person-name">{conversation.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="muted dialog-empty">No conversation has this name.</p>}
      <div className="dialog-buttons">
        {hasNextPage && (
          <button className="button-link" onClick={() => void fetchNextPage().catch(actions.tell)}>
            Show more
          </button>
        )}
        <button className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
