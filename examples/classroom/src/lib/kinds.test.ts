import type { MessageInput } from '@confab/core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { emptyFields, toInput } from './entry-fields';
import { problemsOf, type messageKinds, type ActivityType, type Mood, type Tone } from './kinds';
import type { Message } from './types';

describe('kinds', () => {
  it('E12 comparing kind narrows data', () => {
    const read = (message: Message) => {
      if (message.kind === 'daily_note')
        expectTypeOf(message.data).toEqualTypeOf<{ mood: Mood; blockers?: string | undefined }>();
      if (message.kind === 'activity')
        expectTypeOf(message.data).toEqualTypeOf<{ title: string; type: ActivityType; minutes: number }>();
      if (message.kind === 'milestone')
        expectTypeOf(message.data).toEqualTypeOf<{ stepId: string; title: string }>();
      if (message.kind === 'instructor_response') expectTypeOf(message.data).toEqualTypeOf<{ tone: Tone }>();
    };
    expectTypeOf(read).toBeFunction();
  });

  it('E12 only data that fits its kind may be sent', () => {
    type Input = MessageInput<typeof messageKinds>;
    expectTypeOf<{ kind: 'instructor_response'; data: { tone: 'praise' } }>().toExtend<Input>();
    expectTypeOf<{ kind: 'instructor_response'; data: { tone: 'angry' } }>().not.toExtend<Input>();
    expectTypeOf<{ kind: 'activity'; data: { minutes: 5 } }>().not.toExtend<Input>();
    expectTypeOf<{ kind: 'grade'; data: object }>().not.toExtend<Input>();
  });

  it('E12 says what is wrong with which field', () => {
    expect(problemsOf('activity', { title: ' ', type: 'reading', minutes: 1.5 })).toEqual({
      title: 'Give it a name',
      minutes: 'Whole minutes',
    });
    expect(problemsOf('activity', { title: 'Scales', type: 'reading', minutes: 30 })).toBeNull();
  });

  it('E12 a form becomes what its kind needs, or says what is missing', () => {
    const steps = [{ id: '0190a000-0000-7000-8000-000000000001', title: 'First' }];
    expect(toInput(emptyFields('daily_note'), steps)).toEqual({
      problems: { text: 'Write something first' },
    });
    expect(toInput(emptyFields('milestone'), steps)).toEqual({ problems: { stepId: 'Choose a milestone' } });
    expect(toInput({ ...emptyFields('milestone'), stepId: steps[0]?.id ?? '' }, steps)).toEqual({
      input: { kind: 'milestone', data: { stepId: steps[0]?.id, title: 'First' } },
    });
    const noted = { ...emptyFields('daily_note'), text: ' Fine ', blockers: ' ' };
    expect(toInput(noted, steps)).toEqual({
      input: { kind: 'daily_note', data: { mood: 'good' }, content: ' Fine' },
    });
  });
});
