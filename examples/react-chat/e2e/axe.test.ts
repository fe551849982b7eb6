import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible, expectContrast } from './support/axe';
import { message, messages, openConversation, row, send } from './support/chat';
import { openMenu, pickMenuItem } from './support/message-menu';
import { startWorld, type Person, type World } from './support/world.mjs';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/** In light and dark, and as wide as a phone. */
async function expectScreen(page: Page, what: string): Promise<void> {
  await expectAccessible(page, what);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectContrast(page, `${what}, dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(phone);
  await expectAccessible(page, `${what}, phone`);
  await page.setViewportSize(desktop);
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** What is opened, looked at and closed again with Escape. */
async function lookAt(page: Page, what: string, open: () => Promise<void>): Promise<void> {
  await open();
  await page.locator('dialog[open], :popover-open').waitFor();
  await expectScreen(page, what);
  await page.keyboard.press('Escape');
  await page.locator('dialog[open], :popover-open').waitFor({ state: 'detached' });
}

it('H6 axe finds nothing before one has signed in', async () => {
  const { page, close } = await world.open(null);
  await button(page, 'Create an account').click();
  await page.getByLabel('Name').waitFor();
  await expectScreen(page, 'sign-up');
  await close();
});

it('H6 axe finds nothing in the list and what opens from it', async () => {
  const { page, problems, close } = await world.open('alice');
  await row(page, 'Bob').waitFor();
  await expectScreen(page, 'list');
  await lookAt(page, 'own menu', () => button(page, 'You').click());
  await lookAt(page, 'new chat', () => button(page, 'New chat').click());
  await lookAt(page, 'filters', () => button(page, 'More filters').click());
  await lookAt(page, 'menu of a conversation', async () => {
    await row(page, 'Bob').hover();
    await button(page, 'Actions for Bob').click();
  });
  await page.keyboard.press('?');
  await lookAt(page, 'keys', () => page.getByRole('dialog', { name: 'Keyboard' }).waitFor());
  for (const view of ['Threads', 'Mentions']) {
    await button(page, view).click();
    await page.getByRole('region', { name: view }).getByRole('status').getByText(/yet/).waitFor();
    await expectScreen(page, view);
  }
  await button(page, 'Back to the conversations').click();
  await page.getByRole('searchbox').fill('lighthouse');
  await page.locator('.found-message').first().waitFor();
  await expectScreen(page, 'search everywhere');
  expect(problems).toEqual([]);
  await close();
});

const panels = ['Pinned messages', 'Search this conversation', 'Details'];

it('H6 axe finds nothing in a conversation and what stands beside it', async () => {
  const { page, problems, api, close }: Person = await world.open('alice');
  await openConversation(page, 'Weekend hike');
  await expectScreen(page, 'conversation');
  for (const name of panels) {
    await page.getByRole('link', { name }).click();
    await page.getByRole('complementary').nth(1).waitFor();
    await expectScreen(page, name);
  }
  await page.keyboard.press('Escape');
  await send(page, 'Look at this');
  await message(page, 'Look at this').locator('.ticks:not(.ticks-pending)').waitFor();
  await lookAt(page, 'menu of a message', () => openMenu(page, 'Look at this'));
  await lookAt(page, 'forward', () => pickMenuItem(page, 'Look at this', 'Forward'));
  await pickMenuItem(page, 'Look at this', 'Reply in a thread');
  await page.getByRole('textbox', { name: 'Reply' }).waitFor();
  await expectScreen(page, 'thread');
  await api.cut();
  await page.keyboard.press('Escape');
  await send(page, 'Not sent');
  await page.getByText('You are offline · 1 to be sent').waitFor();
  await expectScreen(page, 'offline');
  await lookAt(page, 'outbox', () => button(page, 'Show').click());
  await page.evaluate(() => (location.hash = '#/c/00000000-0000-7000-8000-000000000000'));
  await messages(page).first().waitFor({ state: 'detached' });
  await expectScreen(page, 'unknown conversation');
  expect(problems).toEqual([]);
  await close();
});
