import type { Page } from 'playwright-core';
import { message } from './chat';

/** Opens the menu of the message with this text. */
export async function openMenu(page: Page, text: string): Promise<void> {
  // Until it is sent it has none.
  await message(page, text).hover();
  await message(page, text).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menu').waitFor();
}

export async function pickMenuItem(page: Page, text: string, item: string): Promise<void> {
  await openMenu(page, text);
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}
