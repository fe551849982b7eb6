import type { Locator, Page } from 'playwright-core';

/** How long the slowest way of noticing something may take. */
export const PATIENCE = { timeout: 45_000, interval: 50 };

export function row(page: Page, name: string): Locator {
  return page.getByRole('navigation', { name: 'Chats' }).getByRole('link', { name });
}

export function messages(page: Page): Locator {
  return page.getByTestId('message');
}

export function message(page: Page, text: string): Locator {
  return messages(page).filter({ has: page.getByText(text, { exact: true }) });
}

export async function open(page: Page, name: string): Promise<string> {
  await row(page, name).click();
  await page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
  await messages(page).last().waitFor();
  return new URL(page.url()).pathname;
}

export async function send(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill(text);
  await field.press('Enter');
  await message(page, text).waitFor();
}

/**
 * Holds the scripts of the page back: until then it is what the server has sent.
 *
 * @returns lets them go
 */
export async function holdScripts(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/_next/static/**/*.js*', async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

declare global {
  interface Window {
    /** What was seen of the rows: those of the server's HTML, and each state in between. */
    seen?: { readonly rows: readonly Element[]; readonly states: string[] };
  }
}

/** Records from the server's HTML on what is shown. */
export async function watchRows(page: Page): Promise<void> {
  await page.evaluate(() => {
    const rows = () => [...document.querySelectorAll('[data-testid=message], a.conversation')];
    const first = rows();
    const states: string[] = [];
    window.seen = { rows: first, states };
    new MutationObserver(() => {
      const now = new Set(rows());
      if (first.some((element) => !now.has(element))) states.push('a row has gone');
      if (document.body.innerText.includes('Loading')) states.push('it says that it loads');
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}

/** How many rows the server had sent, how many of these elements are there still, and what has gone wrong. */
export function seenRows(page: Page): Promise<{ first: number; kept: number; states: readonly string[] }> {
  return page.evaluate(() => {
    const { rows = [], states = [] } = window.seen ?? {};
    return { first: rows.length, kept: rows.filter(({ isConnected }) => isConnected).length, states };
  });
}
