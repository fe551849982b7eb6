import { joinNames } from '../../lib/people';
import type { Message } from '../../lib/types';
import { SmileIcon } from '../icons';
import { useWindow } from '../window-context';

/** So many kinds of reactions are shown; the others are in the list of who reacted. */
const SHOWN = 12;

export function ReactionBar({ message }: { readonly message: Message }) {
  const { actions, names, currentUserId } = useWindow();
  if (message.reactions.length === 0) return null;
  const whoOf = (userIds: readonly string[], count: number) => {
    const known = userIds.map((id) => (id === currentUserId ? 'You' : names.get(id))).filter((name) => name);
    const others = count - known.length;
    return joinNames([
      ...known.filter((name) => name !== undefined),
      ...(others > 0 ? [`${others} ${others === 1 ? 'other' : 'others'}`] : []),
    ]);
  };
  return (
    <div className="reactions">
      {message.reactions.slice(0, SHOWN).map(({ emoji, count, userIds, isOwn }) => (
        <button
          key={emoji}
          className="reaction"
          aria-pressed={isOwn}
          aria-label={`${emoji} ${count}`}
          title={`${whoOf(userIds, count)} reacted with ${emoji}`}
          onClick={() => actions.react(message, emoji)}
        >
          <span className="reaction-emoji">{emoji}</span>
          <span>{count}</span>
        </button>
      ))}
      {message.reactions.length > SHOWN && (
        <span className="reaction-rest">+{message.reactions.length - SHOWN}</span>
      )}
      <button
        className="reaction reaction-add"
        aria-label="Add a reaction"
        aria-haspopup="dialog"
        onClick={(event) => actions.openReactionPicker(message, event.currentTarget)}
      >
        <SmileIcon />
      </button>
    </div>
  );
}
