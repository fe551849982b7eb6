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

  const { page, context, api } = await world.open('alice', desktop);
  await open(page, 'Bob');
  const field = page.getByRole('textbox', { name: 'Message', exact: true });
  await field.fill('Shall we look at the new house on Sunday?');
  await field.press('Enter');
  const last = page.getByTestId('message').last();
  await last.locator('.ticks:not(.ticks-pending)').waitFor();
  await last.hover();
  await last.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Reply in a thread' }).click();
  for (const text of ['I could ask for the key.', 'And bring the folding rule.']) {
    await page.getByRole('textbox', { name: 'Reply' }).fill(text);
    await page.getByRole('textbox', { name: 'Reply' }).press('Enter');
    await page.getByRole('complementary', { name: 'Thread' }).getByText(text, { exact: true }).waitFor();
  }
  await shoot(page, 'thread');

  await open(page, 'Weekend hike');
  await page.getByRole('link', { name: 'Details' }).click();
  await page.getByRole('list', { name: 'Members' }).getByText('Carol').waitFor();
  await shoot(page, 'settings');

  await page.getByRole('link', { name: 'Search this conversation' }).click();
  const search = page.getByRole('complementary', { name: 'Search' });
  await search.getByRole('searchbox').fill('route');
  await search.locator('mark').first().waitFor();
  await shoot(page, 'search');
  await page.getByRole('button', { name: 'Close search' }).click();

  await context.setOffline(true);
  await api.cut();
  await field.fill('On my way, the train is moving again!');
  await field.press('Enter');
  await page.getByText('You are offline · 1 to be sent').waitFor();
  await page.mouse.move(1, 1);
  await page.screenshot({ path: `${folder}offline.png`, caret: 'hide', animations: 'disabled' });
  await page.getByRole('status').getByRole('button', { name: 'Show' }).click();
  await page.getByRole('dialog', { name: 'Not sent yet' }).waitFor();
  await page.screenshot({ path: `${folder}outbox.png`, caret: 'hide', animations: 'disabled' });
  console.log('docs/screenshots/offline.png, docs/screenshots/outbox.png');
} finally {
  await world.stop();
}
