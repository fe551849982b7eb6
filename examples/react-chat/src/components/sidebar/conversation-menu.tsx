import { useConversation, useMarkRead } from '@confab/react';
import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  EyeOff,
  LogOut,
  MailOpen,
  MessageCircleWarning,
  Pin,
  PinOff,
} from 'lucide-react';
import { report } from '../../lib/notices';
import { isMuted } from '../../lib/people';
import type { Conversation } from '../../lib/types';
import { Menu } from '../menu';

export interface ConversationMenuProps {
  readonly conversation: Conversation;
  readonly anchor: HTMLElement;
  readonly now: number;
  readonly onMute: () => void;
  readonly onLeave: () => void;
  readonly onClose: () => void;
}

/** What can be done with a conversation of the list. */
export function ConversationMenu({
  conversation,
  anchor,
  now,
  onMute,
  onLeave,
  onClose,
}: ConversationMenuProps) {
  const { id, unreadCount, lastSeq, isPinned, isArchived, kind, status } = conversation;
  const { pin, mute, archive, hide, markUnread } = useConversation(id);
  const markRead = useMarkRead(id);
  const isQuiet = isMuted(conversation, now);
  const items = [
    unreadCount > 0
      ? {
          label: 'Mark as read',
          icon: <MailOpen size={18} />,
          onSelect: () => report('mark it as read', markRead(lastSeq)),
        }
      : {
          label: 'Mark as unread',
          icon: <MessageCircleWarning size={18} />,
          onSelect: () => report('mark it as unread', markUnread()),
        },
    {
      label: isPinned ? 'Unpin' : 'Pin',
      icon: isPinned ? <PinOff size={18} /> : <Pin size={18} />,
      onSelect: () => report('pin it', pin(!isPinned)),
    },
    {
      label: isQuiet ? 'Unmute' : 'Mute',
      icon: isQuiet ? <Bell size={18} /> : <BellOff size={18} />,
      onSelect: isQuiet ? () => report('unmute it', mute(null)) : onMute,
    },
    {
      label: isArchived ? 'Take out of the archive' : 'Archive',
      icon: isArchived ? <ArchiveRestore size={18} /> : <Archive size={18} />,
      onSelect: () => report('archive it', archive(!isArchived)),
    },
    {
      label: 'Hide until the next message',
      icon: <EyeOff size={18} />,
      onSelect: () => report('hide it', hide()),
    },
  ];
  const leave = { label: 'Leave', icon: <LogOut size={18} />, isDangerous: true, onSelect: onLeave };
  return (
    <Menu
      label={`Actions for ${conversation.name}`}
      anchor={anchor}
      groups={[{ items }, { items: kind === 'direct' || status !== 'sent' ? [] : [leave] }]}
      onClose={onClose}
    />
  );
}
