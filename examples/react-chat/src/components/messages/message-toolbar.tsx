import { Ellipsis, Reply, SmilePlus } from 'lucide-react';
import type { Message } from '../../lib/types';
import { useWindow } from '../window-context';

export interface MessageToolbarProps {
  readonly message: Message;
  readonly isTabStop: boolean;
}

/** What is done most with a message, next to it while it is pointed at or has the focus. */
export function MessageToolbar({ message, isTabStop }: MessageToolbarProps) {
  const { actions, canPost, canChange } = useWindow();
  const tabIndex = isTabStop ? 0 : -1;
  return (
    <div className="message-toolbar">
      {canChange && (
        <button
          className="icon-button"
          aria-label="React"
          aria-haspopup="dialog"
          tabIndex={tabIndex}
          onClick={(event) => actions.openReactionPicker(message, event.currentTarget)}
        >
          <SmilePlus size={18} />
        </button>
      )}
      {canPost && (
        <button
          className="icon-button"
          aria-label="Reply"
          tabIndex={tabIndex}
          onClick={() => actions.reply(message)}
        >
          <Reply size={18} />
        </button>
      )}
      <button
        className="icon-button message-more"
        aria-label="More"
        aria-haspopup="menu"
        tabIndex={tabIndex}
        onClick={(event) => actions.openMenu(message, event.currentTarget)}
      >
        <Ellipsis size={18} />
      </button>
    </div>
  );
}
