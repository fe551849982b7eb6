import type { StandardSchema } from './standard-schema';

// Every live event passes through here, so these are plain functions: no schema to interpret, and no object made twice.

/** Reads a value of unknown origin; throws what {@link read} makes a reason of. */
export type Decoder<T> = (value: unknown) => T;

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

/** What was refused, and where inside the value; nothing but {@link read} catches it. */
class Refusal extends Error {
  readonly path: string[] = [];
}

function refuse(expected: string): never {
  throw new Refusal(`expected ${expected}`);
}

/** Says where the refusal of an inner decoder happened. */
function under(key: string, thrown: unknown): unknown {
  if (thrown instanceof Refusal) thrown.path.unshift(key);
  return thrown;
}

export const nullable =
  <T>(decoder: Decoder<T>): Decoder<T | null> =>
  (value) =>
    value === null ? null : decoder(value);

/** Decoders of what may be missing. */
const optionals = new WeakSet<Decoder<unknown>>();

export function optional<T>(decoder: Decoder<T>): Decoder<T | undefined> {
  const reader: Decoder<T | undefined> = (value) => (value === undefined ? undefined : decoder(value));
  optionals.add(reader);
  return reader;
}

/** Most messages have no reactions, mentions or data: they share what is empty. */
const NO_ITEMS: never[] = [];
const NO_FIELDS: Record<string, unknown> = Object.freeze({});
Object.freeze(NO_ITEMS);

export const list =
  <T>(item: Decoder<T>): Decoder<T[]> =>
  (value) => {
    if (!Array.isArray(value)) refuse('a list');
    const elements: readonly unknown[] = value;
    if (elements.length === 0) return NO_ITEMS;
    let i = 0;
    try {
      const result: T[] = [];
      for (; i < elements.length; i++) result.push(item(elements[i]));
      return result;
    } catch (thrown) {
      throw under(String(i), thrown);
    }
  };

export const anything: Decoder<unknown> = (value) => value;

const leaf =
  <T>(is: (value: unknown) => value is T, what: string): Decoder<T> =>
  (value) =>
    is(value) ? value : refuse(what);

export const text = leaf((value) => typeof value === 'string', 'text');
export const number = leaf((value): value is number => Number.isFinite(value), 'a number');
export const bool = leaf((value) => typeof value === 'boolean', 'true or false');
const SHARED_TEXTS = 2_000;
const sharedTexts = new Map<string, string>();
/** Text that comes again and again, as the ids of people and conversations: held once, not with each row. */
export const sharedText: Decoder<string> = (value) => {
  const own = text(value);
  const known = sharedTexts.get(own);
  if (known !== undefined) return known;
  if (sharedTexts.size >= SHARED_TEXTS) sharedTexts.clear();
  // Names of properties are what engines hold once and compare by reference.
  const [shared = own] = Object.keys({ [own]: 0 });
  sharedTexts.set(shared, shared);
  return shared;
};
/** An object as it came, with everything in it. */
export const object: Decoder<Record<string, unknown>> = (value) => {
  if (!isObject(value)) refuse('an object');
  return Object.keys(value).length === 0 ? NO_FIELDS : value;
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One of these values. */
export const oneOf = <const T extends string | number>(...options: readonly T[]): Decoder<T> =>
  leaf((value): value is T => options.some((option) => option === value), options.join(' or '));

/** Whatever decoder the value calls for. */
export const choice =
  <T>(choose: (value: Record<string, unknown>) => Decoder<T> | undefined): Decoder<T> =>
  (value) => {
    const decoder = isObject(value) ? choose(value) : undefined;
    return decoder ? decoder(value) : refuse('something else');
  };

/** An object with these fields under their own names; others are left out. */
export const fields = <S extends Shape>(shape: S): Decoder<Fields<S>> => shaped(shape, (key) => key);

/**
 * An object with these fields under their names in camel case; what is inside them keeps its names. Reads what it has made
 * once more: records come back from storage as they went.
 */
export const record = <S extends Shape>(shape: S): Decoder<CamelCased<Fields<S>>> => shaped(shape, camelCase);

function camelCase(key: string): string {
  return key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** An object by the names of its fields on the wire. */
type Row = Readonly<Record<string, unknown>>;

/**
 * Like {@link record}, for what comes by the thousand: made as one literal of fields that are read by their names, it costs
 * a fifth. `told`: a field that has another name in camel case.
 */
export const built =
  <T>(told: string, make: (row: Row) => T): Decoder<T> =>
  (value) => {
    if (!isObject(value)) refuse('an object');
    try {
      if (value[told] !== undefined) return make(value);
    } catch {
      // Read again, more slowly, to say where it is wrong.
    }
    let at = '';
    const get = (row: Row, key: string) => {
      at = key;
      return row[key] === undefined ? row[camelCase(key)] : row[key];
    };
    try {
      return make(new Proxy(value, { get }));
    } catch (thrown) {
      throw under(at, thrown);
    }
  };

/** The shape is what the type says, and every field was read by its decoder. */
function shaped<T>(shape: Shape, rename: (key: string) => string): Decoder<T> {
  const entries = Object.entries(shape).map(([key, decoder]) => ({ key, name: rename(key), decoder }));
  const always = entries.filter(({ decoder }) => !optionals.has(decoder));
  // Adding twenty fields one by one makes an object a hash table, thrice as large and slower to read. A copy of one that
  // was parsed has room for all its fields from the start; where there are few of them copying costs more.
  const isLarge = always.length > 12;
  const empty = JSON.parse(
    JSON.stringify(Object.fromEntries(always.map(({ name }) => [name, null]))),
  ) as object;
  return (value) => {
    if (!isObject(value)) refuse('an object');
    const result: Record<string, unknown> = isLarge ? { ...empty } : {};
    let at = '';
    try {
      for (const { key, name, decoder } of entries) {
        at = key;
        const own = value[key];
        const field = decoder(own === undefined ? value[name] : own);
        // Most are null, as they were made: asking costs less than writing.
        if (field !== undefined && field !== result[name]) result[name] = field;
      }
    } catch (thrown) {
      throw under(at, thrown);
    }
    return result as T;
  };
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
export const mapped =
  <A, B>(decoder: Decoder<A>, make: (value: A) => B): Decoder<B> =>
  (value) =>
    make(decoder(value));

type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** What comes of a value, or the reason why nothing does. */
export function read<T>(decoder: Decoder<T>, value: unknown): Reading<T> {
  try {
    return { ok: true, value: decoder(value) };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return { ok: false, reason: `${thrown.path.join('.') || 'the value'}: ${thrown.message}` };
  }
}

/** The same by a schema of an app. One that answers later cannot be waited for. */
export function readBy<T>(schema: StandardSchema<unknown, T>, value: unknown): Reading<T> {
  const result = schema['~standard'].validate(value);
  // Some libraries give what they have read beside what is wrong with it.
  const issues = 'issues' in result ? result.issues : undefined;
  if ('value' in result && !issues) return { ok: true, value: result.value };
  const issue = issues?.[0];
  const path = issue?.path?.map((part) => (typeof part === 'object' ? part.key : part)).map(String);
  return { ok: false, reason: `${path?.join('.') || 'the value'}: ${issue?.message ?? 'invalid'}` };
}
