import type { OpenGoal } from '../hooks/use-goals';
import { daysBetween, type Day } from './days';

export const choices = ['all', 'unread', 'active', 'quiet'] as const;
export type Choice = (typeof choices)[number];

/** How many days ago the student last wrote; who has never written is quiet since the goal began. */
export function quietDays({ lastEntryOn, goal }: OpenGoal, today: Day): number {
  const since = lastEntryOn ?? goal?.starts_on ?? today;
  return Math.max(0, daysBetween(since, today));
}

export function fits(open: OpenGoal, choice: Choice, days: number, today: Day): boolean {
  switch (choice) {
    case 'all':
      return true;
    case 'unread':
      return open.conversation.unreadCount > 0;
    case 'active':
      return open.lastEntryOn !== null && quietDays(open, today) < days;
    case 'quiet':
      return quietDays(open, today) >= days;
  }
}
