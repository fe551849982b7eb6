import { trimMessage, type MessageInput } from '@confab/core';
import * as z from 'zod/mini';
import { activityTypes, moods, problemsOf, tones, type messageKinds } from './kinds';

export type Tab = 'daily_note' | 'activity' | 'milestone' | 'instructor_response' | 'text';

/** What the forms hold; kept as the draft of the conversation. */
export const fieldsSchema = z.object({
  tab: z.enum(['daily_note', 'activity', 'milestone', 'instructor_response', 'text']),
  text: z.string(),
  mood: z.enum(moods),
  blockers: z.string(),
  title: z.string(),
  type: z.enum(activityTypes),
  minutes: z.string(),
  stepId: z.string(),
  tone: z.enum(tones),
});
export type Fields = z.infer<typeof fieldsSchema>;

export const emptyFields = (tab: Tab): Fields => ({
  tab,
  text: '',
  mood: 'good',
  blockers: '',
  title: '',
  type: 'practice',
  minutes: '',
  stepId: '',
  tone: 'praise',
});

export const isEmpty = ({ text, title, minutes, blockers, stepId }: Fields): boolean =>
  [text, title, minutes, blockers, stepId].every((value) => value.trim() === '');

type Input = MessageInput<typeof messageKinds>;
export type Problems = Readonly<Record<string, string>>;

export interface Step {
  readonly id: string;
  readonly title: string;
}

/** What to send, or what is wrong with which field. */
export function toInput(fields: Fields, steps: readonly Step[]): { input: Input } | { problems: Problems } {
  const { tab, text, mood, blockers, title, type, minutes, stepId, tone } = fields;
  const content = trimMessage(text);
  const needsText = tab === 'daily_note' || tab === 'instructor_response' || tab === 'text';
  const missing = needsText && content === '' ? { text: 'Write something first' } : null;
  const words = content === '' ? {} : { content };
  switch (tab) {
    case 'text':
      return missing ? { problems: missing } : { input: { kind: tab, content } };
    case 'daily_note': {
      const data = { mood, ...(blockers.trim() !== '' && { blockers: blockers.trim() }) };
      const problems = problemsOf(tab, data);
      return problems || missing
        ? { problems: { ...problems, ...missing } }
        : { input: { kind: tab, data, ...words } };
    }
    case 'activity': {
      const data = { title: title.trim(), type, minutes: minutes.trim() === '' ? 0 : Number(minutes) };
      const problems = problemsOf(tab, data);
      return problems ? { problems } : { input: { kind: tab, data, ...words } };
    }
    case 'milestone': {
      const step = steps.find(({ id }) => id === stepId);
      if (!step) return { problems: { stepId: 'Choose a milestone' } };
      const data = { stepId: step.id, title: step.title };
      const problems = problemsOf(tab, data);
      return problems ? { problems } : { input: { kind: tab, data, ...words } };
    }
    case 'instructor_response':
      return missing ? { problems: missing } : { input: { kind: tab, data: { tone }, ...words } };
  }
}
