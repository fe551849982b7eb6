import { useConversation } from '@confab/react';
import { Pencil } from 'lucide-react';
import { useState, type SubmitEvent } from 'react';
import { visibleName } from '../../lib/names';
import { report } from '../../lib/notices';
import type { Conversation } from '../../lib/types';

/** The name of a group, and a way to change it. */
export function RenameForm({ conversation: { id, title, name } }: { readonly conversation: Conversation }) {
  const { update } = useConversation(id);
  const [text, setText] = useState<string | null>(null);
  const close = () => setText(null);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const changed = text?.trim() ?? '';
    if (changed !== '' && changed !== title) report('rename it', update({ title: changed }));
    close();
  };
  if (text === null)
    return (
      <>
        <p className="info-name" dir="auto">
          {visibleName(name)}
        </p>
        <button className="button-link rename-open" onClick={() => setText(title ?? '')}>
          <Pencil size={15} />
          Rename
        </button>
      </>
    );
  return (
    <form className="rename" onSubmit={submit}>
      <input
        value={text}
        aria-label="Name of the group"
        dir="auto"
        maxLength={80}
        autoFocus
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          // The panel stays open.
          event.preventDefault();
          close();
        }}
      />
      <div className="rename-buttons">
        <button type="button" className="button button-small" onClick={close}>
          Cancel
        </button>
        <button className="button button-small button-primary" disabled={text.trim() === ''}>
          Save
        </button>
      </div>
    </form>
  );
}
