import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startWorld, type Person, type World } from './world.mjs';

/**
 * Starts everything once for the tests of a file, and opens the example as Alice and as Bob before each of them; fails a
 * test in which one of the two pages met an error.
 *
 * @param begin is told who they are, and may bring them where the tests begin
 */
export function forTwoPeople(
  begin: (alice: Person, bob: Person, world: World) => void | Promise<void>,
): void {
  let world: World;
  let people: readonly Person[] = [];
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    const [alice, bob] = await Promise.all([world.open('alice'), world.open('bob')]);
    people = [alice, bob];
    await begin(alice, bob, world);
  });
  afterEach(async () => {
    expect(people.flatMap(({ problems }) => problems)).toEqual([]);
    await Promise.all(people.map((person) => person.close()));
  });
}
