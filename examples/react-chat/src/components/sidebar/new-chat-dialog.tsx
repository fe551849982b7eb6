import { useCreateConversation } from '@confab/react';
import { useState, type SubmitEvent } from 'react';
import { usePeople } from '../../hooks/use-people';
import { errorText } from '../../lib/error-text';
import { openConversation } from '../../lib/route';
import { Dialog } from '../dialog';
import { PeoplePicker } from '../people-picker';

/** One person makes a direct conversation, several a group. */
export function NewChatDialog({ onClose }: { readonly onClose: () => void }) {
  const { create, direct, isPending, error } = useCreateConversation();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [title, setTitle] = useState('');
  const [first, ...others] = chosen;
  const isGroup = others.length > 0;

  const start = async () => {
    if (first === undefined) return;
    const id = isGroup
      ? (await create({ kind: 'group', title: title.trim(), memberIds: chosen })).id
      : await direct(first);
    openConversation(id);
    onClose();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    // What went wrong is shown.
    void start().catch(() => undefined);
  };
  return (
    <Dialog label="New chat" onClose={onClose}>
      <form onSubmit={submit}>
        <h2>New chat</h2>
        <p className="muted">Choose one person to write to, or several for a group.</p>
        <PeoplePicker people={usePeople()} chosen={chosen} onChange={setChosen} />
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
