import { X } from 'lucide-react';
import { formatShortDay } from '../../lib/format';
import { kindName, type Message } from '../../lib/types';

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
  if (!first) return null;
  return (
    <p className="targets">
      <span className="targets-text">
        {targets.length === 1 ? (
          <>
            To <b>{titleOf(first)}</b>
            {first.occursOn !== null && `, ${formatShortDay(first.occursOn)}`}
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
