import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './support/axe';
import { openConversation, PATIENCE, row, send, unreadOf } from './support/chat';
import { forTwoPeople } from './support/two-people';
import type { Person, World } from './support/world.mjs';

let world: World;
let alice: Person;
let bob: Person;
forTwoPeople(async (...people) => {
  [alice, bob, world] = people;
  await Promise.all([openConversation(bob.page, 'Alice'), row(alice.page, 'Bob').waitFor()]);
});

const names = (page: Page) => page.locator('.conversation-name').allInnerTexts();
const chip = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function act(page: Page, name: string, action: string): Promise<void> {
  await row(page, name).hover();
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

async function choose(page: Page, place: string): Promise<void> {
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('menuitemradio', { name: place }).click();
}

describe('the conversation list', () => {
  it('E5.9 is filtered by kind and by what is unread, both at once', async () => {
    const { page } = alice;
    await openConversation(page, 'Bob');
    await expect.poll(() => unreadOf(page, 'Bob'), PATIENCE).toBe(0);
    await openConversation(page, 'Carol');
    await send(bob.page, 'Are you there?');
    await expect.poll(() => unreadOf(page, 'Bob'), PATIENCE).toBe(1);

    await chip(page, 'Direct').click();
    await expect.poll(() => names(page), PATIENCE).toEqual(['Bob', 'Carol']);
    await chip(page, 'Unread').click();
    await expect.poll(() => names(page), PATIENCE).toEqual(['Bob']);
    await expectAccessible(page);
    await chip(page, 'Groups').click();
    expect(await names(page)).not.toContain('Bob');
    await chip(page, 'Unread').click();
    await expect
      .poll(async () => (await names(page)).toSorted(), PATIENCE)
      .toEqual(['Book club', 'Weekend hike']);
  });

  it('E5.9 is searched by name, case and accents aside; Escape shows all again', async () => {
    const { page } = alice;
    const field = page.getByRole('searchbox');
    await field.fill('wéEKend');
    await expect.poll(() => names(page), PATIENCE).toEqual(['Weekend hike']);
    await field.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Weekend hike', exact: true }).waitFor();
    await field.fill('nobody is called that');
    await page.getByText('No conversation fits.').waitFor();
    await field.press('Escape');
    await expect.poll(async () => (await names(page)).length, PATIENCE).toBe(4);
  });

  it('E5.9 pins a conversation above all others, on every device, whatever comes in', async () => {
    const { page } = alice;
    await act(page, 'Book club', 'Pin');
    await expect.poll(async () => (await names(page))[0], PATIENCE).toBe('Book club');
    await send(bob.page, 'This moves us up');
    await expect.poll(async () => (await names(page)).slice(0, 2), PATIENCE).toEqual(['Book club', 'Bob']);
    await row(page, 'Book club').getByRole('img', { name: 'Pinned' }).waitFor();

    const other = await world.open('alice');
    await expect.poll(async () => (await names(other.page))[0], PATIENCE).toBe('Book club');
    await act(other.page, 'Book club', 'Unpin');
    await expect.poll(async () => (await names(page))[0], PATIENCE).toBe('Bob');
    await other.close();
  });

  it('E5.9 mutes and archives, and lists what was put away when asked', async () => {
    const { page } = alice;
    const countInTitle = async () => Number.parseInt(/\d+/.exec(await page.title())?.[0] ?? '0');
    await send(bob.page, 'Psst');
    await expect.poll(() => unreadOf(page, 'Bob'), PATIENCE).toBeGreaterThan(0);
    const ofOthers = (await countInTitle()) - (await unreadOf(page, 'Bob'));
    await act(page, 'Bob', 'Mute');
    await page.getByRole('menuitem', { name: 'For ever' }).click();
    await row(page, 'Bob').getByRole('img', { name: 'Muted' }).waitFor();
    await expect.poll(countInTitle, PATIENCE).toBe(ofOthers);
    await choose(page, 'Muted');
    await expect.poll(() => names(page), PATIENCE).toEqual(['Bob']);
    await chip(page, 'Muted').click();

    await act(page, 'Weekend hike', 'Archive');
    await row(page, 'Weekend hike').waitFor({ state: 'detached' });
    await choose(page, 'Archived');
    await expect.poll(() => names(page), PATIENCE).toEqual(['Weekend hike']);
    await act(page, 'Weekend hike', 'Take out of the archive');
    await page.getByText(/^Nothing is archived\./).waitFor();
    await chip(page, 'Archived').click();
    await row(page, 'Weekend hike').waitFor();
    await act(page, 'Bob', 'Unmute');
    await row(page, 'Bob').getByRole('img', { name: 'Muted' }).waitFor({ state: 'detached' });
  });

  it('E5.9 hides a conversation until its next message, and marks one as unread and as read', async () => {
    const { page } = alice;
    await act(page, 'Bob', 'Hide until the next message');
    await row(page, 'Bob').waitFor({ state: 'detached' });
    await send(bob.page, 'Peekaboo');
    await row(page, 'Bob').getByText('Peekaboo').waitFor();

    await expect.poll(() => unreadOf(page, 'Bob'), PATIENCE).toBeGreaterThan(0);
    await act(page, 'Bob', 'Mark as read');
    await expect.poll(() => unreadOf(page, 'Bob'), PATIENCE).toBe(0);
    await act(page, 'Bob', 'Mark as unread');
    await expect.poll(() => unreadOf(page, 'Bob'), PATIENCE).toBe(1);
  });

  it('E11.2 shows who is there and who is typing, before anything is opened', async () => {
    const { page } = alice;
    await row(page, 'Bob').locator('.presence-online').waitFor();
    const field = bob.page.getByRole('textbox', { name: 'Message', exact: true });
    await field.fill('Hm');
    await row(page, 'Bob').getByText('typing …').waitFor();
    await field.fill('');
    await row(page, 'Bob').getByText('typing …').waitFor({ state: 'hidden' });
  });

  it('E5.9 works with the keyboard alone, and on a phone', async () => {
    const { page } = alice;
    await row(page, 'Book club').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('p');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Pin');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });

    const phone = await world.open('alice', {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
      colorScheme: 'dark',
    });
    await row(phone.page, 'Bob').waitFor();
    const box = await row(phone.page, 'Bob').boundingBox();
    if (!box) throw new Error('no row in view');
    const touch = await phone.context.newCDPSession(phone.page);
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await phone.page.locator('.message-held').waitFor();
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await phone.page.getByRole('menuitem', { name: 'Pin', exact: true }).tap();
    await expect.poll(async () => (await names(phone.page))[0], PATIENCE).toBe('Bob');
    await expectAccessible(phone.page);
    await phone.close();
  });
});
