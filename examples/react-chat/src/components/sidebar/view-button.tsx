import type { ReactNode } from 'react';

export interface ViewButtonProps {
  readonly label: string;
  /** How much of it is new. */
  readonly count: number;
  readonly isOn: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** Shows something else in the place of the conversations. */
export function ViewButton({ label, count, isOn, onClick, children }: ViewButtonProps) {
  return (
    <button
      className="icon-button view-button"
      aria-label={count === 0 ? label : `${label}, ${count} new`}
      aria-pressed={isOn}
      title={label}
      onClick={onClick}
    >
      {children}
      {count > 0 && (
        <span className="badge" aria-hidden="true">
          {count > 99 ? '99+' : count}
        </span>
      )}
    </button>
  );
}
