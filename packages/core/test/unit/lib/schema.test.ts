import { describe, expect, it } from 'vitest';
import * as zod from 'zod';
import * as z from 'zod/mini';
import { validate, type Schema } from '../../../src/lib/schema';

/** What a schema of another library may look like. */
const schema = (answer: ReturnType<Schema['~standard']['validate']>): Schema => ({
  '~standard': { version: 1, vendor: 'test', validate: () => answer },
});

describe('schemas of other libraries', () => {
  it.each([
    ['zod/mini', z.object({ mood: z.string() })],
    ['zod', zod.object({ mood: zod.string() })],
  ])('E12 those of %s decide and say why', (_name, moods) => {
    expect(validate(moods, { mood: 'good', more: 1 })).toEqual({ ok: true, value: { mood: 'good' } });
    expect(validate(moods, { mood: 1 })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^mood /),
    });
  });

  it('E12 paths may be made of keys or of segments, and reasons may be missing', () => {
    const path = ['a', { key: 'b' }, 0];
    expect(validate(schema({ issues: [{ message: 'is odd', path }] }), 1)).toEqual({
      ok: false,
      reason: 'a.b.0 is odd',
    });
    expect(validate(schema({ issues: [{ message: 'is odd' }] }), 1)).toEqual({ ok: false, reason: 'is odd' });
    expect(validate(schema({ issues: [] }), 1)).toEqual({ ok: false, reason: 'invalid' });
  });

  it('E12 one that answers later does not fit', () => {
    expect(validate(schema(Promise.resolve({ value: 1 })), 1)).toMatchObject({ ok: false });
  });
});
