import type { SeededRandom } from '../../../src/testing/seeded-random';

/** Where something is inside a value. */
type Path = readonly (string | number)[];

function* pathsOf(value: unknown, path: Path = []): Iterable<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    yield* pathsOf(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

const LARGE = 'x'.repeat(300_000);

/** What has no business where it is put: of another type, too large, or made to confuse. */
const intruders: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => true,
  () => 0,
  () => -1,
  () => 1.5,
  () => NaN,
  () => Infinity,
  () => -0,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => '',
  () => 'null',
  () => '__proto__',
  () => '\ud83d',
  () => '\u0000\u202e\ufeff',
  () => LARGE,
  () => [],
  () => [null],
  () => ({}),
  () => ({ length: 3, 0: 'a' }),
  () =>
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as unknown,
  () => Object.create(null) as unknown,
  () => nested(5_000),
  () => Array.from({ length: 20_000 }, (_, i) => i),
  () => () => 'a function',
  () => Symbol('a symbol'),
  () => 12n,
  () => new Date(NaN),
  () => new Map([['id', 'x']]),
];

/** A copy that differs from the value in one place; says where and how. */
export function mutate(
  value: unknown,
  random: SeededRandom,
): { readonly value: unknown; readonly what: string } {
  const copy = structuredClone(value);
  const path = random.pick([...pathsOf(copy)]);
  const key = path.at(-1);
  const intruder = random.int(intruders.length);
  const made = intruders[intruder]?.();
  const what = `${path.join('.') || 'the value'} by intruder ${intruder}`;
  if (key === undefined) return { value: made, what };
  const parent = path.slice(0, -1).reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), copy);
  const target = Object(parent) as object;
  const dice = random.next();
  if (dice < 0.15) {
    Reflect.deleteProperty(target, key);
    return { value: copy, what: `${path.join('.')} removed` };
  }
  if (dice < 0.25 && typeof key === 'string') {
    Object.defineProperty(target, '__proto__', { value: made, enumerable: true, configurable: true });
    return { value: copy, what: `__proto__ beside ${what}` };
  }
  Reflect.set(target, key, made);
  return { value: copy, what };
}
