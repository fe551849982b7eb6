import { useNow } from '../../hooks/use-now';
import { formatShort } from '../../lib/dates';
import { visibleName } from '../../lib/names';
import type { Message } from '../../lib/types';
import { Avatar } from '../avatar';
import { useWindow } from '../window-context';

/** How many replies hang under a message; a press opens them. */
export function ThreadLine({ message }: { readonly message: Message }) {
  const { actions, people } = useWindow();
  const now = useNow();
  const { thread } = message;
  if (!thread || thread.replyCount === 0) return null;
  const { replyCount, lastReplyAt, participantIds } = thread;
  return (
    <button className="thread-line" onClick={() => actions.openThread(message.id)}>
      <span className="thread-people" aria-hidden="true">
        {participantIds.slice(0, 3).map((id) => (
          <Avatar key={id} id={id} name={visibleName(people[id]?.displayName)} size="tiny" />
        ))}
      </span>
      <span className="thread-count">{replyCount === 1 ? '1 reply' : `${replyCount} replies`}</span>
      <span className="thread-time">{formatShort(lastReplyAt, now)}</span>
    </button>
  );
}
