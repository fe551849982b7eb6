import { useMessagesByDate } from '@confab/react';
import { useEffect, useMemo } from 'react';
import { addDays } from '../lib/days';
import type { Goal } from '../lib/goals';
import { progressOf, type Progress } from '../lib/progress';

const KINDS = ['activity', 'milestone'];

/** How far a goal is: live, offline too, own entries at once. */
export function useProgress(conversationId: string, goal: Goal): Progress {
  const range = { from: goal.starts_on, to: goal.ends_on, kinds: KINDS };
  const { messages, hasNextPage, isFetching, fetchNextPage } = useMessagesByDate(conversationId, range);
  useEffect(() => {
    // A sum needs all of it.
    if (hasNextPage && !isFetching) void fetchNextPage().catch(() => undefined);
  }, [hasNextPage, isFetching, fetchNextPage]);
  return useMemo(() => progressOf(goal, messages), [goal, messages]);
}

/** The days on which something can be noted for it. */
export function daysOf(goal: Goal | null, today: string): { readonly min?: string; readonly max: string } {
  const max = addDays(today, 0);
  return goal ? { min: goal.starts_on, max: goal.ends_on < max ? goal.ends_on : max } : { max };
}
