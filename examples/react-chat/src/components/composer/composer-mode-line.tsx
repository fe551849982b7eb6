import { X } from 'lucide-react';
import { nameInText } from '../../lib/names';
import { plainText } from '../../lib/rich-text';
import type { Message } from '../../lib/types';

export interface ComposerModeLineProps {
  readonly type: 'edit' | 'reply';
  /** Null while it is loaded. */
  readonly message: Message | null;
  readonly onCancel: () => void;
}

/** Says what the text in the composer is going to be, where it is not simply a new message. */
export function ComposerModeLine({ type, message, onCancel }: ComposerModeLineProps) {
  const whom =
    message?.isOwn === true ? 'yourself' : nameInText(message?.sender?.displayName ?? (message ? null : ''));
  return (
    <div className="composer-mode">
      <p>
        <span className="composer-mode-title">
          {type === 'edit' ? 'Editing your message' : `Replying to ${whom}`}
        </span>
        <span className="composer-mode-text" dir="auto">
          {message?.deletedAt != null ? 'Message deleted' : plainText(message?.content ?? '')}
        </span>
      </p>
      <button
        type="button"
        className="icon-button"
        aria-label={type === 'edit' ? 'Cancel editing' : 'Cancel the reply'}
        onClick={onCancel}
      >
        <X size={20} />
      </button>
    </div>
  );
}
