import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './support/axe';
import { message, openConversation, PATIENCE, row, send } from './support/chat';
import { isStored } from './support/tabs';
import { forTwoPeople } from './support/two-people';
import type { Person, World } from './support/world.mjs';

let world: World;
let alice: Person;
let bob: Person;
forTwoPeople(async (...people) => {
  [alice, bob, world] = people;
  await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
});

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'You', exact: true }).click();
  await page
    .getByRole('menuitemradio', { name: item })
    .or(page.getByRole('menuitem', { name: item }))
    .click();
}

describe('the outbox', () => {
  it('E4.9 lists what waits; a message in it is changed before it is sent', async () => {
    const { page, api } = alice;
    await api.cut();
    await send(page, 'Meet you at nine');
    await page.getByRole('button', { name: 'Not sent yet: 1' }).click();
    const drawer = page.getByRole('dialog', { name: 'Not sent yet' });
    await drawer.getByText('It goes out by itself').waitFor();
    await expectAccessible(page);
    await drawer.getByRole('button', { name: 'Edit' }).click();
    await drawer.getByLabel('Text of the message').fill('Meet you at ten');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await drawer.getByText('Meet you at ten').waitFor();
    api.mend();
    await message(bob.page, 'Meet you at ten').waitFor();
    await drawer.getByText('Everything is sent.').waitFor();
    expect(await message(bob.page, 'Meet you at nine').count()).toBe(0);
  });

  it('E4.9 what waits is deleted where it is listed, and nobody gets to read it', async () => {
    const { page, api } = alice;
    await api.cut();
    await send(page, 'Not after all');
    await send(page, 'But this');
    await page.getByRole('button', { name: 'Not sent yet: 2' }).click();
    const drawer = page.getByRole('dialog', { name: 'Not sent yet' });
    const items = drawer.getByRole('listitem');
    await items.filter({ hasText: 'Not after all' }).getByRole('button', { name: 'Delete' }).click();
    await items.filter({ hasText: 'Not after all' }).waitFor({ state: 'detached' });
    const { height = 0 } = (await drawer.boundingBox()) ?? {};
    expect(height).toBeLessThan(400);
    api.mend();
    await message(bob.page, 'But this').waitFor();
    expect(await message(bob.page, 'Not after all').count()).toBe(0);
  });

  it('E4.5 says why something was refused, and sends it when it was changed', async () => {
    const { page } = alice;
    // The server allows less than the app takes it to.
    await page.route('**/rpc/push', (route) =>
      route.fallback({
        postData: (route.request().postData() ?? '').replaceAll('Too much', 'Too much '.repeat(900)),
      }),
    );
    await send(page, 'Too much');
    await page.getByRole('button', { name: 'Not sent yet: 1' }).click();
    const drawer = page.getByRole('dialog', { name: 'Not sent yet' });
    await drawer.getByText('Refused. This message is too long.').waitFor();
    await expectAccessible(page);
    await drawer.getByRole('button', { name: 'Edit' }).click();
    await drawer.getByLabel('Text of the message').fill('Short enough');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await message(bob.page, 'Short enough').waitFor();
    await drawer.getByText('Everything is sent.').waitFor();
  });
});

describe('the app', () => {
  it('E11.6 shows the user as busy when they want that, and as there again', async () => {
    const dot = bob.page.locator('.window .bar');
    await dot.locator('.presence-online').waitFor();
    await choose(alice.page, 'Busy');
    await dot.locator('.presence-busy').waitFor();
    await choose(alice.page, 'Automatic');
    await dot.locator('.presence-online').waitFor();
  });

  it('H5 is dark or light as chosen, after a reload too', async () => {
    const { page } = alice;
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await choose(page, 'Dark');
    await expect.poll(background, PATIENCE).not.toBe(light);
    await expectAccessible(page);
    const dark = await background();
    await page.reload();
    await row(page, 'Bob').waitFor();
    expect(await background()).toBe(dark);
    await page.emulateMedia({ colorScheme: 'dark' });
    await choose(page, 'Light');
    await expect.poll(background, PATIENCE).toBe(light);
  });

  it('H5 is used by keyboard: search, moving between conversations, a new chat, the keys themselves', async () => {
    const { page } = alice;
    const heading = page.locator('.window').getByRole('heading', { level: 2 });
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(() => heading.innerText(), PATIENCE).not.toBe('Bob');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => heading.innerText(), PATIENCE).toBe('Bob');
    await row(page, 'Bob').focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: 'New chat' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('n/?');
    expect(await page.getByRole('searchbox').inputValue()).toBe('n/?');
  });

  it('E15.9 tells who was signed out in another tab while writing, and sends what waited after signing in', async () => {
    const { page, openTab, api } = alice;
    await api.cut();
    await send(page, 'Written in time');
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Half a sent');
    // Drafts are saved when nobody has written for a moment.
    await expect.poll(() => isStored(page, 'Half a sent', 'outbox'), PATIENCE).toBe(true);
    const other = await openTab();
    await row(other, 'Bob').waitFor();
    await choose(other, 'Sign out');
    await other.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You were signed out.').waitFor();
    await expectAccessible(page);
    api.mend();
    await page.getByRole('link', { name: 'Alice' }).click();
    await message(bob.page, 'Written in time').waitFor();
    // What was being written is there again.
    const field = page.getByRole('textbox', { name: 'Message', exact: true });
    await openConversation(page, 'Bob');
    await expect.poll(() => field.inputValue(), PATIENCE).toBe('Half a sent');
    await field.fill('');
  });

  it('H5 shows names that are empty to the eye, or turn the text around them, so that nothing else moves', async () => {
    const join = async (name: string, email: string) => {
      const guest = await world.open(null);
      await guest.page.getByRole('button', { name: 'Create an account' }).click();
      await guest.page.getByLabel('Name').fill(name);
      await guest.page.getByLabel('E-mail').fill(email);
      await guest.page.getByLabel('Password').fill('password123');
      await guest.page.getByRole('button', { name: 'Create account' }).click();
      await guest.page.getByRole('button', { name: 'New chat' }).first().click();
      await guest.page.getByRole('dialog').getByText('Alice').click();
      await guest.page.getByRole('button', { name: 'Start chat' }).click();
      await send(guest.page, `Hello from ${email}`);
      expect(guest.problems).toEqual([]);
      await guest.close();
    };
    await join('\u200b\u2060', 'nobody@example.com');
    await join('\u202eleahciM', 'michael@example.com');
    await row(alice.page, 'Anonymous').waitFor();
    await row(alice.page, 'leahciM').waitFor();
    await openConversation(alice.page, 'Anonymous');
    await expectAccessible(alice.page);
  });
});
