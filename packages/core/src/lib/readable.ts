/** A value that changes over time: the shape `useSyncExternalStore` wants. */
export interface Readable<T> {
  /** The current value. The same reference until the value really changes. */
  readonly get: () => T;
  /** Calls `listener` after every change; returns the function that stops it. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A {@link Readable} whose owner sets the value. */
export interface Writable<T> extends Readable<T> {
  readonly set: (value: T) => void;
  readonly update: (change: (value: T) => T) => void;
}

/**
 * Grows with every change of a {@link track}ed readable. What is derived from such ones alone looks at its inputs once
 * per change of anything, however many views share them, instead of once per reader and path.
 */
let changes = 0;
const tracked = new WeakSet<Readable<unknown>>();

/** Its owner calls {@link touch} with each change, before anybody reads it. */
export function track<R extends Readable<unknown>>(readable: R): R {
  tracked.add(readable);
  return readable;
}

/** A tracked readable has another value now. */
export function touch(): void {
  changes++;
}

/** Those who want to hear; the same function may be there twice. */
export interface Listeners {
  /** Returns the function that takes it out again. */
  readonly add: (listener: () => void) => () => void;
  readonly call: () => void;
  readonly size: () => number;
}

export function createListeners(): Listeners {
  // Replaced, not changed: a call goes through those that were there when it began, without a copy of its own.
  let subscriptions: readonly { listener: (() => void) | null }[] = [];
  return {
    add(listener) {
      const subscription: { listener: (() => void) | null } = { listener };
      subscriptions = [...subscriptions, subscription];
      return () => {
        subscription.listener = null;
        subscriptions = subscriptions.filter((other) => other !== subscription);
      };
    },
    call() {
      // One of the others may have ended it meanwhile.
      for (const { listener } of subscriptions) if (listener) notify(listener);
    },
    size: () => subscriptions.length,
  };
}

export function createWritable<T>(initial: T): Writable<T> {
  let value = initial;
  const listeners = createListeners();
  const set = (next: T) => {
    if (Object.is(next, value)) return;
    value = next;
    touch();
    listeners.call();
  };
  return track({
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: listeners.add,
  });
}

/**
 * Calls a listener. What it throws is reported to the platform and nobody else: neither the other listeners nor whoever
 * made the change can do anything about it, and half a change would be worse.
 */
function notify(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

type Values<I extends readonly Readable<unknown>[]> = {
  [K in keyof I]: I[K] extends Readable<infer T> ? T : never;
};

/** What derived readables are computed from in the end: watching one listens there, not to each step in between. */
const sourcesOf = new WeakMap<Readable<unknown>, readonly Readable<unknown>[]>();

/**
 * A readable computed from others. It is recomputed when read after an input changed, never otherwise, so the result
 * keeps its reference while the inputs keep theirs. `isEqual` keeps the old reference where a new result says the same.
 *
 * Subscribing may change an input (it starts a load, joins a room). That is no change to report: read after subscribing.
 */
export function derive<const I extends readonly Readable<unknown>[], T>(
  inputs: I,
  compute: (...values: Values<I>) => T,
  isEqual: (a: T, b: T) => boolean = Object.is,
): Readable<T> {
  const isTracked = inputs.every((input) => tracked.has(input));
  const sources = [...new Set(inputs.flatMap((input) => sourcesOf.get(input) ?? [input]))];
  /** What the inputs were. */
  const values: unknown[] = [];
  let last: { readonly result: T } | undefined;
  let checkedAt = -1;
  const get = (): T => {
    if (last && checkedAt === changes && isTracked) return last.result;
    const at = changes;
    let known = last;
    for (let i = 0; i < inputs.length; i++) {
      const value = inputs[i]?.get();
      if (Object.is(value, values[i])) continue;
      values[i] = value;
      known = undefined;
    }
    if (!known) {
      const before = last;
      // Until there is a result none fits the values: computing may throw.
      last = undefined;
      const result = compute(...(values as Values<I>));
      known = before && isEqual(before.result, result) ? before : { result };
    }
    last = known;
    checkedAt = at;
    return known.result;
  };
  const listeners = createListeners();
  let stops: (() => void)[] = [];
  let seen: { readonly result: T } | undefined;
  const check = () => {
    if (!seen) return;
    const now = get();
    if (Object.is(now, seen.result)) return;
    seen = { result: now };
    listeners.call();
  };
  const derived: Readable<T> = {
    get,
    subscribe(listener) {
      const remove = listeners.add(listener);
      if (listeners.size() === 1) {
        stops = sources.map((source) => source.subscribe(check));
        seen = { result: get() };
      }
      return () => {
        remove();
        if (listeners.size() > 0) return;
        seen = undefined;
        for (const stop of stops.splice(0)) stop();
      };
    },
  };
  sourcesOf.set(derived, sources);
  return isTracked ? track(derived) : derived;
}

/** A readable with what else can be done with it. What is derived from either is derived from the same. */
export function extended<T, M extends object>(readable: Readable<T>, more: M): Readable<T> & M {
  const made = { ...readable, ...more };
  sourcesOf.set(made, sourcesOf.get(readable) ?? [readable]);
  return tracked.has(readable) ? track(made) : made;
}
