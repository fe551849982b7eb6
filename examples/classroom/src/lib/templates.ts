import * as z from 'zod/mini';
import { createKept } from './kept';
import { tones } from './kinds';

const template = z.object({ id: z.string(), name: z.string(), text: z.string(), tone: z.enum(tones) });
export type Template = z.infer<typeof template>;

const firstOnes: readonly Template[] = [
  { id: 'well-done', name: 'Well done', text: 'Well done, {name}! Keep this up.', tone: 'praise' },
  {
    id: 'one-step',
    name: 'One step smaller',
    text: 'Take one step that is half as big, and tell me tomorrow how it went.',
    tone: 'suggestion',
  },
  {
    id: 'tell-more',
    name: 'Tell me more',
    text: '{name}, what was the hardest part of this?',
    tone: 'question',
  },
];

/** The instructor's quick responses, as edited on this device. */
export const templates = createKept('classroom-templates', z.array(template), [...firstOnes]);

/** A template with what it names filled in. */
export function fillIn(text: string, studentName: string): string {
  return text.replaceAll('{name}', studentName.split(' ')[0] ?? studentName);
}
