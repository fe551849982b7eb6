import { ArrowDown } from 'lucide-react';

export interface ToEndButtonProps {
  readonly unreadCount: number;
  readonly onClick: () => void;
}

/** Leads back to the newest message, and says when there is something new. */
export function ToEndButton({ unreadCount, onClick }: ToEndButtonProps) {
  const label = unreadCount === 1 ? '1 new message' : `${unreadCount} new messages`;
  return (
    <button
      className={unreadCount > 0 ? 'to-end to-end-new' : 'to-end'}
      aria-label={unreadCount > 0 ? label : 'Go to the newest message'}
      onClick={onClick}
    >
      <ArrowDown size={18} />
      {unreadCount > 0 && <span>{label}</span>}
    </button>
  );
}
