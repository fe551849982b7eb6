import { CircleAlert } from 'lucide-react';
import { errorText } from '../../lib/error-text';
import type { Message } from '../../lib/types';
import { useWindow } from '../window-context';

/** Why a message, an edit or a deletion was refused, and what can be done about it. */
export function MessageError({ message }: { readonly message: Message }) {
  const { actions } = useWindow();
  const { error, status, kind } = message;
  if (!error) return null;
  return (
    <div className="message-error" role="alert">
      <p>
        <CircleAlert size={15} aria-hidden="true" />
        {status === 'failed' ? 'Not sent.' : 'Not changed.'} {errorText(error)}
      </p>
      <div className="message-error-actions">
        <button onClick={() => actions.retry(message)}>Retry</button>
        {status === 'failed' && kind === 'text' && (
          <button onClick={() => actions.edit(message)}>Edit</button>
        )}
        <button onClick={() => actions.discard(message)}>Discard</button>
      </div>
    </div>
  );
}
