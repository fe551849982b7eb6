// `pnpm --filter @confab/example-react-chat screenshots`: takes the pictures of the documentation.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startWorld } from './support/world.mjs';

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));
const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {string} name */
async function open(page, name) {
  const exactly = page.locator('.conversation-name').and(page.getByText(name, { exact: true }));
  await page.locator('a.conversation', { has: exactly }).click();
  await page.getByTestId('message').last().waitFor();
}

/** @param {Page} page @param {string} name */
async function shoot(page, name) {
  // Neither a pointer over something, nor a cursor, nor a message on its way.
  await page.mouse.move(1, 1);
  await page.locator('.ticks-pending').first().waitFor({ state: 'detached' });
  await page.screenshot({ path: `${folder}${name}.png`, caret: 'hide', animations: 'disabled' });
  console.log(`docs/screenshots/${name}.png`);
}

await mkdir(folder, { recursive: true });
const world = await startWorld();
try {
  const guest = await world.open(null, desktop);
  await guest.page.getByText('Welcome to Confab').waitFor();
  await shoot(guest.page, 'sign-in');

  const bob = await world.open('bob', desktop);
  await open(bob.page, 'Alice');
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const alice = await world.open('alice', { ...desktop, colorScheme });
    await open(alice.page, 'Bob');
    await alice.page.locator('.window .presence-online').waitFor();
    const field = bob.page.getByRole('textbox', { name: 'Message', exact: true });
    await field.fill('');
    await field.fill('Almost there');
    await alice.page.getByText('Bob is typing').waitFor();
    await shoot(alice.page, `desktop-${colorScheme}`);
    await alice.close();

    const hiker = await world.open('alice', { ...phone, colorScheme });
    await hiker.page.locator('a.conversation').first().waitFor();
    await shoot(hiker.page, `phone-list-${colorScheme}`);
    await open(hiker.page, 'Weekend hike');
    await shoot(hiker.page, `phone-${colorScheme}`);
    await hiker.close();
  }

  const offline = await world.open('alice', desktop);
  await open(offline.page, 'Bob');
  await offline.context.setOffline(true);
  await offline.api.cut();
  await offline.page
    .getByRole('textbox', { name: 'Message', exact: true })
    .fill('On my way, the train is moving again!');
  await offline.page.keyboard.press('Enter');
  await offline.page.getByText('You are offline · 1 to be sent').waitFor();
  await offline.page.mouse.move(1, 1);
  await offline.page.screenshot({ path: `${folder}offline.png`, caret: 'hide', animations: 'disabled' });
  console.log('docs/screenshots/offline.png');
} finally {
  await world.stop();
}
