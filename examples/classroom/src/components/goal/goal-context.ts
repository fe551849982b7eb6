import { createContext, use } from 'react';
import type { Day } from '../../lib/days';
import type { Message } from '../../lib/types';

/** What everything in an open goal needs. */
export interface GoalContextValue {
  readonly conversationId: string;
  /** Whether the user is its instructor. */
  readonly isLed: boolean;
  readonly partner: { readonly id: string; readonly name: string };
  readonly today: Day;
  /** What comes after it was unread when the goal was opened. */
  readonly unreadAfterSeq: number | null;
  readonly selectedIds: ReadonlySet<string>;
  readonly toggle: (messageId: string) => void;
  readonly clear: () => void;
  /** Puts the composer to answering these; to nothing in particular without any. */
  readonly answer: (targets: readonly Message[]) => void;
}

export const GoalContext = createContext<GoalContextValue | null>(null);

export function useGoal(): GoalContextValue {
  const value = use(GoalContext);
  if (!value) throw new Error('unable to use the goal; it is outside of GoalContext');
  return value;
}
