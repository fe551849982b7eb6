import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { asUser, makeGroup } from './support/api';
import { expectContrast } from './support/axe';
import { message, messages, openConversation, PATIENCE, row, send } from './support/chat';
import { forTwoPeople } from './support/two-people';
import type { Person, World } from './support/world.mjs';

let world: World;
let alice: Person;
let bob: Person;
forTwoPeople((...people) => {
  [alice, bob, world] = people;
});

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error('unable to measure; it is not shown');
  return { ...box, right: box.x + box.width, bottom: box.y + box.height };
}

/** How far what is wider than the window reaches beyond it. */
const overflowOf = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe('what the app looks like', () => {
  it('H5 brings its face along, the same wherever it runs', async () => {
    const { page } = alice;
    await page.evaluate(() => document.fonts.ready);
    expect(await page.evaluate(() => document.fonts.check('15px "Inter Variable"'))).toBe(true);
    const loaded = await page.evaluate(
      () =>
        [...document.fonts].filter(
          ({ family, status }) => family.includes('Inter Variable') && status === 'loaded',
        ).length,
    );
    expect(loaded).toBeGreaterThan(0);
    const href = await page.locator('link[rel="preload"][as="font"]').getAttribute('href');
    const faces = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => path.endsWith('.woff2')),
    );
    // What is asked for first is what is used, once.
    expect(faces.filter((path) => path === href)).toHaveLength(1);
  });

  it('H5 all in the sidebar begins at one edge', async () => {
    const { page } = alice;
    const begins = ['.own-button', '.search-field', '.filters > :first-child', '.conversation > .avatar'];
    const edges = await Promise.all(begins.map(async (part) => (await boxOf(page.locator(part).first())).x));
    expect(edges).toEqual([16, 16, 16, 16]);
  });

  it('H5 opens the newest conversation to who has just come, and the list on a phone', async () => {
    await openConversation(bob.page, 'Alice');
    await send(bob.page, 'The newest of all');
    const desktop = await world.open('alice');
    await desktop.page.getByRole('heading', { level: 2, name: 'Bob', exact: true }).waitFor();
    await message(desktop.page, 'The newest of all').waitFor();
    await desktop.close();
    const phone = await world.open('alice', PHONE);
    await row(phone.page, 'Bob').waitFor();
    expect(await messages(phone.page).count()).toBe(0);
    await phone.close();
  });

  it('H5 says in the list what was begun and not sent, except where it is open', async () => {
    const { page } = alice;
    await openConversation(page, 'Carol');
    const field = page.getByRole('textbox', { name: 'Message', exact: true });
    await field.fill('I wanted **to ask**');
    const preview = row(page, 'Carol').locator('.conversation-preview');
    expect(await preview.innerText()).not.toContain('Draft');
    await openConversation(page, 'Bob');
    await expect.poll(() => preview.innerText(), PATIENCE).toBe('Draft: I wanted to ask');
    await openConversation(page, 'Carol');
    await field.fill('');
    await openConversation(page, 'Bob');
    await expect.poll(() => preview.innerText(), PATIENCE).not.toContain('Draft');
  });

  it('H5 names in a group have the colour of their picture, in light and in dark', async () => {
    const { page } = alice;
    await openConversation(page, 'Weekend hike');
    await page.locator('.message-name').first().waitFor();
    const colours = async () =>
      new Map(
        await page
          .locator('.message-name')
          .evaluateAll((names) =>
            names.map((name) => [name.textContent, getComputedStyle(name).color] as const),
          ),
      );
    const light = await colours();
    expect(light.size).toBe(2);
    expect(new Set(light.values()).size).toBe(2);
    await expectContrast(page, 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(new Set((await colours()).values()).size).toBe(2);
    await expectContrast(page, 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('H5 nothing lies between the messages and the composer, and a banner covers neither', async () => {
    const { page, api } = alice;
    await openConversation(page, 'Bob');
    const gap = async () =>
      (await boxOf(page.locator('.composer'))).y - (await boxOf(page.locator('.messages'))).bottom;
    expect(await gap()).toBe(0);
    await api.cut();
    await send(page, 'Into the tunnel');
    await page.getByRole('status').getByText('You are offline').waitFor();
    const banner = await boxOf(page.locator('.banner'));
    expect(banner.y).toBe((await boxOf(page.locator('.window > .bar'))).bottom);
    expect(banner.bottom).toBeLessThanOrEqual((await boxOf(page.locator('.messages'))).y);
    expect(banner.bottom).toBeLessThanOrEqual((await boxOf(page.locator('.sidebar-body'))).y);
    expect(await gap()).toBe(0);
    api.mend();
    await page.getByRole('status').getByText('You are offline').waitFor({ state: 'detached' });
  });

  it('H5 a switch that is off is empty, and one that is on is filled', async () => {
    const { page } = alice;
    await openConversation(page, 'Weekend hike');
    await page.getByRole('link', { name: 'Details' }).click();
    const pinned = page.getByRole('switch', { name: 'Pinned' });
    const background = () => pinned.evaluate((input) => getComputedStyle(input).backgroundColor);
    await expect.poll(background, PATIENCE).toBe('rgba(0, 0, 0, 0)');
    await pinned.click();
    await expect.poll(background, PATIENCE).not.toMatch(/, 0\)$/);
    await pinned.click();
    await expect.poll(background, PATIENCE).toBe('rgba(0, 0, 0, 0)');
  });
});

describe('on a phone', () => {
  it('H6 nothing stands beside messages and conversations that a long press opens too', async () => {
    const { page, close } = await world.open('bob', PHONE);
    await row(page, 'Alice').waitFor();
    const more = page.locator('.conversation-more').first();
    expect(await more.evaluate((button) => getComputedStyle(button).opacity)).toBe('0');
    expect((await boxOf(page.locator('.conversation-time').first())).right).toBe(390 - 16);
    // It is there for who listens, and for keyboards.
    await page.getByRole('button', { name: 'Actions for Alice' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu', { name: 'Actions for Alice' }).waitFor();
    await page.keyboard.press('Escape');

    await row(page, 'Alice').dispatchEvent('pointerdown', { pointerType: 'touch', isPrimary: true });
    await page.locator('.message-held').waitFor();
    await row(page, 'Alice').dispatchEvent('pointerup', { pointerType: 'touch', isPrimary: true });
    await page.getByRole('menu', { name: 'Actions for Alice' }).waitFor();
    await page.keyboard.press('Escape');
    await row(page, 'Alice').tap();
    await messages(page).last().waitFor();
    const toolbar = messages(page).last().locator('.message-toolbar');
    expect(await toolbar.evaluate((element) => getComputedStyle(element).opacity)).toBe('0');
    expect(await overflowOf(page)).toBe(0);
    await close();
  });

  it('H5 a time that does not fit stands under its text, and the bubble is as wide as that', async () => {
    const carol = await asUser(world, 'carol@example.com', 'Carol');
    const group = await makeGroup(carol, 'Widths', [(await asUser(world, 'bob@example.com', 'Bob')).id]);
    const words = 'A bit of text that goes on for a while until it breaks';
    for (let end = 24; end <= words.length; end += 3) await carol.send(group, words.slice(0, end).trim());
    const { page, close } = await world.open('bob', { ...PHONE, path: `#/c/${group}` });
    await messages(page).last().waitFor();
    await page.evaluate(() => document.fonts.ready);
    const spare = () =>
      messages(page)
        .locator('.message-flow')
        .evaluateAll((flows) =>
          flows.map((flow) => {
            const range = document.createRange();
            range.selectNodeContents(flow.querySelector('.message-text') ?? flow);
            const right = (boxes: Iterable<DOMRect>) => Math.max(...[...boxes].map((box) => box.right));
            const meta = flow.querySelector('.message-meta')?.getClientRects() ?? [];
            return (
              flow.getBoundingClientRect().right - Math.max(right(range.getClientRects()), right(meta) - 3)
            );
          }),
        );
    await expect.poll(async () => Math.max(...(await spare())), PATIENCE).toBeLessThan(4);
    await close();
  });

  it.each(['ltr', 'rtl'])('H6 text of twice the size is all there, %s', async (dir) => {
    const { page, close } = await world.open('bob', PHONE);
    await row(page, 'Alice').waitFor();
    await page.evaluate((direction) => {
      document.documentElement.dir = direction;
      document.documentElement.style.fontSize = '200%';
    }, dir);
    expect(await overflowOf(page)).toBe(0);
    const size = await row(page, 'Alice').evaluate((link) => getComputedStyle(link).fontSize);
    expect(size).toBe('30px');
    await row(page, 'Alice').tap();
    await messages(page).last().waitFor();
    expect(await overflowOf(page)).toBe(0);
    expect((await boxOf(page.getByRole('button', { name: 'Send' }))).right).toBeLessThanOrEqual(390);
    await close();
  });
});
