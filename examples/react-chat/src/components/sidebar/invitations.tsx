import { useInvites } from '@confab/react';
import { visibleName } from '../../lib/names';
import { report } from '../../lib/notices';
import { openConversation } from '../../lib/route';
import { Avatar } from '../avatar';

/** What this user is invited to. */
export function Invitations() {
  const { invites, accept, decline } = useInvites();
  if (invites.length === 0) return null;
  const join = async (id: string) => {
    const queued = await accept(id);
    void queued.confirmed.then(({ ok }) => ok && openConversation(id));
    return queued;
  };
  return (
    <section className="invitations" aria-label="Invitations">
      <h2 className="list-heading">Invitations</h2>
      <ul>
        {invites.map(({ id, name }) => (
          <li key={id} className="invitation">
            <Avatar id={id} name={visibleName(name)} />
            <span className="person-name" dir="auto">
              {visibleName(name)}
            </span>
            <button className="button button-small" onClick={() => report('decline', decline(id))}>
              Decline
            </button>
            <button className="button button-small button-primary" onClick={() => report('join', join(id))}>
              Join
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
