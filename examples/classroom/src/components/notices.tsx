import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useKept } from '../hooks/use-kept';
import { notice } from '../lib/notices';

const SHOWN_MS = 8_000;

/** The last thing there was to tell; it goes by itself. */
export function Notices() {
  const shown = useKept(notice);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => notice.set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div className="notices" role="status">
      {shown && (
        <p key={shown.key} className="notice">
          {shown.text}
          <button className="icon-button" aria-label="Dismiss" onClick={() => notice.set(null)}>
            <X size={16} />
          </button>
        </p>
      )}
    </div>
  );
}
