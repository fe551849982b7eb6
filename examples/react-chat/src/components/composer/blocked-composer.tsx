import { Lock } from 'lucide-react';
import { useWindow } from '../window-context';

export interface BlockedComposerProps {
  readonly reason: string;
  /** What was being written when it came to that. */
  readonly text: string;
}

/** Says why nothing can be written here, and gives back what was. */
export function BlockedComposer({ reason, text }: BlockedComposerProps) {
  const { actions } = useWindow();
  return (
    <div className="composer">
      <p className="composer-blocked" role="status">
        <Lock size={16} aria-hidden="true" />
        {reason}
      </p>
      {text !== '' && (
        <div className="composer-kept">
          <textarea readOnly rows={2} dir="auto" aria-label="What you were writing" value={text} />
          <button
            type="button"
            className="button button-small"
            onClick={() => actions.copy({ content: text })}
          >
            Copy
          </button>
        </div>
      )}
    </div>
  );
}
