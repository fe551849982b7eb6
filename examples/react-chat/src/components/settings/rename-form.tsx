import { useConversation } from '@confab/react';
import { useState, type SubmitEvent } from 'react';
import { report } from '../../lib/notices';
import type { Conversation } from '../../lib/types';

export function RenameForm({ conversation: { id, title } }: { readonly conversation: Conversation }) {
  const { update } = useConversation(id);
  const [text, setText] = useState(title ?? '');
  const isChanged = text.trim() !== (title ?? '') && text.trim() !== '';
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isChanged) report('rename it', update({ title: text.trim() }));
  };
  return (
    <form className="rename" onSubmit={submit}>
      <input
        value={text}
        aria-label="Name of the group"
        dir="auto"
        maxLength={80}
        onChange={(event) => setText(event.target.value)}
      />
      {isChanged && <button className="button button-primary">Rename</button>}
    </form>
  );
}
