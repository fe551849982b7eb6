import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startWorld, type Person, type World } from './world.mjs';

/**
 * Starts everything once for the tests of a file, and opens the example as each of the users before each of them; fails a
 * test in which one of the pages met an error.
 *
 * @param begin is told who they are, in the order of `users`, and may bring them where the tests begin
 */
export function forPeople(
  example: string,
  users: readonly string[],
  begin: (people: readonly Person[], world: World) => void | Promise<void>,
): void {
  let world: World;
  let people: readonly Person[] = [];
  beforeAll(async () => {
    world = await startWorld(example);
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    people = await Promise.all(users.map((user) => world.open(user)));
    await begin(people, world);
  });
  afterEach(async () => {
    expect(people.flatMap(({ problems }) => problems)).toEqual([]);
    await Promise.all(people.map((person) => person.close()));
  });
}
