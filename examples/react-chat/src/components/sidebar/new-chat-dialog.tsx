import { useConfab, useConversations, useCurrentUser } from '@confab/react';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { demoUsers } from '../../lib/demo-users';
import { errorText } from '../../lib/error-text';
import { knownPeople } from '../../lib/people';
import { openConversation } from '../../lib/route';
import { Avatar } from '../avatar';
import { Dialog } from '../dialog';

/** One person makes a direct conversation, several a group. */
export function NewChatDialog({ onClose }: { readonly onClose: () => void }) {
  const { conversations: actions } = useConfab();
  const currentUserId = useCurrentUser() ?? null;
  const { conversations } = useConversations();
  const known = knownPeople(conversations, currentUserId);
  // Somebody new knows nobody; in the demo there is always company.
  const people =
    known.length > 0
      ? known
      : demoUsers
          .filter(({ id }) => id !== currentUserId)
          .map(({ id, name }) => ({ id, displayName: name, avatarUrl: null }));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [title, setTitle] = useState('');
  const [first, ...others] = chosen;
  const isGroup = others.length > 0;

  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      if (first === undefined) return;
      const id = isGroup
        ? (await actions.create({ kind: 'group', title: title.trim(), memberIds: chosen })).id
        : await actions.direct(first);
      openConversation(id);
      onClose();
    },
    // A group can be made offline.
    networkMode: 'always',
  });
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    mutate();
  };
  return (
    <Dialog label="New chat" onClose={onClose}>
      <form onSubmit={submit}>
        <h2>New chat</h2>
        <p className="muted">Choose one person to write to, or several for a group.</p>
        <ul className="people">
          {people.map(({ id, displayName }) => (
            <li key={id}>
              <label className="person">
                <Avatar id={id} name={displayName} />
                <span className="person-name">{displayName}</span>
                <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
              </label>
            </li>
          ))}
        </ul>
        {isGroup && (
          <label className="field">
            Name of the group
            <input value={title} required maxLength={80} onChange={(event) => setTitle(event.target.value)} />
          </label>
        )}
        {error && (
          <p className="form-error" role="alert">
            {errorText(error)}
          </p>
        )}
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button className="button button-primary" disabled={first === undefined || isPending}>
            {isGroup ? 'Create group' : 'Start chat'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
