import type { Readable } from '../../../src';

const DEADLINE_MS = 15_000;

/** Watches a readable until it satisfies `holds`; fails with the last value after 15 s. */
export function eventually<T>(readable: Readable<T>, holds: (value: T) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const value = readable.get();
      if (!holds(value)) return;
      clearTimeout(timer);
      stop();
      resolve(value);
    };
    const timer = setTimeout(() => {
      stop();
      reject(
        new Error(`never came true; last seen: ${JSON.stringify(readable.get(), null, 1).slice(0, 4_000)}`),
      );
    }, DEADLINE_MS);
    const stop = readable.subscribe(check);
    queueMicrotask(check);
  });
}

/** Keeps a readable watched, as a mounted component does, until the test ends. */
export function watch<T>(readable: Readable<T>): Readable<T> {
  watched.push(readable.subscribe(() => undefined));
  return readable;
}

const watched: (() => void)[] = [];

export function unwatchAll(): void {
  for (const stop of watched.splice(0)) stop();
}
