import { ArrowUp } from 'lucide-react';

/** Leads to the first unread message where that is further up than what is loaded. */
export function UnreadButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <button className="unread-above" onClick={onClick}>
      <ArrowUp size={18} />
      Go to the first new message
    </button>
  );
}
