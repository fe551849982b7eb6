import type { OutboxItem } from '@confab/core';
import { useConversation, useOutbox, useConfab } from '@confab/react';
import { Pencil, RotateCw, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { errorText } from '../../lib/error-text';
import { visibleName } from '../../lib/names';
import { report } from '../../lib/notices';
import { WHAT } from '../../lib/outbox-items';
import { plainText } from '../../lib/rich-text';
import { OutboxEdit } from './outbox-edit';

/** What waits to be sent or was refused, and what can be done about it. */
export function OutboxRow({ item }: { readonly item: OutboxItem }) {
  const { id, type, content, conversationId, messageId, status, error } = item;
  const { conversation } = useConversation(conversationId);
  const { messages } = useConfab();
  const { retry, discard, edit } = useOutbox();
  const [isEditing, setIsEditing] = useState(false);
  const hasFailed = status === 'failed';
  const isText = type === 'send_message' || type === 'edit_message';
  const remove = () => {
    if (hasFailed) return report('delete it', discard(id));
    if (messageId !== null) report('delete it', messages.delete(conversationId, messageId));
  };
  const action = (label: string, icon: ReactNode, onClick: () => void) => (
    <button className="icon-button" aria-label={label} title={label} onClick={onClick}>
      {icon}
    </button>
  );
  if (isEditing)
    return (
      <li className="outbox-item">
        <OutboxEdit
          text={content ?? ''}
          onSave={(text) => report('change it', edit(item, { content: text }))}
          onClose={() => setIsEditing(false)}
        />
      </li>
    );
  return (
    <li className="outbox-item">
      <div className="outbox-about">
        {content !== null && (
          <p className="outbox-text" dir="auto">
            {plainText(content)}
          </p>
        )}
        <p className="muted">
          {WHAT[type] ?? 'Change'} · <bdi>{visibleName(conversation?.name ?? '')}</bdi>
        </p>
        {hasFailed && <p className="outbox-failed">Refused. {error ? errorText(error) : ''}</p>}
      </div>
      <div className="outbox-actions">
        {hasFailed && action('Try again', <RotateCw size={18} />, () => report('send it', retry(id)))}
        {isText && action('Edit', <Pencil size={18} />, () => setIsEditing(true))}
        {(hasFailed || type === 'send_message') && action('Delete', <Trash2 size={18} />, remove)}
      </div>
    </li>
  );
}
