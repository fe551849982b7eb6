import { forPeople } from '@confab/example-support/people';
import type { Person, World } from './world.mjs';

/**
 * Starts everything once for the tests of a file, and opens the example as Alice and as Bob before each of them; fails a
 * test in which one of the two pages met an error.
 *
 * @param begin is told who they are, and may bring them where the tests begin
 */
export function forTwoPeople(
  begin: (alice: Person, bob: Person, world: World) => void | Promise<void>,
): void {
  forPeople('react-chat', ['alice', 'bob'], async ([alice, bob], world) => {
    if (alice && bob) await begin(alice, bob, world);
  });
}
