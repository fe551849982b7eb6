import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Long enough for a busy machine, and shorter than the minute after which a pull brings what events should have. */
export const PATIENCE = { timeout: 45_000, interval: 50 };

/** A row of the conversation list. */
export function row(page: Page, name: string): Locator {
  const exactly = page.locator('.conversation-name').and(page.getByText(name, { exact: true }));
  return page.locator('a.conversation', { has: exactly });
}

/** The number on a row, 0 without one. */
export async function unreadOf(page: Page, name: string): Promise<number> {
  const badge = row(page, name).locator('.badge');
  return (await badge.count()) === 0 ? 0 : Number.parseInt(await badge.innerText());
}

export async function openConversation(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
  await messages(page).last().waitFor();
}

export function messages(page: Page): Locator {
  return page.getByTestId('message');
}

/** The message with this text. */
export function message(page: Page, text: string): Locator {
  return messages(page).filter({ has: page.getByText(text, { exact: true }) });
}

export async function send(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message', exact: true });
  await field.fill(text);
  await field.press('Enter');
  await message(page, text).waitFor();
}

/** How far an own message has come: "Sent", "Delivered", … */
export async function expectTick(page: Page, text: string, tick: string): Promise<void> {
  await message(page, text).locator('.ticks').getByText(tick, { exact: true }).waitFor({ state: 'attached' });
}

/** The texts shown that begin with `prefix`, from top to bottom. */
async function textsWith(page: Page, prefix: string): Promise<string[]> {
  const texts = await messages(page).locator('.message-text').allInnerTexts();
  return texts.filter((text) => text.startsWith(prefix));
}

export async function expectTexts(page: Page, prefix: string, texts: readonly string[]): Promise<void> {
  await expect.poll(() => textsWith(page, prefix), PATIENCE).toEqual(texts);
}

/** Resolves when the list has stood still for ten frames. A browser that is busy may leave out the event `scrollend`. */
export const rest = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const top = () => document.querySelector('.messages')?.scrollTop;
        let last = top();
        let still = 0;
        const look = () => {
          still = top() === last ? still + 1 : 0;
          last = top();
          if (still < 10) requestAnimationFrame(look);
          else resolve();
        };
        look();
      }),
  );
