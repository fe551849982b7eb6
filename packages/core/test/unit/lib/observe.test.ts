import { describe, expect, it } from 'vitest';
import { observe } from '../../../src/lib/observe';
import { createWritable, derive } from '../../../src/lib/readable';

describe('observe', () => {
  it('E5.15 tells the value at once, after every change, and no more once it is stopped', () => {
    const value = createWritable(1);
    const seen: number[] = [];
    const stop = observe(value, (now) => seen.push(now));
    value.set(2);
    value.set(2);
    value.set(3);
    stop();
    value.set(4);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('E5.15 what watching itself brings about is told once', () => {
    const value = createWritable('idle');
    const loading = {
      get: value.get,
      subscribe(listener: () => void) {
        const stop = value.subscribe(listener);
        value.set('loading');
        return stop;
      },
    };
    const seen: string[] = [];
    observe(
      derive([loading], (state) => state),
      (state) => seen.push(state),
    );
    value.set('loaded');
    expect(seen).toEqual(['loading', 'loaded']);
  });
});
