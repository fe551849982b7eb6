import type { World } from '@confab/example-support/world';
import type { Locator, Page } from 'playwright-core';

/** How long the slowest way of noticing something may take. */
export const PATIENCE = { timeout: 45_000, interval: 50 };

export function row(page: Page, name: string): Locator {
  return page.locator('a.goal-row').filter({ has: page.getByText(name, { exact: true }) });
}

export async function openGoal(page: Page, name: string): Promise<void> {
  await row(page, name).click();
  await page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
  await page.getByTestId('entry').or(page.getByText('Nothing here yet')).first().waitFor();
}

/** The entry with this text. */
export function entry(page: Page, text: string): Locator {
  return page.getByTestId('entry').filter({ has: page.getByText(text, { exact: true }) });
}

/** Writes something with the form that is open. */
export async function write(page: Page, text: string): Promise<void> {
  const form = page.getByRole('form');
  await form.getByRole('textbox').last().fill(text);
  await form.getByRole('button', { name: /^(Add|Respond)$/ }).click();
}

/** `YYYY-MM-DD` of so many days ago, as the browser counts them. */
export function daysAgo(page: Page, days: number): Promise<string> {
  return page.evaluate((count) => {
    const date = new Date();
    date.setDate(date.getDate() - count);
    const pad = (n: number) => String(n).padStart(2, '0');
    return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  }, days);
}

/** Calls a function of Confab as a demo user, without this app. */
export async function callAs(world: World, user: string, name: string, args: object): Promise<void> {
  const { apiUrl, anonKey } = world.stack;
  const post = async (path: string, body: object, headers: Record<string, string>): Promise<unknown> => {
    const answer = await fetch(`${apiUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', apikey: anonKey, ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const login = { email: `${user}@example.com`, password: 'password123' };
  const session = await post('/auth/v1/token?grant_type=password', login, {});
  const token = session instanceof Object && 'access_token' in session ? String(session.access_token) : '';
  await post(`/rest/v1/rpc/${name}`, args, { authorization: `Bearer ${token}`, 'content-profile': 'confab' });
}
