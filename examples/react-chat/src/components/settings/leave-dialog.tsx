import { useConversation } from '@confab/react';
import { visibleName } from '../../lib/names';
import { report } from '../../lib/notices';
import { openList, parsePlace } from '../../lib/route';
import type { Conversation } from '../../lib/types';
import { ConfirmDialog } from '../confirm-dialog';

export interface LeaveDialogProps {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

export function LeaveDialog({ conversation, onClose }: LeaveDialogProps) {
  const { leave } = useConversation(conversation.id);
  return (
    <ConfirmDialog
      title={`Leave ${visibleName(conversation.name)}?`}
      text="You will not see new messages. To come back, somebody has to add you."
      confirmLabel="Leave"
      onConfirm={() => {
        report('leave', leave());
        if (parsePlace(location.hash).conversationId === conversation.id) openList();
      }}
      onClose={onClose}
    />
  );
}
