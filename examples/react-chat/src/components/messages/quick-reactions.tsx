import { Plus } from 'lucide-react';

const QUICK = ['👍', '❤️', '😂', '🎉', '😮', '🙏'];

export interface QuickReactionsProps {
  /** Those the user has reacted with. */
  readonly own: readonly string[];
  readonly role?: 'menuitem';
  readonly onPick: (emoji: string) => void;
  readonly onMore: () => void;
}

/** What people react with most, and a way to all the rest. */
export function QuickReactions({ own, role, onPick, onMore }: QuickReactionsProps) {
  return (
    <div className="quick-reactions" role="group" aria-label="Reactions">
      {QUICK.map((emoji) => {
        const isOwn = own.includes(emoji);
        return (
          <button
            key={emoji}
            role={role}
            className={isOwn ? 'quick-own' : undefined}
            aria-label={isOwn ? `Take ${emoji} back` : `React with ${emoji}`}
            onClick={() => onPick(emoji)}
          >
            {emoji}
          </button>
        );
      })}
      <button role={role} aria-label="More emoji" onClick={onMore}>
        <Plus size={18} />
      </button>
    </div>
  );
}
