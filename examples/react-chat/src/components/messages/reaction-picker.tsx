import { useState } from 'react';
import type { Message } from '../../lib/types';
import { EmojiPicker } from '../emoji-picker';
import { Popover } from '../popover';
import { useWindow } from '../window-context';
import { QuickReactions } from './quick-reactions';

export interface ReactionPickerProps {
  readonly message: Message;
  readonly anchor: HTMLElement;
  /** Begins with all emoji instead of the most used ones. */
  readonly isFull: boolean;
  readonly onClose: () => void;
}

export function ReactionPicker({ message, anchor, isFull, onClose }: ReactionPickerProps) {
  const { actions } = useWindow();
  const [showsAll, setShowsAll] = useState(isFull);
  const [pick] = useState(() => (emoji: string) => {
    actions.react(message, emoji);
    onClose();
  });
  return (
    <Popover
      anchor={anchor}
      placement={message.isOwn ? 'top-end' : 'top-start'}
      role="dialog"
      label="React"
      className="popover"
      onClose={onClose}
    >
      {showsAll ? (
        <EmojiPicker onPick={pick} />
      ) : (
        <QuickReactions own={ownEmoji(message)} onPick={pick} onMore={() => setShowsAll(true)} />
      )}
    </Popover>
  );
}

export function ownEmoji({ reactions }: Message): readonly string[] {
  return reactions.filter(({ isOwn }) => isOwn).map(({ emoji }) => emoji);
}
