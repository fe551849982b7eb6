import { useConnection, type UseConnectionResult } from '@confab/react';
import { signOut } from '../lib/auth';

interface Notice {
  readonly text: string;
  readonly tone: 'calm' | 'warning';
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Says when the connection is not what it should be; nothing while all is well. */
export function ConnectionBanner({ onOutbox }: { readonly onOutbox: () => void }) {
  const connection = useConnection();
  const notice = noticeOf(connection);
  return (
    <div className="banner" role="status">
      {notice && (
        // A new text is a new element: what is over within a second is never seen.
        <div
          key={notice.text}
          className={`banner-line banner-${notice.tone === 'calm' ? 'late' : 'warning'}`}
        >
          <p className="banner-text">
            <span className="notice-dot" aria-hidden="true" />
            <span>{notice.text}</span>
          </p>
          <p>
            {connection.unsentCount > 0 && connection.type !== 'live' && (
              <button onClick={onOutbox}>Show</button>
            )}
            {notice.action && <button onClick={notice.action.run}>{notice.action.label}</button>}
          </p>
        </div>
      )}
    </div>
  );
}

function noticeOf(connection: UseConnectionResult): Notice | null {
  const { unsentCount, isDurable, retry } = connection;
  const isLost = isDurable ? '' : ', lost on reload';
  const waiting = unsentCount === 0 ? '' : ` · ${unsentCount} to be sent${isLost}`;
  switch (connection.type) {
    case 'idle':
    case 'closed':
      return null;
    case 'live':
      return isDurable
        ? null
        : { text: 'This browser keeps nothing: unsent messages are lost on reload', tone: 'warning' };
    case 'connecting':
      return { text: `Connecting …${waiting}`, tone: 'calm' };
    case 'catching_up':
      return { text: `Updating …${waiting}`, tone: 'calm' };
    case 'polling':
      return { text: `Live updates are not available, checking every few seconds${waiting}`, tone: 'calm' };
    case 'offline':
      return {
        text: `You are offline${waiting}`,
        tone: 'warning',
        action: { label: 'Try now', run: retry },
      };
    case 'auth_required':
      return {
        text: `Your session has ended${waiting}`,
        tone: 'warning',
        action: { label: 'Sign in again', run: () => void signOut() },
      };
  }
}
