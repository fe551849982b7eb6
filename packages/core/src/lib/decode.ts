/** Reads a value of unknown origin; throws a {@link Mismatch} when it is not what it should be. */
export type Decoder<T> = (value: unknown) => T;

/** What a decoder reads. */
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

/** Says where a value differs from what was expected; its message is the reason. */
export class Mismatch extends Error {
  /** From the outermost to the innermost. */
  readonly path: string[] = [];
}

type Shape = Readonly<Record<string, Decoder<unknown>>>;
type OptionalKeys<S> = { [K in keyof S]: undefined extends Decoded<S[K]> ? K : never }[keyof S];
type Flat<T> = { [K in keyof T]: T[K] };

/** An object of this shape; what may be undefined may be missing. */
export type Fields<S> = Flat<
  { [K in Exclude<keyof S, OptionalKeys<S>>]: Decoded<S[K]> } & {
    [K in OptionalKeys<S>]?: Decoded<S[K]>;
  }
>;

type CamelCase<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;
type CamelCased<T> = { [K in keyof T as CamelCase<K>]: T[K] };

function primitive<T>(name: string, is: (value: unknown) => value is T): Decoder<T> {
  return (value) => {
    if (is(value)) return value;
    throw new Mismatch(`expected ${name}`);
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const text = primitive('text', (value) => typeof value === 'string');
export const number = primitive('a number', (value): value is number => Number.isFinite(value));
export const bool = primitive('true or false', (value) => typeof value === 'boolean');
export const object = primitive('an object', isObject);
export const anything: Decoder<unknown> = (value) => value;

export const nullable =
  <T>(decoder: Decoder<T>): Decoder<T | null> =>
  (value) =>
    value === null ? null : decoder(value);

export const optional =
  <T>(decoder: Decoder<T>): Decoder<T | undefined> =>
  (value) =>
    value === undefined ? undefined : decoder(value);

/** One of these texts. */
export function oneOf<const T extends string>(...options: readonly T[]): Decoder<T> {
  const known: readonly unknown[] = options;
  return primitive(`one of ${options.join(', ')}`, (value): value is T => known.includes(value));
}

export const list =
  <T>(item: Decoder<T>): Decoder<T[]> =>
  (value) => {
    if (!Array.isArray(value)) throw new Mismatch('expected a list');
    return value.map((element, index) => at(String(index), item, element));
  };

/** An object with these fields under their own names; others are left out. */
export function fields<S extends Shape>(shape: S): Decoder<Fields<S>> {
  return reader(shape, (key) => key);
}

/** An object with these fields under their names in camel case; what is inside them keeps its names. */
export function record<S extends Shape>(shape: S): Decoder<CamelCased<Fields<S>>> {
  return reader(shape, (key) => key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()));
}

/** One of several objects, told apart by the text at `key`. */
export function tagged<K extends string, C extends Readonly<Record<string, Shape>>>(
  key: K,
  cases: C,
): Decoder<{ [T in keyof C]: Flat<Record<K, T> & Fields<C[T]>> }[keyof C]> {
  const readers = new Map(
    Object.entries(cases).map(([tag, shape]) => [tag, fields({ [key]: text, ...shape })]),
  );
  return (value) => {
    const tag = at(key, oneOf(...readers.keys()), object(value)[key]);
    return readers.get(tag)?.(value) as ReturnType<ReturnType<typeof tagged<K, C>>>;
  };
}

/** The shape is what the type says, and every field was read by its decoder. */
function reader<T>(shape: Shape, rename: (key: string) => string): Decoder<T> {
  const entries = Object.entries(shape).map(([key, decoder]) => [key, rename(key), decoder] as const);
  return (value) => {
    const source = object(value);
    const result: Record<string, unknown> = {};
    for (const [key, name, decoder] of entries) {
      const read = at(key, decoder, source[key]);
      if (read !== undefined) result[name] = read;
    }
    return result as T;
  };
}

function at<T>(key: string, decoder: Decoder<T>, value: unknown): T {
  try {
    return decoder(value);
  } catch (error) {
    if (error instanceof Mismatch) error.path.unshift(key);
    throw error;
  }
}
