import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  anything,
  bool,
  fields,
  list,
  Mismatch,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  tagged,
  text,
  type Decoded,
} from '../../../src/lib/decode';

function mismatch(act: () => unknown): Mismatch {
  try {
    act();
  } catch (error) {
    if (error instanceof Mismatch) return error;
    throw error;
  }
  throw new Error('it fitted');
}

describe('values', () => {
  const values: readonly unknown[] = [
    'a',
    '',
    1,
    0,
    NaN,
    Infinity,
    true,
    false,
    null,
    undefined,
    {},
    [],
    () => 1,
  ];
  it.each([
    ['text', text, ['a', '']],
    ['a number', number, [1, 0]],
    ['true or false', bool, [true, false]],
    ['an object', object, [{}]],
    ['one of several', oneOf('a', 'b'), ['a']],
    ['a list', list(text), [[]]],
    ['text or null', nullable(text), ['a', '', null]],
    ['text or nothing', optional(text), ['a', '', undefined]],
  ] as const)('E12 %s is itself, and anything else is refused', (_what, decoder, good) => {
    for (const value of values) {
      if (
        good.some((other) => JSON.stringify(other) === JSON.stringify(value) && typeof other === typeof value)
      )
        expect(decoder(value)).toEqual(value);
      else expect(mismatch(() => decoder(value)).message).toMatch(/^expected /);
    }
  });

  it('E12 anything is anything', () => {
    for (const value of values) expect(anything(value)).toBe(value);
  });
});

describe('objects', () => {
  const point = fields({
    x_y: number,
    note: optional(text),
    inside: nullable(fields({ deep_er: list(bool) })),
  });

  it('E12 keeps the fields it knows, under their names', () => {
    const value = { x_y: 1, inside: { deep_er: [true], other: 1 }, more: 'later' };
    expect(point(value)).toEqual({ x_y: 1, inside: { deep_er: [true] } });
    expectTypeOf<Decoded<typeof point>>().toEqualTypeOf<{
      x_y: number;
      note?: string | undefined;
      inside: { deep_er: boolean[] } | null;
    }>();
  });

  it('E12 what may be missing stays missing', () => {
    expect(Object.keys(point({ x_y: 1, inside: null, note: undefined }))).toEqual(['x_y', 'inside']);
  });

  it('E12 a record has its names in camel case, and its data as it came', () => {
    const row = record({ id: text, last_read_seq: number, data: object });
    const data = { snake_case: { inner_key: 1 } };
    expect(row({ id: 'a', last_read_seq: 2, data })).toEqual({ id: 'a', lastReadSeq: 2, data });
    expectTypeOf<Decoded<typeof row>>().toEqualTypeOf<{
      id: string;
      lastReadSeq: number;
      data: Record<string, unknown>;
    }>();
  });

  it('E12 says where it does not fit', () => {
    const error = mismatch(() => list(point)([{ x_y: 1, inside: { deep_er: [true, 0] } }]));
    expect(error.path).toEqual(['0', 'inside', 'deep_er', '1']);
    expect(error.message).toBe('expected true or false');
  });

  it('E12 a key named like a prototype is no way in', () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"x_y":1,"inside":null}');
    expect(point(value)).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  it('E12 errors of decoders that are no mismatch pass', () => {
    const broken = fields({
      a: () => {
        throw new RangeError('mine');
      },
    });
    expect(() => broken({ a: 1 })).toThrow(RangeError);
  });
});

describe('unions', () => {
  const shape = tagged('type', { circle: { radius: number }, line: { from_to: list(number) } });

  it('E12 are told apart by one key', () => {
    expect(shape({ type: 'circle', radius: 1, from_to: [] })).toEqual({ type: 'circle', radius: 1 });
    expect(shape({ type: 'line', from_to: [1, 2] })).toEqual({ type: 'line', from_to: [1, 2] });
    expectTypeOf<Decoded<typeof shape>>().toEqualTypeOf<
      { type: 'circle'; radius: number } | { type: 'line'; from_to: number[] }
    >();
  });

  it.each([
    [null],
    [{}],
    [{ type: 'square' }],
    [{ type: 'toString' }],
    [{ type: 'circle' }],
    [{ type: ['circle'] }],
  ])('E12 refuses %j', (value) => {
    expect(mismatch(() => shape(value))).toBeInstanceOf(Mismatch);
  });
});
