// `pnpm --filter @confab/example-classroom screenshots`: takes the pictures of the documentation.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startWorld } from '@confab/example-support/world';

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));
const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** @param {import('playwright-core').Page} page @param {string} name */
async function shoot(page, name) {
  await page.getByTestId('entry').last().waitFor();
  // All of the progress is there, and no pointer over anything.
  await page.getByText('4 h 45 of 40 h').waitFor();
  await page.mouse.move(1, 1);
  await page.screenshot({ path: `${folder}${name}.png`, caret: 'hide', animations: 'disabled' });
  console.log(`docs/screenshots/${name}.png`);
}

await mkdir(folder, { recursive: true });
const world = await startWorld('classroom');
try {
  const goal = 'Play a twelve-bar blues set';
  const maya = await world.open('maya', desktop);
  await maya.page.getByText(goal).click();
  await shoot(maya.page, 'classroom-desktop');

  const leo = await world.open('leo', { ...desktop, colorScheme: 'dark' });
  await leo.page.getByText(goal).click();
  await leo.page.getByRole('button', { name: 'Activity', exact: true }).click();
  await shoot(leo.page, 'classroom-dark');

  const onPhone = await world.open('leo', phone);
  await onPhone.page.getByText(goal).click();
  await shoot(onPhone.page, 'classroom-phone');
} finally {
  await world.stop();
}
