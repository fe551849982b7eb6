import { describe, expect, it } from 'vitest';
import { createSeededIds, createSeededRandom } from '../../../src/testing/seeded-random';

describe('createSeededRandom', () => {
  it('E14 gives the same sequence for the same seed, another for another', () => {
    const draw = (seed: number) => {
      const random = createSeededRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('E14 stays within its bounds and reaches all of them', () => {
    const random = createSeededRandom(1);
    const seen = new Set(Array.from({ length: 500 }, () => random.int(6)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const picked = new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])));
    expect([...picked].sort()).toEqual(['a', 'b', 'c']);
    expect(() => random.pick([])).toThrow('unable to pick');
  });

  it('E14 takes chances about as often as told', () => {
    const random = createSeededRandom(3);
    const hits = Array.from({ length: 2_000 }, () => random.chance(0.25)).filter(Boolean).length;
    expect(hits).toBeGreaterThan(400);
    expect(hits).toBeLessThan(600);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
  });

  it('E14 shuffles without losing, doubling or opening an item', () => {
    const random = createSeededRandom(5);
    const items = Array.from({ length: 50 }, (_, i) => [i, [i]]);
    const shuffled = random.shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled).toHaveLength(items.length);
    expect(new Set(shuffled)).toEqual(new Set(items));
    expect(random.shuffle([])).toEqual([]);
    const firsts = new Set(Array.from({ length: 200 }, () => random.shuffle([1, 2, 3])[0]));
    expect(firsts.size).toBe(3);
  });
});

describe('createSeededIds', () => {
  it('E14 mints the same ids again, in order', () => {
    const mint = () => {
      const ids = createSeededIds(createSeededRandom(9), { now: () => 1_000 });
      return Array.from({ length: 10 }, () => ids.next());
    };
    expect(mint()).toEqual(mint());
    expect([...mint()].sort()).toEqual(mint());
  });
});
