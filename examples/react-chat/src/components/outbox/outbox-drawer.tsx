import { useOutbox } from '@confab/react';
import { Trash2 } from 'lucide-react';
import { report } from '../../lib/notices';
import { itemsForUser } from '../../lib/outbox-items';
import { Dialog } from '../dialog';
import { OutboxRow } from './outbox-row';

/** What this device has not sent yet, and what the server refused. */
export function OutboxDrawer({ onClose }: { readonly onClose: () => void }) {
  const { items: all, unreadable, retryAll, discardUnreadable } = useOutbox();
  const items = itemsForUser(all);
  const failed = items.filter(({ status }) => status === 'failed');
  return (
    <Dialog label="Not sent yet" className="dialog outbox" onClose={onClose}>
      <h2>Not sent yet</h2>
      <p className="muted">
        {items.length + unreadable.length === 0
          ? 'Everything is sent.'
          : 'It goes out by itself when there is a connection.'}
      </p>
      <ul className="outbox-items">
        {items.map((item) => (
          <OutboxRow key={item.id} item={item} />
        ))}
        {unreadable.map(({ key }) => (
          <li key={key} className="outbox-item">
            <p className="muted">Something that another version of this app has written</p>
            <div className="outbox-actions">
              <button
                className="icon-button"
                aria-label="Delete"
                title="Delete"
                onClick={() => report('delete it', discardUnreadable(key))}
              >
                <Trash2 size={18} />
              </button>
            </div>
          </li>
        ))}
      </ul>
      <div className="dialog-buttons">
        {failed.length > 1 && (
          <button className="button" onClick={() => report('send them', retryAll())}>
            Try all again
          </button>
        )}
        <button className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
