import * as z from 'zod/mini';
import { createKept } from './kept';
import { supabase } from './supabase';

const goal = z.object({
  id: z.string(),
  student_id: z.string(),
  instructor_id: z.string(),
  title: z.string(),
  target_minutes: z.number(),
  starts_on: z.string(),
  ends_on: z.string(),
  steps: z.array(z.object({ id: z.string(), title: z.string() })),
  last_entry_on: z.nullable(z.string()),
});
const goals = z.array(goal);

/** A row of the app's own table. Its conversation names it by `contextId`. */
export type Goal = z.infer<typeof goal>;

const keptGoals = (userId: string) => createKept<Goal[]>(`classroom-goals-${userId}`, goals, []);

/** The goals as this device saw them last: they are there without network too. */
export function readKeptGoals(userId: string): Goal[] | undefined {
  const kept = keptGoals(userId).get();
  return kept.length > 0 ? kept : undefined;
}

export async function fetchGoals(userId: string): Promise<Goal[]> {
  const { data, error } = await supabase.from('goal_overview').select('*');
  if (error) throw new Error(error.message);
  const found = z.parse(goals, data);
  keptGoals(userId).set(found);
  return found;
}
