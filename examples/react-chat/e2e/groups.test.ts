import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './support/axe';
import { message, openConversation, PATIENCE, row, send } from './support/chat';
import { forTwoPeople } from './support/two-people';
import type { Person } from './support/world.mjs';

let alice: Person;
let bob: Person;
forTwoPeople((...people) => {
  [alice, bob] = people;
});

const panel = (page: Page) => page.getByRole('complementary', { name: 'Details' });
const member = (page: Page, name: string) => panel(page).locator('.member', { hasText: name });

async function openDetails(page: Page, name: string): Promise<void> {
  await openConversation(page, name);
  await page.getByRole('link', { name: 'Details' }).click();
  await panel(page).waitFor();
}

async function makeGroup(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'New chat' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Bob').click();
  await dialog.getByText('Carol').click();
  await expectAccessible(page);
  await dialog.getByLabel('Name of the group').fill(title);
  await dialog.getByRole('button', { name: 'Create group' }).click();
  await send(page, `Welcome to ${title}`);
}

async function act(page: Page, name: string, action: string): Promise<void> {
  await panel(page)
    .getByRole('button', { name: `Actions for ${name}` })
    .click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

describe('a group', () => {
  it('E5.9 is renamed by its owner, and everybody sees it', async () => {
    await makeGroup(alice.page, 'Choir');
    await openDetails(alice.page, 'Choir');
    await expectAccessible(alice.page);
    await panel(alice.page).getByRole('button', { name: 'Rename' }).click();
    const field = panel(alice.page).getByLabel('Name of the group');
    await field.fill('Big choir');
    await field.press('Enter');
    await row(bob.page, 'Big choir').waitFor();
    await openDetails(bob.page, 'Big choir');
    // A member changes nothing that is everybody's.
    expect(await panel(bob.page).getByRole('button', { name: 'Rename' }).count()).toBe(0);
    expect(
      await panel(bob.page)
        .getByRole('button', { name: /Actions for/ })
        .count(),
    ).toBe(0);
    await bob.page.keyboard.press('Escape');
    await panel(bob.page).waitFor({ state: 'detached' });
  });

  it('E5.10 gives roles; who is removed while it is open is told, and comes back when invited again', async () => {
    await makeGroup(alice.page, 'Cooks');
    await Promise.all([openDetails(alice.page, 'Cooks'), openDetails(bob.page, 'Cooks')]);
    await act(alice.page, 'Bob', 'Make an admin');
    await member(bob.page, 'Bob').getByText('Admin').waitFor();
    await act(alice.page, 'Bob', 'Make a member');
    await member(bob.page, 'Bob').getByText('Admin').waitFor({ state: 'detached' });

    await bob.page.getByRole('textbox', { name: 'Message', exact: true }).fill('I was just about to');
    await act(alice.page, 'Bob', 'Remove');
    await bob.page.getByText('You are no longer in this conversation').waitFor();
    const kept = bob.page.getByRole('textbox', { name: 'What you were writing' });
    expect(await kept.inputValue()).toBe('I was just about to');
    await expectAccessible(bob.page);
    await bob.page.getByRole('link', { name: 'Back to the list' }).click();
    await row(bob.page, 'Cooks').waitFor({ state: 'detached' });

    await panel(alice.page).getByRole('button', { name: 'Add people' }).click();
    const dialog = alice.page.getByRole('dialog');
    await dialog.getByText('Bob').click();
    await dialog.getByText('Ask them first').click();
    await dialog.getByRole('button', { name: 'Invite' }).click();
    await panel(alice.page).getByRole('list', { name: 'Invited' }).getByText('Bob').waitFor();
    const invitations = bob.page.getByRole('region', { name: 'Invitations' });
    await invitations.getByText('Cooks').waitFor();
    await expectAccessible(bob.page);
    await invitations.getByRole('button', { name: 'Join' }).click();
    await openConversation(bob.page, 'Cooks');
    await send(bob.page, 'Back again');
    await message(alice.page, 'Back again').waitFor();
  });

  it('E5.9 is left by a member; its only owner is told why they cannot', async () => {
    await makeGroup(alice.page, 'Runners');
    await openDetails(bob.page, 'Runners');
    await panel(bob.page).getByRole('button', { name: 'Leave' }).click();
    await bob.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await row(bob.page, 'Runners').waitFor({ state: 'detached' });

    await openDetails(alice.page, 'Runners');
    await expect.poll(() => member(alice.page, 'Bob').count(), PATIENCE).toBe(0);
    await panel(alice.page).getByRole('button', { name: 'Leave' }).click();
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await alice.page.getByText('Could not leave. Make somebody else the owner first.').waitFor();
    await row(alice.page, 'Runners').waitFor();
  });
});

describe('the search over messages', () => {
  it('E6.12 marks what was found and jumps to it, from the list and inside a conversation', async () => {
    const { page } = alice;
    await openConversation(page, 'Bob');
    await page.getByRole('searchbox', { name: 'Search conversations and messages' }).fill('lighthouse');
    const found = page.locator('.conversations .found-message');
    await found.first().waitFor();
    expect(await found.first().locator('mark').first().innerText()).toMatch(/lighthouse/i);
    await expectAccessible(page);
    const text = await found.first().locator('.found-text').innerText();
    await found.first().click();
    await message(page, text).waitFor();

    await page.getByRole('link', { name: 'Search this conversation' }).click();
    const search = page.getByRole('complementary', { name: 'Search' });
    await search.getByRole('searchbox').fill('no such words anywhere');
    await search.getByText('No message fits.').waitFor();
    await search.getByRole('searchbox').fill('the');
    await search.locator('.found-message').nth(2).waitFor();
    await expectAccessible(page);
    const third = search.locator('.found-message').nth(2);
    const there = await third.locator('.found-text').innerText();
    await third.click();
    await message(page, there).first().waitFor();
    await page.getByRole('button', { name: 'Close search' }).click();
    await search.waitFor({ state: 'detached' });
  });
});
