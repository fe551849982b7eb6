import { useOutbox } from '@confab/react';
import { report } from '../../lib/notices';
import { isForUser } from '../../lib/outbox-items';
import { Dialog } from '../dialog';
import { OutboxRow } from './outbox-row';

/** What this device has not sent yet, and what the server refused. */
export function OutboxDrawer({ onClose }: { readonly onClose: () => void }) {
  const { items: all, unreadable, retryAll, discardUnreadable } = useOutbox();
  const items = all.filter(isForUser);
  const failed = items.filter(({ status }) => status === 'failed');
  return (
    <Dialog label="Outbox" className="dialog drawer" onClose={onClose}>
      <h2>Outbox</h2>
      {items.length === 0 && <p className="muted">Everything is sent.</p>}
      <ul>
        {items.map((item) => (
          <OutboxRow key={item.id} item={item} />
        ))}
        {unreadable.map(({ key }) => (
          <li key={key} className="outbox-item">
            <p className="muted">Something that another version of this app has written</p>
            <div className="outbox-actions">
              <button
                className="button button-small"
                onClick={() => report('remove it', discardUnreadable(key))}
              >
                Remove
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
