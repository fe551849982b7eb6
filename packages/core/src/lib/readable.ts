/** A value that changes over time: the shape `useSyncExternalStore` wants. */
export interface Readable<T> {
  /** The current value. The same reference until the value really changes. */
  get(): T;
  /** Calls `listener` after every change; returns the function that stops it. */
  subscribe(listener: () => void): () => void;
}

/** A {@link Readable} whose owner sets the value. */
export interface Writable<T> extends Readable<T> {
  set(value: T): void;
  update(change: (value: T) => T): void;
}

export function createWritable<T>(initial: T): Writable<T> {
  let value = initial;
  const subscriptions = new Set<{ readonly listener: () => void }>();
  const set = (next: T) => {
    if (Object.is(next, value)) return;
    value = next;
    for (const subscription of [...subscriptions]) {
      // One of the others may have ended it meanwhile.
      if (subscriptions.has(subscription)) notify(subscription.listener);
    }
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(listener) {
      // An object of its own per subscription: the same function may be given twice.
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
  };
}

/**
 * Calls a listener. What it throws is reported to the platform and nobody else: neither the other listeners nor whoever
 * made the change can do anything about it, and half a change would be worse.
 */
export function notify(listener: () => void): void {
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
  let last: { values: unknown[]; result: T } | undefined;
  const get = (): T => {
    const values = inputs.map((input) => input.get());
    if (last && values.every((value, i) => Object.is(value, last?.values[i]))) return last.result;
    const result = compute(...(values as Values<I>));
    last = { values, result: last && isEqual(last.result, result) ? last.result : result };
    return last.result;
  };
  return {
    get,
    subscribe(listener) {
      let seen: { readonly result: T } | undefined;
      const check = () => {
        if (!seen) return;
        const now = get();
        if (Object.is(now, seen.result)) return;
        seen = { result: now };
        listener();
      };
      const stops = inputs.map((input) => input.subscribe(check));
      seen = { result: get() };
      return () => {
        seen = undefined;
        for (const stop of stops.splice(0)) stop();
      };
    },
  };
}
