import { describe, expect, it } from 'vitest';
import { expectTick, message, messages, openConversation, PATIENCE, row, send } from './support/chat';
import { forTwoPeople } from './support/two-people';
import type { Person } from './support/world.mjs';

let alice: Person;
let bob: Person;
forTwoPeople((...people) => {
  [alice, bob] = people;
});

const fieldOf = ({ page }: Person) => page.getByRole('textbox', { name: 'Message', exact: true });

describe('the composer', () => {
  it('D7 names are completed, and who is mentioned sees it', async () => {
    await Promise.all([
      openConversation(alice.page, 'Weekend hike'),
      openConversation(bob.page, 'Weekend hike'),
    ]);
    await fieldOf(alice).pressSequentially('Ask @');
    const list = alice.page.getByRole('listbox', { name: 'People to mention' });
    expect(await list.getByRole('option').allInnerTexts()).toHaveLength(2);
    await fieldOf(alice).pressSequentially('bo');
    await list.getByRole('option', { name: 'Bob' }).waitFor();
    await expect.poll(() => list.getByRole('option').count(), PATIENCE).toBe(1);
    await fieldOf(alice).press('Enter');
    await list.waitFor({ state: 'detached' });
    expect(await fieldOf(alice).inputValue()).toBe('Ask @Bob ');
    await fieldOf(alice).pressSequentially('about it');
    await fieldOf(alice).press('Enter');
    await messages(bob.page).last().locator('.mention').getByText('@Bob', { exact: true }).waitFor();
  });

  it('E16.15 a key that takes a word of an input method neither sends nor chooses nor leaves', async () => {
    await openConversation(alice.page, 'Weekend hike');
    const field = fieldOf(alice);
    const before = await messages(alice.page).count();
    await field.fill('請問@b');
    const list = alice.page.getByRole('listbox', { name: 'People to mention' });
    await list.getByRole('option', { name: 'Bob' }).waitFor();
    // As Safari tells of it: the composition is over already.
    for (const key of ['Enter', 'Tab', 'Escape', 'ArrowDown'])
      await field.dispatchEvent('keydown', { key, keyCode: 229, isComposing: false });
    expect(await list.isVisible()).toBe(true);
    expect(await field.inputValue()).toBe('請問@b');
    await field.fill('請問');
    await field.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, isComposing: false });
    expect(await field.inputValue()).toBe('請問');
    expect(await messages(alice.page).count()).toBe(before);
    await field.press('Enter');
    await message(alice.page, '請問').waitFor();
  });

  it('E13 what was begun is there again after a reload, in its own conversation, and gone once sent', async () => {
    await openConversation(alice.page, 'Bob');
    await fieldOf(alice).fill('Only begun');
    await openConversation(alice.page, 'Carol');
    expect(await fieldOf(alice).inputValue()).toBe('');
    await alice.page.reload();
    await row(alice.page, 'Bob').click();
    await expect.poll(() => fieldOf(alice).inputValue(), PATIENCE).toBe('Only begun');
    await fieldOf(alice).press('Enter');
    await message(alice.page, 'Only begun').waitFor();
    await expectTick(alice.page, 'Only begun', 'Sent').catch(() => undefined);
    await alice.page.reload();
    await messages(alice.page).last().waitFor();
    expect(await fieldOf(alice).inputValue()).toBe('');
  });

  it('E3 an edit leaves what was being written alone', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    await send(alice.page, 'With a typpo');
    await expectTick(alice.page, 'With a typpo', 'Read');
    await fieldOf(alice).press('ArrowUp');
    const field = alice.page.getByRole('textbox', { name: 'Edit message' });
    await field.fill('With a typo');
    await alice.page.getByRole('button', { name: 'Save' }).click();
    await message(bob.page, 'With a typo').waitFor();
    await fieldOf(alice).waitFor();
    expect(await fieldOf(alice).inputValue()).toBe('');
  });

  it('E1 what is too long is not sent: it says so, and nothing of it is lost', async () => {
    await openConversation(alice.page, 'Bob');
    const text = 'ten chars '.repeat(1_000);
    await fieldOf(alice).fill(text);
    await alice.page.getByText('1999 too many').waitFor();
    expect(await alice.page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    await fieldOf(alice).press('Enter');
    await alice.page.getByRole('alert').getByText('This message is too long.').waitFor();
    expect(await fieldOf(alice).inputValue()).toBe(text);
    await fieldOf(alice).fill('');
  });

  it('H6 an emoji comes where the caret is', async () => {
    await openConversation(alice.page, 'Bob');
    await fieldOf(alice).fill('Swimming  today');
    await fieldOf(alice).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(9, 9));
    await alice.page.getByRole('button', { name: 'Emoji', exact: true }).click();
    await alice.page.getByRole('combobox', { name: 'Search' }).fill('otter');
    await alice.page.getByRole('option', { name: /otter/ }).click();
    await expect.poll(() => fieldOf(alice).inputValue(), PATIENCE).toBe('Swimming 🦦 today');
    await fieldOf(alice).fill('');
  });
});
