import { forPeople } from '@confab/example-support/people';
import type { Person, World } from './world.mjs';

/**
 * Starts everything once for the tests of a file, and shows each of them the example as Alice and as Bob, with no
 * conversation open; fails a test in which one of the two pages met an error.
 *
 * @param begin is told who they are, and may bring them where the tests begin
 */
export function forTwoPeople(
  begin: (alice: Person, bob: Person, world: World) => void | Promise<void>,
): void {
  forPeople(
    'react-chat',
    ['alice', 'bob'],
    async ([alice, bob], world) => {
      if (!alice || !bob) return;
      await Promise.all([showList(alice), showList(bob)]);
      await begin(alice, bob, world);
    },
    { restore: showList },
  );
}

/** Nothing is open, looked for or chosen: by a reload where only that brings it about. */
async function showList({ page }: Person): Promise<boolean> {
  const isTouched = await page.evaluate(() => {
    location.hash = '#/';
    const field = document.querySelector<HTMLInputElement>('.sidebar input[type="search"]');
    const isOpen = document.querySelector('dialog[open], :popover-open, .filters [aria-pressed="true"]');
    return isOpen !== null || (field !== null && field.value !== '');
  });
  if (isTouched) await page.reload();
  await page.getByRole('heading', { name: 'Your conversations' }).waitFor();
  return true;
}
