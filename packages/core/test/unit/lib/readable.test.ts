import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWritable, derive, type Readable } from '../../../src/lib/readable';

/** A readable that notes how often it is subscribed. */
function counting<T>(inner: Readable<T>) {
  let open = 0;
  return {
    get: inner.get,
    subscribe(listener: () => void) {
      open++;
      const stop = inner.subscribe(listener);
      return () => {
        open--;
        stop();
      };
    },
    open: () => open,
  };
}

afterEach(() => vi.unstubAllGlobals());

describe('createWritable', () => {
  it('E5.1 tells of every real change and of no other', () => {
    const value = createWritable(1);
    const seen: number[] = [];
    const stop = value.subscribe(() => seen.push(value.get()));
    value.set(2);
    value.set(2);
    value.update((n) => n + 1);
    stop();
    value.set(4);
    expect(seen).toEqual([2, 3]);
  });

  it('E5 keeps two subscriptions of one function apart', () => {
    const value = createWritable(0);
    const listener = vi.fn();
    const stop = value.subscribe(listener);
    value.subscribe(listener);
    stop();
    stop();
    value.set(1);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('E5 does not call a listener that another one has just ended', () => {
    const value = createWritable(0);
    const second = vi.fn();
    const stops: (() => void)[] = [];
    value.subscribe(() => {
      for (const stop of stops) stop();
    });
    stops.push(value.subscribe(second));
    value.set(1);
    expect(second).not.toHaveBeenCalled();
  });

  it('E5 does not call a listener for a change made before it subscribed', () => {
    const value = createWritable(0);
    const late = vi.fn();
    value.subscribe(() => {
      if (value.get() === 1) value.subscribe(late);
    });
    value.set(1);
    expect(late).not.toHaveBeenCalled();
    value.set(2);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('E5 ends with the last value for everyone when a listener writes during a notification', () => {
    const value = createWritable(0);
    const seen: number[] = [];
    value.subscribe(() => {
      if (value.get() === 1) value.set(2);
    });
    value.subscribe(() => seen.push(value.get()));
    value.set(1);
    expect(value.get()).toBe(2);
    expect(seen.at(-1)).toBe(2);
    expect(seen).not.toContain(1);
  });

  it('E4 a listener that throws stops neither the others nor the writer, and is reported', () => {
    const report = vi.fn<(task: () => void) => void>();
    vi.stubGlobal('queueMicrotask', report);
    const value = createWritable(0);
    const other = vi.fn();
    value.subscribe(() => {
      throw new Error('of the app');
    });
    value.subscribe(other);
    value.set(1);
    expect(other).toHaveBeenCalledTimes(1);
    expect(report).toHaveBeenCalledTimes(1);
    expect(() => report.mock.calls[0]?.[0]()).toThrow('of the app');
  });
});

describe('derive', () => {
  it('E5.1 computes once per change of an input, and only when read', () => {
    const a = createWritable(1);
    const compute = vi.fn((n: number) => ({ n }));
    const derived = derive([a], compute);
    expect(compute).not.toHaveBeenCalled();
    expect(derived.get()).toBe(derived.get());
    a.set(2);
    a.set(3);
    expect(derived.get()).toEqual({ n: 3 });
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('E5.1 keeps the old reference where a new result says the same', () => {
    const a = createWritable(1);
    const parity = derive(
      [a],
      (n) => ({ isEven: n % 2 === 0 }),
      (x, y) => x.isEven === y.isEven,
    );
    const listener = vi.fn();
    parity.subscribe(listener);
    const before = parity.get();
    a.set(3);
    expect(parity.get()).toBe(before);
    expect(listener).not.toHaveBeenCalled();
    a.set(4);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(parity.get()).toEqual({ isEven: true });
  });

  it('E5.1 a diamond is consistent and tells once per change', () => {
    const source = createWritable(1);
    const left = derive([source], (n) => n * 10);
    const right = derive([source], (n) => n * 100);
    const both = derive([left, right], (l, r) => `${l}/${r}`);
    const seen: string[] = [];
    both.subscribe(() => seen.push(both.get()));
    source.set(2);
    source.set(3);
    expect(seen).toEqual(['20/200', '30/300']);
  });

  it('E5 a listener that writes to the source sees its own write and ends consistent', () => {
    const source = createWritable(1);
    const doubled = derive([source], (n) => n * 2);
    const seen: number[] = [];
    doubled.subscribe(() => {
      seen.push(doubled.get());
      if (source.get() < 4) source.update((n) => n + 1);
    });
    source.set(2);
    expect(seen).toEqual([4, 6, 8]);
    expect(doubled.get()).toBe(8);
  });

  it('E9 subscribes its inputs only while it is subscribed, also when it is subscribed twice as StrictMode does', () => {
    const input = counting(createWritable(0));
    const derived = derive([input], (n) => n);
    const first = derived.subscribe(() => undefined);
    first();
    const second = derived.subscribe(() => undefined);
    expect(input.open()).toBe(1);
    first();
    expect(input.open()).toBe(1);
    second();
    expect(input.open()).toBe(0);
    second();
    expect(input.open()).toBe(0);
  });

  it('E5 calls no listener from inside subscribe, though subscribing changes an input', () => {
    const source = createWritable(0);
    const starting: Readable<number> = {
      get: source.get,
      subscribe(listener) {
        const stop = source.subscribe(listener);
        source.set(1);
        return stop;
      },
    };
    const derived = derive([starting], (n) => ({ n }));
    const listener = vi.fn();
    derived.subscribe(listener);
    expect(listener).not.toHaveBeenCalled();
    expect(derived.get()).toEqual({ n: 1 });
    source.set(2);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('E5 tells of the way back to a value that an input had before it was subscribed', () => {
    const source = createWritable(3);
    let isOpen = false;
    const room: Readable<number> = {
      get: () => (isOpen ? source.get() : 0),
      subscribe(listener) {
        isOpen = true;
        return source.subscribe(listener);
      },
    };
    const derived = derive([room], (n) => n);
    expect(derived.get()).toBe(0);
    const seen: number[] = [];
    derived.subscribe(() => seen.push(derived.get()));
    expect(derived.get()).toBe(3);
    source.set(0);
    expect(seen).toEqual([0]);
  });

  it('E5 is silent after it was stopped, also when stopped during a notification', () => {
    const source = createWritable(0);
    const derived = derive([source], (n) => n);
    const listener = vi.fn();
    const stops: (() => void)[] = [];
    source.subscribe(() => {
      for (const stop of stops) stop();
    });
    stops.push(derived.subscribe(listener));
    source.set(1);
    expect(listener).not.toHaveBeenCalled();
  });
});
