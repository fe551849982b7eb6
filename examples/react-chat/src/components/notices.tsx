import { X } from 'lucide-react';
import { useEffect } from 'react';
import { dismissNotice, useNotice } from '../lib/notices';

const SHOWN_MS = 8_000;

/** The last thing there was to tell; it goes by itself. */
export function Notices() {
  const notice = useNotice();
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(dismissNotice, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div className="notices" role="status">
      {notice && (
        <p key={notice.key} className="notice notice-now">
          {notice.text}
          {notice.action && (
            <button
              onClick={() => {
                dismissNotice();
                notice.action?.run();
              }}
            >
              {notice.action.label}
            </button>
          )}
          <button className="icon-button" aria-label="Dismiss" onClick={dismissNotice}>
            <X size={20} />
          </button>
        </p>
      )}
    </div>
  );
}
