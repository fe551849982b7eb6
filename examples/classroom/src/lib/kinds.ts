import type { Confab } from '@confab/core';
import * as z from 'zod/mini';

export const moods = ['great', 'good', 'okay', 'hard'] as const;
export const tones = ['praise', 'suggestion', 'question'] as const;
export const activityTypes = ['practice', 'reading', 'project'] as const;

const title = z
  .string()
  .check(z.trim(), z.minLength(1, 'Give it a name'), z.maxLength(80, 'At most 80 characters'));

/** What this app says besides words. Who may send which, and which need a day, say the rows of its migration. */
export const messageKinds = {
  daily_note: z.object({
    mood: z.enum(moods),
    blockers: z.optional(z.string().check(z.maxLength(200, 'At most 200 characters'))),
  }),
  activity: z.object({
    title,
    type: z.enum(activityTypes),
    minutes: z
      .int('Whole minutes')
      .check(z.minimum(1, 'At least one minute'), z.maximum(720, 'At most 720 minutes: twelve hours')),
  }),
  milestone: z.object({ stepId: z.uuid(), title }),
  instructor_response: z.object({ tone: z.enum(tones) }),
} as const;

export type ActivityType = (typeof activityTypes)[number];
export type Mood = (typeof moods)[number];
export type Tone = (typeof tones)[number];

/** What is wrong with each field of some data, in words for whoever fills it in; null when nothing is. */
export function problemsOf(
  kind: keyof typeof messageKinds,
  data: unknown,
): Readonly<Record<string, string>> | null {
  const result = z.safeParse(messageKinds[kind], data);
  if (result.success) return null;
  return Object.fromEntries(result.error.issues.map(({ path, message }) => [String(path[0]), message]));
}

declare module '@confab/react' {
  interface Register {
    confab: Confab<typeof messageKinds>;
  }
}
