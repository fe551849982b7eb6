import { useConversation } from '@confab/react';
import { MUTE_CHOICES } from '../lib/mute';
import { report } from '../lib/notices';
import { Menu } from './menu';

export interface MuteMenuProps {
  readonly conversationId: string;
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}

/** For how long a conversation is to be quiet. */
export function MuteMenu({ conversationId, anchor, onClose }: MuteMenuProps) {
  const { mute } = useConversation(conversationId);
  const items = MUTE_CHOICES.map(([label, until]) => ({
    label,
    onSelect: () => report('mute it', mute(until(Date.now()))),
  }));
  return <Menu label="Mute" anchor={anchor} groups={[{ label: 'Mute', items }]} onClose={onClose} />;
}
