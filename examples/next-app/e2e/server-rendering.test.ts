import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '@confab/example-support/axe';
import { expireSession } from './support/session.mjs';
import {
  holdScripts,
  message,
  messages,
  open,
  PATIENCE,
  row,
  seenRows,
  send,
  watchRows,
} from './support/page';
import { startWorld, type Person, type World } from './support/world.mjs';

let world: World;
let alice: Person;
let bob: Person;
/** The conversation of the two. */
let path: string;
beforeAll(async () => {
  world = await startWorld();
  alice = await world.signIn('alice');
  bob = await world.signIn('bob');
  path = await open(alice.page, 'Bob');
  await open(bob.page, 'Alice');
});
afterAll(() => world.stop());
afterEach(() => {
  expect([...alice.problems, ...bob.problems]).toEqual([]);
});

/** The HTML as it comes, without what scripts are given. */
async function htmlOf({ context }: Person, at: string): Promise<{ status: number; html: string }> {
  const answer = await context.request.get(at);
  const html = (await answer.text())
    .replaceAll(/<script\b[^>]*>.*?<\/script>/gs, '')
    .replaceAll('<!-- -->', '');
  return { status: answer.status(), html };
}

/** The functions that the browser of the app has called since. */
function callsSince(start: number): string[] {
  return world.calls
    .slice(start)
    .flatMap(({ from, path: at }) => (from === 'browser' ? (/\/rpc\/(\w+)/.exec(at)?.[1] ?? []) : []));
}

describe('the first HTML', () => {
  it('H6 holds the conversations and the messages', async () => {
    await send(bob.page, 'In the first HTML');
    await message(alice.page, 'In the first HTML').waitFor();
    const { status, html } = await htmlOf(alice, path);
    expect(status).toBe(200);
    expect(html).toContain('In the first HTML');
    for (const name of ['Bob', 'Carol']) expect(html).toContain(`dir="auto">${name}</span>`);
    expect(html).toContain('<h2 dir="auto">Bob</h2>');
    expect(html.match(/data-testid="message"/g)?.length).toBe(50);
    expect(html).not.toContain('Loading');
  });

  it('H6 is of the one who asks, also of two at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const who = i % 2 ? alice : bob;
        return { who, ...(await htmlOf(who, path)) };
      }),
    );
    for (const { who, html } of answers) {
      expect(html).toContain(`<h2 dir="auto">${who === alice ? 'Bob' : 'Alice'}</h2>`);
      expect(html).not.toContain(`<h2 dir="auto">${who === alice ? 'Alice' : 'Bob'}</h2>`);
    }
  });

  it('H6 says so where there is no such conversation for this user', async () => {
    const carol = await world.signIn('carol');
    for (const at of [path, '/c/00000000-0000-4000-8000-00000000dead', '/c/nonsense']) {
      const { status, html } = await htmlOf(carol, at);
      expect(status).toBe(404);
      expect(html).not.toContain('data-testid="message"');
    }
    await carol.page.goto(path);
    await carol.page.getByText('This conversation is not here').waitFor();
    await expectAccessible(carol.page);
    await carol.page.getByRole('link', { name: 'To your chats' }).click();
    await row(carol.page, 'Alice').waitFor();
    await carol.close();
  });

  it('H6 is the sign-in page for whoever is not signed in', async () => {
    const nobody = await world.open();
    for (const at of ['/', path]) {
      const answer = await nobody.context.request.get(at, { maxRedirects: 0 });
      expect(answer.status()).toBe(307);
      expect(answer.headers()['location']).toMatch(/\/sign-in$/);
    }
    await nobody.page.goto(path);
    await nobody.page.getByLabel('E-mail').fill('alice@example.com');
    await nobody.page.getByLabel('Password').fill('wrong');
    await nobody.page.getByRole('button', { name: 'Sign in' }).click();
    await nobody.page.getByText('The e-mail or the password is wrong.').waitFor();
    await expectAccessible(nobody.page);
    expect(nobody.problems).toEqual([]);
    await nobody.close();
  });

  it('H6 comes with a renewed session where the old one has expired, renewed once', async () => {
    const person = await world.signIn('bob');
    // A page that is open would renew it as well.
    await person.page.goto('about:blank');
    await expireSession(person.context, world.stack.jwtSecret);
    const start = world.calls.length;
    const { status, html } = await htmlOf(person, path);
    expect(status).toBe(200);
    expect(html).toContain('<h2 dir="auto">Alice</h2>');
    const renewals = () => world.calls.slice(start).filter(({ path: at }) => at.includes('refresh_token'));
    expect(renewals()).toHaveLength(1);
    await person.page.goto(path);
    await messages(person.page).last().waitFor();
    expect(renewals()).toHaveLength(1);
    expect(person.problems).toEqual([]);
    await person.close();
  });
});

