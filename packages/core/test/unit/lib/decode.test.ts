import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  anything,
  bool,
  choice,
  fields,
  list,
  mapped,
  nullable,
  number,
  object,
  oneOf,
  optional,
  read,
  record,
  sharedText,
  tagged,
  text,
  type Decoded,
  type Decoder,
} from '../../../src/lib/decode';

function valueOf<T>(decoder: Decoder<T>, value: unknown): T {
  const result = read(decoder, value);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}
function reasonOf(decoder: Decoder<unknown>, value: unknown): string | null {
  const result = read(decoder, value);
  return result.ok ? null : result.reason;
}

describe('values', () => {
  const values = ['a', '', 1, 0, NaN, Infinity, true, false, null, undefined, {}, [], ['a']];
  it.each([
    ['text', text, ['a', '']],
    ['a number', number, [1, 0]],
    ['true or false', bool, [true, false]],
    ['an object', object, [{}]],
    ['one of several', oneOf<string | number>('a', 1), ['a', 1]],
    ['a list', list(text), [[], ['a']]],
    ['text or null', nullable(text), ['a', '', null]],
    ['text or nothing', optional(text), ['a', '', undefined]],
    ['anything', anything, values],
  ])(
    'E12 %s is itself, and anything else is refused',
    (_what, decoder: Decoder<unknown>, good: readonly unknown[]) => {
      for (const value of values) {
        const isGood = good.some((other) => Object.is(other, value) || same(other, value));
        if (isGood) expect(valueOf(decoder, value)).toEqual(value);
        else expect(reasonOf(decoder, value)).toMatch(/^the value: ./);
      }
    },
  );
  const same = (a: unknown, b: unknown) =>
    typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
});

describe('objects', () => {
  const point = fields({
    x_y: number,
    note: optional(text),
    inside: nullable(fields({ deep_er: list(bool) })),
  });

  it('E12 keeps the fields it knows, under their names', () => {
    const value = { x_y: 1, inside: { deep_er: [true], other: 1 }, more: 'later' };
    expect(valueOf(point, value)).toEqual({ x_y: 1, inside: { deep_er: [true] } });
    expectTypeOf<Decoded<typeof point>>().toEqualTypeOf<{
      x_y: number;
      note?: string | undefined;
      inside: { deep_er: boolean[] } | null;
    }>();
  });

  it('E12 what may be missing stays missing', () => {
    expect(Object.keys(valueOf(point, { x_y: 1, inside: null, note: undefined }))).toEqual(['x_y', 'inside']);
  });

  it('E12 a record has its names in camel case, and its data as it came', () => {
    const row = record({ id: text, last_read_seq: number, data: object });
    const data = { snake_case: { inner_key: 1 } };
    expect(valueOf(row, { id: 'a', last_read_seq: 2, data })).toEqual({ id: 'a', lastReadSeq: 2, data });
    expectTypeOf<Decoded<typeof row>>().toEqualTypeOf<{
      id: string;
      lastReadSeq: number;
      data: Record<string, unknown>;
    }>();
  });

  it('E12 says where it does not fit', () => {
    expect(reasonOf(list(point), [{ x_y: 1, inside: { deep_er: [true, 0] } }])).toMatch(
      /^0\.inside\.deep_er\.1: /,
    );
    expect(reasonOf(point, { x_y: 1 })).toMatch(/^inside: /);
  });

  it('E12 a key named like a prototype is no way in', () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"x_y":1,"inside":null}');
    expect(valueOf(point, value)).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  it('E12 what is made of a value is made of good ones only', () => {
    const shout = mapped(text, (value) => value.toUpperCase());
    expect(valueOf(list(shout), ['a'])).toEqual(['A']);
    expect(reasonOf(list(shout), ['a', 1])).toMatch(/^1: /);
  });
});

describe('unions', () => {
  const shape = tagged({ circle: { radius: number }, line: { from_to: list(number) } });

  it('E12 are told apart by their type', () => {
    expect(valueOf(shape, { type: 'circle', radius: 1, from_to: [] })).toEqual({ type: 'circle', radius: 1 });
    expect(valueOf(shape, { type: 'line', from_to: [1, 2] })).toEqual({ type: 'line', from_to: [1, 2] });
    expectTypeOf<Decoded<typeof shape>>().toEqualTypeOf<
      { type: 'circle'; radius: number } | { type: 'line'; from_to: number[] }
    >();
  });

  it.each([[null], [{}], [[]], [{ type: 'square' }], [{ type: 'toString' }], [{ type: ['circle'] }]])(
    'E12 refuses %j',
    (value) => {
      expect(reasonOf(shape, value)).toMatch(/^the value: /);
    },
  );

  it('E12 says what is wrong with the one it is', () => {
    expect(reasonOf(shape, { type: 'circle', radius: 'x' })).toMatch(/^radius: /);
    const either = choice<{ a: string }>((row) => ('a' in row ? fields({ a: text }) : undefined));
    expect(valueOf(either, { a: 'x', b: 1 })).toEqual({ a: 'x' });
    expect(reasonOf(either, { b: 1 })).toMatch(/^the value: /);
  });
});

describe('what comes again and again', () => {
  it('E13.6 is held once: texts such as ids, empty lists and empty objects', () => {
    const row = record({ user_id: sharedText, items: list(text), data: object });
    const rows = [1, 2].map(() => valueOf(row, { user_id: ['u', '1'].join(''), items: [], data: {} }));
    expect(rows[0]).toEqual({ userId: 'u1', items: [], data: {} });
    expect(rows[0]?.items).toBe(rows[1]?.items);
    expect(rows[0]?.data).toBe(rows[1]?.data);
    expect(() => sharedText(1)).toThrow();
    // However many there have been.
    const texts = Array.from({ length: 5_000 }, (_, i) => `${i}`);
    expect(texts.map((one) => sharedText(one))).toEqual(texts);
  });
});
