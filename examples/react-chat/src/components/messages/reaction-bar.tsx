import { SmilePlus } from 'lucide-react';
import { joinNames, type People } from '../../lib/names';
import type { Message } from '../../lib/types';
import { useWindow } from '../window-context';

/** So many kinds of reactions are shown; the others are in the list of who reacted. */
const SHOWN = 12;
const number = new Intl.NumberFormat(undefined, { notation: 'compact' });

export function ReactionBar({ message }: { readonly message: Message }) {
  const { actions, people, currentUserId, canChange } = useWindow();
  const { reactions } = message;
  if (reactions.length === 0) return null;
  return (
    <div className="reactions">
      {reactions.slice(0, SHOWN).map(({ emoji, count, userIds, isOwn }) => (
        <button
          key={emoji}
          className="reaction"
          aria-pressed={isOwn}
          aria-disabled={!canChange}
          aria-label={`${emoji} ${count}`}
          title={`${whoOf(userIds, count, people, currentUserId)} reacted with ${emoji}`}
          onClick={canChange ? () => actions.react(message, emoji) : undefined}
        >
          <span className="reaction-emoji">{emoji}</span>
          <span>{number.format(count)}</span>
        </button>
      ))}
      {reactions.length > SHOWN && (
        <button
          className="reaction"
          aria-label={`${reactions.length - SHOWN} more reactions`}
          aria-haspopup="dialog"
          onClick={() => actions.showReactors(message)}
        >
          +{reactions.length - SHOWN}
        </button>
      )}
      {canChange && (
        <button
          className="reaction reaction-add"
          aria-label="Add a reaction"
          aria-haspopup="dialog"
          onClick={(event) => actions.openReactionPicker(message, event.currentTarget)}
        >
          <SmilePlus size={16} />
        </button>
      )}
    </div>
  );
}

/** "You, Bob and 3 others". */
function whoOf(
  userIds: readonly string[],
  count: number,
  people: People,
  currentUserId: string | null,
): string {
  const known = userIds.flatMap((id) => (id === currentUserId ? 'You' : (people[id]?.displayName ?? [])));
  const others = count - known.length;
  return joinNames([...known, ...(others > 0 ? [`${others} ${others === 1 ? 'other' : 'others'}`] : [])]);
}
