import { X } from 'lucide-react';
import { formatShortDay } from '../../lib/format';
import { kindName, type Message } from '../../lib/types';
import { useGoal } from '../goal/goal-context';

function titleOf(message: Message): string {
  const title =
    message.kind === 'activity' || message.kind === 'milestone' ? message.data.title : message.content;
  return title ?? kindName(message);
}

/** What is being answered. */
export function ResponseTargets({
  targets,
  onCancel,
}: {
  targets: readonly Message[];
  onCancel: () => void;
}) {
  const [first] = targets;
  const { today } = useGoal();
  if (!first) return null;
  return (
    <p className="targets">
      <span className="targets-text">
        {targets.length === 1 ? (
          <>
            To <b>{titleOf(first)}</b>
            {first.occursOn !== null && `, ${formatShortDay(first.occursOn, today)}`}
          </>
        ) : (
          <>
            To <b>{targets.length} entries</b>, each gets the response
          </>
        )}
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label="Answer nothing in particular"
        onClick={onCancel}
      >
        <X size={16} />
      </button>
    </p>
  );
}
