import { useState, type SubmitEvent } from 'react';

export interface OutboxEditProps {
  readonly text: string;
  readonly onSave: (text: string) => void;
  readonly onClose: () => void;
}

/** Changes a text before it is sent. */
export function OutboxEdit({ text, onSave, onClose }: OutboxEditProps) {
  const [changed, setChanged] = useState(text);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (changed.trim() !== '') onSave(changed.trim());
    onClose();
  };
  return (
    <form className="outbox-edit" onSubmit={submit}>
      <textarea
        value={changed}
        rows={3}
        aria-label="Text of the message"
        autoFocus
        onChange={({ target }) => setChanged(target.value)}
      />
      <div className="outbox-edit-buttons">
        <button type="button" className="button button-small" onClick={onClose}>
          Cancel
        </button>
        <button className="button button-small button-primary" disabled={changed.trim() === ''}>
          Save
        </button>
      </div>
    </form>
  );
}
