import type { Goal } from './goals';
import type { Message } from './types';

export interface Progress {
  readonly minutes: number;
  readonly targetMinutes: number;
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly reachedOn: string | null;
  }[];
  readonly reachedCount: number;
}

/** How far a goal is, by the activities and milestones among its messages. Those refused by the server do not count. */
export function progressOf(goal: Goal, messages: readonly Message[]): Progress {
  let minutes = 0;
  const reached = new Map<string, string | null>();
  for (const message of messages) {
    if (message.status === 'failed') continue;
    if (message.kind === 'activity') minutes += message.data.minutes;
    if (message.kind === 'milestone') reached.set(message.data.stepId, message.occursOn);
  }
  const steps = goal.steps.map(({ id, title }) => ({ id, title, reachedOn: reached.get(id) ?? null }));
  return {
    minutes,
    targetMinutes: goal.target_minutes,
    steps,
    reachedCount: steps.filter(({ reachedOn }) => reachedOn !== null).length,
  };
}
