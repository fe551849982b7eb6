import {
  CheckCheck,
  Copy,
  EyeOff,
  Forward,
  MessageSquareDot,
  MessageSquareText,
  Pencil,
  Pin,
  Reply,
  SmilePlus,
  Trash2,
} from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { isEditable, type Message } from '../../lib/types';
import { Popover } from '../popover';
import { useWindow } from '../window-context';
import { QuickReactions } from './quick-reactions';
import { ownEmoji } from './reaction-picker';

export interface MessageMenuProps {
  readonly message: Message;
  readonly anchor: HTMLElement;
  readonly onMoreEmoji: () => void;
  readonly onOpen: (dialog: 'delete' | 'forward' | 'reactors' | 'readers') => void;
  readonly onClose: () => void;
}

/** What can be done with one message. Arrows, Home and End move in it. */
export function MessageMenu({ message, anchor, onMoreEmoji, onOpen, onClose }: MessageMenuProps) {
  const { actions, canPost, canChange } = useWindow();
  const isPinned = message.pinnedAt !== null;
  const isReply = message.threadRootId !== null;
  const item = (label: string, icon: ReactNode, run: () => void, className?: string) => (
    <button
      role="menuitem"
      className={className}
      onClick={() => {
        onClose();
        run();
      }}
    >
      {icon}
      {label}
    </button>
  );
  return (
    <Popover
      anchor={anchor}
      placement={message.isOwn ? 'bottom-end' : 'bottom-start'}
      role="menu"
      label="Message"
      className="popover menu"
      onClose={onClose}
      onKeyDown={moveFocus}
    >
      {canChange && (
        <QuickReactions
          role="menuitem"
          own={ownEmoji(message)}
          onPick={(emoji) => {
            onClose();
            actions.react(message, emoji);
          }}
          onMore={onMoreEmoji}
        />
      )}
      {canPost && item('Reply', <Reply size={18} />, () => actions.reply(message))}
      {!isReply &&
        item('Reply in a thread', <MessageSquareText size={18} />, () => actions.openThread(message.id))}
      {item('Forward', <Forward size={18} />, () => onOpen('forward'))}
      {canChange &&
        item(isPinned ? 'Unpin' : 'Pin', <Pin size={18} />, () => actions.pin(message, !isPinned))}
      {message.content !== null && item('Copy text', <Copy size={18} />, () => actions.copy(message))}
      {message.reactions.length > 0 && item('Who reacted', <SmilePlus size={18} />, () => onOpen('reactors'))}
      {message.isOwn && item('Read by', <CheckCheck size={18} />, () => onOpen('readers'))}
      {!message.isOwn &&
        !isReply &&
        item('Mark as unread', <MessageSquareDot size={18} />, () => actions.markUnread(message))}
      {canChange && isEditable(message) && item('Edit', <Pencil size={18} />, () => actions.edit(message))}
      {item('Delete for me', <EyeOff size={18} />, () => actions.hide(message))}
      {canChange &&
        message.isOwn &&
        !message.hasPendingChange &&
        item('Delete', <Trash2 size={18} />, () => onOpen('delete'), 'menu-danger')}
    </Popover>
  );
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = [...event.currentTarget.querySelectorAll('button')];
  const at = items.findIndex((item) => item === document.activeElement);
  const isQuick = document.activeElement?.closest('.quick-reactions') != null;
  const firstOfList = items.findIndex((item) => !item.closest('.quick-reactions'));
  const to = {
    // The quick reactions stand in one line.
    ArrowDown: isQuick ? firstOfList : at + 1,
    ArrowUp: at === firstOfList ? 0 : isQuick ? items.length - 1 : at - 1,
    ArrowRight: isQuick ? Math.min(at + 1, firstOfList - 1) : undefined,
    ArrowLeft: isQuick ? Math.max(at - 1, 0) : undefined,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items[to % items.length]?.focus();
}
