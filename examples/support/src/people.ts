import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { startWorld, type Person, type World } from './world.mjs';

export interface ForPeopleOptions {
  /**
   * Brings a page back to where it begins, and tells whether the next test may use it: opening is what costs most.
   * Without it everybody is opened anew for each test.
   */
  readonly restore?: (person: Person) => Promise<boolean>;
}

/**
 * Starts everything once for the tests of a file, and shows each of them the example as each of the users; fails a test in
 * which one of the pages met an error.
 *
 * @param begin is told who they are, in the order of `users`, and may bring them where the tests begin
 */
export function forPeople(
  example: string,
  users: readonly string[],
  begin: (people: readonly Person[], world: World) => void | Promise<void>,
  { restore }: ForPeopleOptions = {},
): void {
  let world: World;
  const open = new Map<string, Person>();
  beforeAll(async () => {
    world = await startWorld(example);
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    const people = await Promise.all(
      users.map(async (user) => {
        const person = open.get(user) ?? (await world.open(user));
        open.set(user, person);
        return person;
      }),
    );
    await begin(people, world);
  });
  afterEach(async ({ task }) => {
    const problems = [...open.values()].flatMap((person) => person.problems);
    const canStay = task.result?.state === 'pass' && problems.length === 0;
    await Promise.all(
      [...open].map(async ([user, person]) => {
        if (canStay && restore && (await settle(person, restore))) return;
        open.delete(user);
        await person.close();
      }),
    );
    expect(problems).toEqual([]);
  });
}

/** Ends what a test has done to the browser of a person, before the page itself is restored. */
async function settle(person: Person, restore: (person: Person) => Promise<boolean>): Promise<boolean> {
  const { context, page, api } = person;
  if (page.isClosed()) return false;
  api.mend();
  await context.setOffline(false);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  const others = context.pages().filter((other) => other !== page);
  await Promise.all(others.map((other) => other.close()));
  return restore(person);
}
