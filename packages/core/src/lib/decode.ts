import * as z from 'zod/mini';

// All of it is built on zod's `transform`, the smallest of its schemas: names change their case on the way, and the ready
// made ones would double what decoding costs in the bundle. Schemas of apps, of whatever zod has, are read by the same.

/** Reads a value of unknown origin. */
export type Decoder<T> = z.ZodMiniType<T>;

/** What a decoder reads. */
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

type Shape = Readonly<Record<string, Decoder<unknown>>>;
type OptionalKeys<S> = { [K in keyof S]: undefined extends Decoded<S[K]> ? K : never }[keyof S];
type Flat<T> = { [K in keyof T]: T[K] };
/** An object of this shape; what may be undefined may be missing. */
type Fields<S> = Flat<
  { [K in Exclude<keyof S, OptionalKeys<S>>]: Decoded<S[K]> } & { [K in OptionalKeys<S>]?: Decoded<S[K]> }
>;
type CamelCase<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;
type CamelCased<T> = { [K in keyof T as CamelCase<K>]: T[K] };

type Context = Parameters<Parameters<typeof z.transform>[0]>[1];

function refuse(input: unknown, { issues }: Context, message: string): never {
  issues.push({ code: 'custom', input, message });
  return z.NEVER;
}

/** Reads with another decoder; what it refuses is refused under `key`. */
function inner<T>(decoder: Decoder<T>, value: unknown, { issues }: Context, key?: string): T {
  const result = z.safeParse(decoder, value);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues)
    issues.push({ code: 'custom', input: value, message, path: key === undefined ? path : [key, ...path] });
  return z.NEVER;
}

export const nullable = <T>(decoder: Decoder<T>): Decoder<T | null> =>
  z.transform((value: unknown, context) => (value === null ? null : inner(decoder, value, context)));

export const optional = <T>(decoder: Decoder<T>): Decoder<T | undefined> =>
  z.transform((value: unknown, context) =>
    value === undefined ? undefined : inner(decoder, value, context),
  );

export const list = <T>(item: Decoder<T>): Decoder<T[]> =>
  z.transform((value: unknown, context) =>
    Array.isArray(value)
      ? value.map((element: unknown, i) => inner(item, element, context, String(i)))
      : refuse(value, context, 'expected a list'),
  );

export const anything: Decoder<unknown> = z.transform((value: unknown) => value);

const leaf = <T>(is: (value: unknown) => value is T, what: string): Decoder<T> =>
  z.transform((value: unknown, context) => (is(value) ? value : refuse(value, context, `expected ${what}`)));

export const text = leaf((value) => typeof value === 'string', 'text');
export const number = leaf((value): value is number => Number.isFinite(value), 'a number');
export const bool = leaf((value) => typeof value === 'boolean', 'true or false');
/** An object as it came, with everything in it. */
export const object = leaf(isObject, 'an object');

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One of these values. */
export const oneOf = <const T extends string | number>(...options: readonly T[]): Decoder<T> =>
  leaf((value): value is T => options.some((option) => option === value), options.join(' or '));

/** Whatever decoder the value calls for. */
export const choice = <T>(choose: (value: Record<string, unknown>) => Decoder<T> | undefined): Decoder<T> =>
  z.transform((value: unknown, context) => {
    const decoder = isObject(value) ? choose(value) : undefined;
    return decoder ? inner(decoder, value, context) : refuse(value, context, 'expected something else');
  });

/** An object with these fields under their own names; others are left out. */
export const fields = <S extends Shape>(shape: S): Decoder<Fields<S>> => shaped(shape, (key) => key);

/** An object with these fields under their names in camel case; what is inside them keeps its names. */
export const record = <S extends Shape>(shape: S): Decoder<CamelCased<Fields<S>>> =>
  shaped(shape, (key) => key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()));

/** The shape is what the type says, and every field was read by its decoder. */
function shaped<T>(shape: Shape, rename: (key: string) => string): Decoder<T> {
  const entries = Object.entries(shape).map(([key, decoder]) => [key, rename(key), decoder] as const);
  return z.transform((value: unknown, context) => {
    if (!isObject(value)) return refuse(value, context, 'expected an object');
    const result: Record<string, unknown> = {};
    for (const [key, name, decoder] of entries) {
      const field = inner(decoder, value[key], context, key);
      if (field !== undefined) result[name] = field;
    }
    return result as T;
  });
}

/** One of several objects, told apart by the text at `type`. */
export function tagged<C extends Readonly<Record<string, Shape>>>(
  cases: C,
): Decoder<{ [T in keyof C]: Flat<{ type: T } & Fields<C[T]>> }[keyof C]> {
  type Case = { [T in keyof C]: Flat<{ type: T } & Fields<C[T]>> }[keyof C];
  const decoders = new Map<unknown, Decoder<Case>>(
    Object.entries(cases).map(([type, shape]) => [type, shaped({ type: text, ...shape }, (key) => key)]),
  );
  return choice(({ type }) => decoders.get(type));
}

/** What `make` makes of what was read. */
export const mapped = <A, B>(decoder: Decoder<A>, make: (value: A) => B): Decoder<B> =>
  z.transform((value: unknown, context) => {
    const read = inner(decoder, value, context);
    return context.issues.length > 0 ? z.NEVER : make(read);
  });

/** What comes of a value, or the reason why nothing does. */
export function read<T>(
  decoder: z.core.$ZodType<T>,
  value: unknown,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string } {
  const result = z.safeParse(decoder, value);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  return {
    ok: false,
    reason: `${issue?.path.join('.') || 'the value'}: ${issue?.message ?? 'invalid'}`,
  };
}
