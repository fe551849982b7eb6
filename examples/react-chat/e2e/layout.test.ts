import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { message, messages, openConversation, PATIENCE, rest, row, send } from './support/chat';
import { startWorld, type World } from './support/world.mjs';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** The top message that is wholly in view. */
async function anchorOf(page: Page): Promise<{ id: string; top: number }> {
  return page.evaluate(() => {
    const area = document.querySelector('.messages')?.getBoundingClientRect();
    const found = [...document.querySelectorAll<HTMLElement>('[data-message-id]')]
      .map((element) => ({
        id: element.dataset['messageId'] ?? '',
        top: element.getBoundingClientRect().top,
      }))
      .filter(({ top }) => top >= (area?.top ?? 0))
      .sort((a, b) => a.top - b.top)[0];
    if (!found) throw new Error('no message in view');
    return found;
  });
}

const topOf = (page: Page, id: string) =>
  page.evaluate(
    (wanted) => document.querySelector(`[data-message-id="${wanted}"]`)?.getBoundingClientRect().top ?? null,
    id,
  );

const heightOf = (page: Page) => page.evaluate(() => document.querySelector('.messages')?.scrollHeight ?? 0);

/** Whether a message is wholly inside the window, and not only in the list. */
async function isInView(page: Page, text: string): Promise<boolean> {
  const area = await page.locator('.messages').boundingBox();
  const box = await message(page, text).boundingBox();
  return area !== null && box !== null && box.y >= area.y && box.y + box.height <= area.y + area.height;
}

describe('the message window', () => {
  it('H5 older pages load on scrolling up, and what is read stays in its place', async () => {
    const { page, problems, close } = await world.open('alice');
    await openConversation(page, 'Bob');
    // The answer waits until the scrolling has come to rest.
    const held: (() => void)[] = [];
    const release = () => held.splice(0).forEach((resume) => resume());
    await page.route('**/rpc/history', async (route) => {
      await new Promise<void>((resolve) => held.push(resolve));
      await route.continue();
    });
    await page.locator('.messages').hover();
    for (let pages = 1; pages <= 3; pages++) {
      const asked = page.waitForRequest('**/rpc/history');
      await page.mouse.wheel(0, -20_000);
      await asked;
      await rest(page);
      const anchor = await anchorOf(page);
      const height = await heightOf(page);
      release();
      await expect.poll(() => heightOf(page), PATIENCE).toBeGreaterThan(height + 500);
      await page.getByRole('status', { name: 'Loading older messages' }).waitFor({ state: 'detached' });
      const top = await topOf(page, anchor.id);
      expect(Math.abs((top ?? -1_000) - anchor.top), `page ${pages}`).toBeLessThanOrEqual(4);
    }
    expect(problems).toEqual([]);
    await close();
  });

  it('H5 a conversation that is opened again begins at its newest message', async () => {
    const { page, close } = await world.open('bob');
    for (let times = 1; times <= 4; times++) {
      await openConversation(page, 'Alice');
      await send(page, `Here ${times}`);
      await openConversation(page, 'Book club');
      await openConversation(page, 'Alice');
      await expect.poll(() => isInView(page, `Here ${times}`), PATIENCE).toBe(true);
      await page.evaluate(() => (location.hash = '#/'));
    }
    await close();
  });

  it('H5 the first message of the conversation can be reached', async () => {
    const { page, close } = await world.open('carol');
    await openConversation(page, 'Weekend hike');
    await page.locator('.messages').hover();
    const start = page.getByText('This is where it began');
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, -3_000);
        return start.isVisible();
      }, PATIENCE)
      .toBe(true);
    await close();
  });

  it('H5 new messages do not pull away who reads further up, and a button leads to them', async () => {
    const [alice, carol] = await Promise.all([world.open('alice'), world.open('carol')]);
    await Promise.all([openConversation(alice.page, 'Carol'), openConversation(carol.page, 'Alice')]);
    await alice.page.locator('.messages').hover();
    await alice.page.mouse.wheel(0, -600);
    await alice.page.getByRole('button', { name: 'Go to the newest message' }).waitFor();
    const anchor = await anchorOf(alice.page);
    await send(carol.page, 'Down here');
    const button = alice.page.getByRole('button', { name: '1 new message' });
    await button.waitFor();
    expect(Math.abs(((await topOf(alice.page, anchor.id)) ?? -1_000) - anchor.top)).toBeLessThanOrEqual(1);
    await button.click();
    await expect.poll(() => isInView(alice.page, 'Down here'), PATIENCE).toBe(true);
    await button.waitFor({ state: 'detached' });
    // At the end, what comes next is followed, also when the composer takes more room.
    await alice.page.getByRole('textbox', { name: 'Message', exact: true }).fill('1\n2\n3\n4\n5\n6\n7');
    await send(carol.page, 'And here');
    await expect.poll(() => isInView(alice.page, 'And here'), PATIENCE).toBe(true);
    await Promise.all([alice.close(), carol.close()]);
  });
});

describe('the layout', () => {
  it('H6 a phone shows one pane at a time, with a way back', async () => {
    const { page, close } = await world.open('bob', {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    await row(page, 'Alice').tap();
    await messages(page).last().waitFor();
    expect(await row(page, 'Alice').isVisible()).toBe(false);
    const box = await page.getByRole('textbox', { name: 'Message', exact: true }).boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 391) <= 390).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.getByRole('link', { name: 'Back to the conversations' }).tap();
    await row(page, 'Alice').waitFor();
    expect(await messages(page).count()).toBe(0);
    await close();
  });

  it('H6 the keyboard alone opens a conversation, writes, edits and cancels', async () => {
    const { page, close } = await world.open('carol');
    const first = page.locator('a.conversation').first();
    await first.waitFor();
    await first.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const focused = page.locator('a.conversation:focus');
    expect(await focused.textContent()).toBe(await page.locator('a.conversation').nth(1).textContent());
    await page.keyboard.press('Enter');
    await messages(page).last().waitFor();
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two lines');
    await page.keyboard.press('Enter');
    await message(page, 'By keyboard\ntwo lines').locator('.ticks:not(.ticks-pending)').waitFor();
    await page.keyboard.press('ArrowUp');
    const field = page.getByRole('textbox', { name: 'Edit message' });
    expect(await field.inputValue()).toBe('By keyboard\ntwo lines');
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    await close();
  });

  it('H6 somebody new signs up and writes to a demo user', async () => {
    const { page, close } = await world.open(null);
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByLabel('Name').fill('Newcomer');
    await page.getByLabel('E-mail').fill('newcomer@example.com');
    await page.getByLabel('Password').fill('password123');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('No conversations yet').waitFor();
    await page.locator('.empty-state').getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('dialog').getByText('Alice').click();
    await page.getByRole('button', { name: 'Start chat' }).click();
    await page.getByRole('heading', { level: 2, name: 'Alice' }).waitFor();
    await send(page, 'Hello, I am new here');
    await close();
  });

  it('H6 an unknown conversation says so and leads back', async () => {
    const { page, close } = await world.open('alice', {
      path: '#/c/00000000-0000-7000-8000-000000000000',
    });
    await page.getByText('You cannot open this').waitFor();
    await page.getByRole('link', { name: 'Back to the list' }).click();
    await page.getByText('Your conversations').waitFor();
    await close();
  });
});
