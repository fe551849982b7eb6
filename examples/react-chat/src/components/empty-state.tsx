import type { ReactNode } from 'react';
import { ChatIcon } from './icons';

export interface EmptyStateProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

export function EmptyState({ title, text, children }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <span className="empty-icon">
        <ChatIcon />
      </span>
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      {children}
    </div>
  );
}
