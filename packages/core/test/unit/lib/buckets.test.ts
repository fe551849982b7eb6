import { describe, expect, it } from 'vitest';
import { entryOf, withEntry, type Buckets } from '../../../src/lib/buckets';

describe('buckets', () => {
  it('E13.1 hold what was put last under each key, and the other entries where they were', () => {
    const keys = Array.from({ length: 500 }, (_, i) => `0190-${i.toString(16).padStart(4, '0')}`);
    const full = keys.reduce<Buckets<string>>((known, key) => withEntry(known, key, key), []);
    const changed = withEntry(full, keys[7] ?? '', 'other');
    for (const key of keys) {
      expect(entryOf(full, key)).toBe(key);
      expect(entryOf(changed, key)).toBe(key === keys[7] ? 'other' : key);
    }
    expect(entryOf(full, 'none')).toBeUndefined();
    expect(entryOf(undefined, 'none')).toBeUndefined();
  });

  it('E13.1 copy one of their parts with a change', () => {
    const before = withEntry(withEntry<number>(undefined, 'a', 1), 'b', 2);
    const after = withEntry(before, 'a', 3);
    expect(after.filter((bucket, i) => bucket !== before[i])).toEqual([{ a: 3 }]);
  });

  it('E13.1 find nothing under the names of a prototype, and outlive storage', () => {
    const stored: unknown = structuredClone(JSON.parse(JSON.stringify(withEntry(undefined, 'a', [1]))));
    const known = stored as Buckets<readonly number[]>;
    expect(entryOf(known, 'a')).toEqual([1]);
    for (const key of ['__proto__', 'constructor', 'toString']) expect(entryOf(known, key)).toBeUndefined();
  });
});
