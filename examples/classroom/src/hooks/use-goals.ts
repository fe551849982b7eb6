import { useConversations, useCurrentUser } from '@confab/react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { fetchGoals, readKeptGoals, type Goal } from '../lib/goals';
import { isInstructor, type Conversation } from '../lib/types';

/** A conversation with the goal it is about. */
export interface OpenGoal {
  readonly conversation: Conversation;
  /** Null while it is not known. */
  readonly goal: Goal | null;
  /** The last day the student wrote about; null when there was none. */
  readonly lastEntryOn: string | null;
  /** Who is on the other side: the student for the instructor, and the other way round. */
  readonly partner: { readonly id: string; readonly name: string };
  readonly isLed: boolean;
}

export interface GoalsView {
  readonly goals: readonly OpenGoal[];
  readonly isPending: boolean;
}

/** The conversations about goals, newest activity first, with what the app's own table knows of each. */
export function useGoals(): GoalsView {
  const userId = useCurrentUser() ?? '';
  const { conversations, isPending } = useConversations({ kinds: ['goal'] });
  const { data } = useQuery({
    queryKey: ['goals', userId],
    queryFn: () => fetchGoals(userId),
    initialData: () => readKeptGoals(userId),
    initialDataUpdatedAt: 0,
    staleTime: 60_000,
  });
  return useMemo(() => {
    const byId = new Map(data?.map((goal) => [goal.id, goal]));
    const goals = conversations.map((conversation): OpenGoal => {
      const goal = byId.get(conversation.contextId ?? '') ?? null;
      const other = conversation.members.find((member) => member.userId !== userId);
      return {
        conversation,
        goal,
        lastEntryOn: lastEntryOf(conversation, goal, userId),
        partner: { id: other?.userId ?? '', name: other?.profile.displayName ?? conversation.name },
        isLed: isInstructor(conversation),
      };
    });
    return { goals, isPending };
  }, [conversations, data, userId, isPending]);
}

/** What the table said when it was read, or what has come since. */
function lastEntryOf({ lastMessage, role }: Conversation, goal: Goal | null, userId: string): string | null {
  const known = goal?.last_entry_on ?? null;
  const isOfStudent = (lastMessage?.senderId !== userId) === (role !== 'member');
  const latest = lastMessage && isOfStudent ? lastMessage.occursOn : null;
  return (
    [known, latest]
      .filter((day) => day !== null)
      .sort()
      .at(-1) ?? null
  );
}
