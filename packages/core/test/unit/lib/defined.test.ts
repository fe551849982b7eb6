import { expect, expectTypeOf, it } from 'vitest';
import { defined, snakeCased } from '../../../src/lib/defined';

it('E12 leaves out what has no value, and nothing else', () => {
  const values: { a: number | undefined; b: string | null; c: boolean } = { a: undefined, b: null, c: false };
  expect(Object.keys(defined(values))).toEqual(['b', 'c']);
  expectTypeOf(defined(values)).toExtend<{ a?: number; b: string | null; c: boolean }>();
});

it('E12 names go in snake case, what is inside keeps its names', () => {
  const values = {
    isPinned: true,
    mutedUntil: undefined,
    slowModeSeconds: 0,
    data: { ownKey: 1 },
    title: null,
  };
  expect(snakeCased(values)).toEqual({
    is_pinned: true,
    slow_mode_seconds: 0,
    data: { ownKey: 1 },
    title: null,
  });
});
