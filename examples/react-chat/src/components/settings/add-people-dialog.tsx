import { useMembers } from '@confab/react';
import { useState, type SubmitEvent } from 'react';
import { usePeople } from '../../hooks/use-people';
import { report } from '../../lib/notices';
import type { Conversation } from '../../lib/types';
import { Dialog } from '../dialog';
import { PeoplePicker } from '../people-picker';

export interface AddPeopleDialogProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

/** People join at once, or when they accept. */
export function AddPeopleDialog({ conversation: { id, members }, onClose }: AddPeopleDialogProps) {
  const { add, invite } = useMembers(id);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [isAsked, setIsAsked] = useState(false);
  const people = usePeople().filter((person) => !members.some(({ userId }) => userId === person.id));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isAsked) report('invite them', invite(chosen));
    else report('add them', add(chosen));
    onClose();
  };
  return (
    <Dialog label="Add people" onClose={onClose}>
      <form onSubmit={submit}>
        <h2>Add people</h2>
        {people.length === 0 ? (
          <p className="muted">Everybody you know is here already.</p>
        ) : (
          <PeoplePicker people={people} chosen={chosen} onChange={setChosen} />
        )}
        <label className="check">
          <input type="checkbox" checked={isAsked} onChange={() => setIsAsked(!isAsked)} />
          Ask them first
        </label>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button className="button button-primary" disabled={chosen.length === 0}>
            {isAsked ? 'Invite' : 'Add'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
