import { useConnection } from '@confab/react';
import { signOut } from '../lib/auth';

/** Says when the connection is not what it should be; nothing while all is well. */
export function ConnectionBanner() {
  const { type, unsentCount, retry } = useConnection();
  const waiting = unsentCount === 0 ? '' : ` · ${unsentCount} to be sent`;
  return (
    <div className="banner" role="status">
      {type === 'offline' && (
        <p className="notice">
          You are offline{waiting}
          <button onClick={retry}>Try now</button>
        </p>
      )}
      {type === 'polling' && <p className="notice">Checking for news every few seconds{waiting}</p>}
      {type === 'auth_required' && (
        <p className="notice">
          Your session has ended{waiting}
          <button onClick={() => void signOut()}>Sign in again</button>
        </p>
      )}
    </div>
  );
}
