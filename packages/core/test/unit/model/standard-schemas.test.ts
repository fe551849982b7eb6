import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { kindAndData } from '../../../src/cache/message-changes';
import { readBy } from '../../../src/lib/decode';
import type { InputOf, OutputOf } from '../../../src/lib/standard-schema';
import type { MessageKinds } from '../../../src/model/kinds';

const schemas = {
  zod: z.object({ mood: z.string() }),
  mini: mini.object({ mood: mini.string() }),
  valibot: v.object({ mood: v.string() }),
  arktype: type({ mood: 'string' }),
} satisfies MessageKinds;

describe('an app’s kinds', () => {
  it.each(Object.entries(schemas))('E12.1 may be declared with %s', (name, schema) => {
    expect(readBy(schema, { mood: 'good' })).toEqual({ ok: true, value: { mood: 'good' } });
    expect(readBy(schema, { mood: 7 })).toMatchObject({ ok: false, reason: expect.stringContaining('mood') });
    expect(kindAndData(schemas, name, { mood: 'good' })).toEqual({ kind: name, data: { mood: 'good' } });
    expect(kindAndData(schemas, name, { mood: 7 })).toMatchObject({ kind: 'unreadable' });
  });

  it('E12.1 have the types of their schemas', () => {
    expectTypeOf<OutputOf<(typeof schemas)['valibot']>>().toEqualTypeOf<{ mood: string }>();
    expectTypeOf<OutputOf<(typeof schemas)['arktype']>>().toEqualTypeOf<{ mood: string }>();
    expectTypeOf<OutputOf<(typeof schemas)['mini']>>().toEqualTypeOf<{ mood: string }>();
    expectTypeOf<InputOf<(typeof schemas)['zod']>>().toEqualTypeOf<{ mood: string }>();
  });
});