describe('in the browser', () => {
  it('H6 goes on from the first HTML: no row is made anew, nothing is loaded again, and no message is missed', async () => {
    const { page } = alice;
    const release = await holdScripts(page);
    await page.goto(path, { waitUntil: 'commit' });
    await messages(page).last().waitFor();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await watchRows(page);
    await send(bob.page, 'Between the HTML and the scripts');
    expect(await message(page, 'Between the HTML and the scripts').count()).toBe(0);

    const start = world.calls.length;
    release();
    await message(page, 'Between the HTML and the scripts').waitFor();
    await send(bob.page, 'Live');
    await message(page, 'Live').waitFor();
    const { first, kept, states } = await seenRows(page);
    expect(first).toBeGreaterThan(50);
    expect({ kept, states }).toEqual({ kept: first, states: [] });
    const calls = callsSince(start);
    expect(calls).toContain('pull');
    // What is written is that it was delivered and read.
    expect(calls.filter((name) => name !== 'pull' && name !== 'push')).toEqual([]);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it('H6 shows times as the browser has them, from its second page on in the first HTML too', async () => {
    await alice.page.goto(path);
    const time = messages(alice.page).last().locator('time');
    const iso = (await time.getAttribute('datetime')) ?? '';
    const inTokyo = new Date(iso).toLocaleTimeString('en-GB', {
      timeZone: 'Asia/Tokyo',
      hour: '2-digit',
      minute: '2-digit',
    });
    await expect.poll(() => time.innerText(), PATIENCE).toBe(inTokyo);
    const { html } = await htmlOf(alice, path);
    expect(html).toContain(`<time dateTime="${iso}">${inTokyo}</time>`);
  });

  it('H6 shows what is written here and there, who types, and what is in the list', async () => {
    await send(alice.page, 'From Alice');
    await message(bob.page, 'From Alice').waitFor();
    await bob.page.getByRole('textbox', { name: 'Message' }).pressSequentially('Hm');
    await alice.page.getByText('Bob is typing …').waitFor();
    await send(bob.page, 'From Bob');
    await message(alice.page, 'From Bob').waitFor();
    await row(alice.page, 'Bob').getByText('From Bob').waitFor();
  });

  it('H6 opens another conversation with what the server has loaded of it, and keeps what it has', async () => {
    await open(alice.page, 'Carol');
    const start = world.calls.length;
    await open(alice.page, 'Bob');
    await message(alice.page, 'From Bob').waitFor();
    await send(bob.page, 'After the change');
    await message(alice.page, 'After the change').waitFor();
    expect(callsSince(start).filter((name) => name === 'history' || name === 'conversations')).toEqual([]);
  });

  it('H6 keeps long words and both directions of writing in their place', async () => {
    for (const text of ['x'.repeat(3_000), 'שלום, what a day', 'line one\nline two', '<b>&amp;</b>']) {
      await send(alice.page, text);
      await expect.poll(() => message(bob.page, text).count(), PATIENCE).toBe(1);
    }
    await bob.page.reload();
    await message(bob.page, '<b>&amp;</b>').waitFor();
    for (const { page } of [alice, bob]) {
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      expect(await page.locator('.messages').evaluate((list) => list.scrollWidth <= list.clientWidth)).toBe(
        true,
      );
    }
  });

  it('H6 is accessible, dark and on a phone too', async () => {
    await expectAccessible(alice.page);
    await alice.page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(alice.page);
    await alice.page.setViewportSize({ width: 390, height: 780 });
    await expectAccessible(alice.page);
    expect(await row(alice.page, 'Bob').isVisible()).toBe(false);
    await alice.page.getByRole('link', { name: 'Back to the chats' }).click();
    await row(alice.page, 'Bob').waitFor();
    expect(await alice.page.locator('.empty').isVisible()).toBe(false);
    await expectAccessible(alice.page);
  });

  it('H6 signs out in all tabs, and the next user sees nothing of the last', async () => {
    const person = await world.signIn('carol');
    const tab = await person.context.newPage();
    await tab.goto('/');
    await row(tab, 'Alice').waitFor();
    await person.page.getByRole('button', { name: 'Sign out' }).click();
    await Promise.all([person.page, tab].map((page) => page.waitForURL('**/sign-in')));
    await person.page.getByLabel('E-mail').fill('bob@example.com');
    await person.page.getByLabel('Password').fill('password123');
    await person.page.getByRole('button', { name: 'Sign in' }).click();
    await open(person.page, 'Alice');
    await message(person.page, 'From Alice').waitFor();
    expect(person.problems).toEqual([]);
    await person.close();
  });
});
