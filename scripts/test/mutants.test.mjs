import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromRoot } from '../lib/root.mjs';
import { mutants } from '../../packages/core/sim/mutants-list.mjs';

describe('the bugs on purpose that the simulation has to notice', () => {
  it('T1 each changes exactly one place of the sources', () => {
    const places = mutants.flatMap(({ name, patches }) =>
      patches.map(({ file, find }) => ({
        name,
        found: readFileSync(fromRoot(`packages/core/src/${file}`), 'utf8').split(find).length - 1,
      })),
    );
    expect(places.filter(({ found }) => found !== 1)).toEqual([]);
  });
});
