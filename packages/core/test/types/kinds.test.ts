import { expect, expectTypeOf, it } from 'vitest';
import * as zod from 'zod';
import * as z from 'zod/mini';
import { createMessageOverlay } from '../../src/cache/message-overlay';
import type { Confab, Message, MessageInput } from '../../src';
import { message } from '../unit/support/rows';
import type { MessageRecord } from '../../src/model/records';

const kinds = {
  daily_note: z.object({ mood: z.enum(['good', 'bad']) }),
  milestone: z.object({ done: z.boolean() }),
};
type Kinds = typeof kinds;

const record = (kind: string, data: Record<string, unknown>): MessageRecord =>
  message(1, { senderId: null, kind, content: null, data });
const overlay = createMessageOverlay({ kinds, currentUserId: null, profile: () => null });

it('E12 comparing the kind narrows the data', () => {
  const read = (message: Message<Kinds>) => {
    if (message.kind === 'daily_note') {
      expectTypeOf(message.data).toEqualTypeOf<{ mood: 'good' | 'bad' }>();
      return message.data.mood;
    }
    if (message.kind === 'milestone') expectTypeOf(message.data).toEqualTypeOf<{ done: boolean }>();
    if (message.kind === 'text')
      expectTypeOf(message.data).toEqualTypeOf<Readonly<Record<string, unknown>>>();
    return null;
  };
  expect(read(overlay.message(record('daily_note', { mood: 'good' })))).toBe('good');
});

it('E12 data that does not fit its schema is unreadable, with everything it came with', () => {
  const shown = overlay.message(record('daily_note', { mood: 'odd' }));
  expect(shown).toMatchObject({ kind: 'unreadable', data: { kind: 'daily_note', data: { mood: 'odd' } } });
});

it('E12 a kind nobody declared stays unknown', () => {
  const shown = overlay.message(record('poll', { options: 2 }));
  expect(shown).toMatchObject({ kind: 'poll', data: { options: 2 } });
});

it('E12 what is sent must fit too', () => {
  expectTypeOf<{ kind: 'daily_note'; data: { mood: 'good' } }>().toExtend<MessageInput<Kinds>>();
  expectTypeOf<{ kind: 'daily_note'; data: { mood: 'odd' } }>().not.toExtend<MessageInput<Kinds>>();
  expectTypeOf<{ kind: 'unheard_of'; data: object }>().not.toExtend<MessageInput<Kinds>>();
  expectTypeOf<{ content: string }>().toExtend<MessageInput<Kinds>>();
  expectTypeOf<Confab<Kinds>['messages']['send']>().parameter(1).toEqualTypeOf<MessageInput<Kinds>>();
});

it('E12 schemas of zod proper do as well', () => {
  const full = { daily_note: zod.object({ mood: zod.enum(['good', 'bad']) }) };
  const shown = createMessageOverlay({ kinds: full, currentUserId: null, profile: () => null }).message(
    record('daily_note', { mood: 'bad' }),
  );
  expect(shown.kind === 'daily_note' ? shown.data.mood : null).toBe('bad');
});
