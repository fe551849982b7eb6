import { describe, expect, it } from 'vitest';
import { expectTick, message, messages, openConversation, PATIENCE, rest, row, send } from './support/chat';
import { openMenu, pickMenuItem } from './support/message-menu';
import { forTwoPeople } from './support/two-people';
import type { Person } from './support/world.mjs';

let alice: Person;
let bob: Person;
forTwoPeople((...people) => {
  [alice, bob] = people;
});

describe('the messages of two people', () => {
  it('E9 a reaction shows at the other’s, counts both, and is taken back', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    await send(alice.page, 'React to me');
    await message(bob.page, 'React to me').hover();
    await message(bob.page, 'React to me').getByRole('button', { name: 'React', exact: true }).click();
    await bob.page.getByRole('button', { name: 'React with 🎉' }).click();
    const atAlice = message(alice.page, 'React to me').getByRole('button', { name: '🎉 1' });
    await atAlice.waitFor();
    expect(await atAlice.getAttribute('title')).toBe('Bob reacted with 🎉');
    await atAlice.click();
    const atBob = message(bob.page, 'React to me').getByRole('button', { name: '🎉 2' });
    await atBob.waitFor();
    expect(await atBob.getAttribute('aria-pressed')).toBe('true');
    await atBob.click();
    await message(alice.page, 'React to me').getByRole('button', { name: '🎉 1' }).waitFor();
  });

  it('E9 any emoji is found in the picker by its name', async () => {
    await openConversation(alice.page, 'Bob');
    await send(alice.page, 'Something rare');
    await openMenu(alice.page, 'Something rare');
    await alice.page.getByRole('menuitem', { name: 'More emoji' }).click();
    await alice.page.getByRole('combobox', { name: 'Search' }).fill('otter');
    await alice.page.getByRole('option', { name: /otter/ }).click();
    await message(alice.page, 'Something rare').getByRole('button', { name: '🦦 1' }).waitFor();
  });

  it('E5 a reply quotes what it answers, and a press on the quote leads there', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    // Far up, among what is not loaded.
    await bob.page.locator('.messages').hover();
    const asked = bob.page.waitForResponse('**/rpc/history');
    await bob.page.mouse.wheel(0, -20_000);
    await asked;
    // What moves under the pointer is not pressed.
    await rest(bob.page);
    const text = await messages(bob.page).first().locator('.message-text').innerText();
    const old = message(bob.page, text).first();
    await old.hover();
    await old.getByRole('button', { name: 'Reply' }).click();
    await bob.page.getByText('Replying to').waitFor();
    await send(bob.page, 'An answer to that');
    await message(alice.page, 'An answer to that').waitFor();
    await alice.page.reload();
    const answer = message(alice.page, 'An answer to that');
    await answer.locator('.quote').getByText(text, { exact: true }).waitFor();
    await answer.locator('.quote').click();
    await alice.page.locator('.message-highlighted').getByText(text, { exact: true }).waitFor();
    await alice.page.getByRole('button', { name: 'Go to the newest message' }).click();
    await message(alice.page, 'An answer to that').waitFor();
  });

  it('E5 a reply is cancelled with Escape, and what was written stays', async () => {
    await openConversation(alice.page, 'Bob');
    const last = messages(alice.page).last();
    await last.hover();
    await last.getByRole('button', { name: 'Reply' }).click();
    await alice.page.keyboard.type('Begun');
    await alice.page.keyboard.press('Escape');
    await alice.page.getByText('Replying to').waitFor({ state: 'detached' });
    const field = alice.page.getByRole('textbox', { name: 'Message', exact: true });
    expect(await field.inputValue()).toBe('Begun');
    await field.fill('');
  });

  it('D5 a message deleted for oneself stays at the other’s', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    await send(bob.page, 'Not for me');
    await message(alice.page, 'Not for me').waitFor();
    await pickMenuItem(alice.page, 'Not for me', 'Delete for me');
    await message(alice.page, 'Not for me').waitFor({ state: 'detached' });
    expect(await message(bob.page, 'Not for me').count()).toBe(1);
  });

  it('D5 a message deleted for oneself comes back when that is undone', async () => {
    const { page } = alice;
    await openConversation(page, 'Bob');
    await send(page, 'Not for my eyes');
    await message(page, 'Not for my eyes').locator('.ticks:not(.ticks-pending)').waitFor();
    await pickMenuItem(page, 'Not for my eyes', 'Delete for me');
    await message(page, 'Not for my eyes').waitFor({ state: 'detached' });
    const notice = page.getByRole('status').filter({ hasText: 'Deleted for you' });
    await notice.getByRole('button', { name: 'Undo' }).click();
    await message(page, 'Not for my eyes').waitFor();
    await notice.waitFor({ state: 'detached' });
    await page.reload();
    await message(page, 'Not for my eyes').waitFor();
  });

  it('D7 new messages have a line above them until one answers; marked as unread they have it again', async () => {
    await row(bob.page, 'Alice').waitFor();
    await openConversation(alice.page, 'Bob');
    await send(alice.page, 'Line 1');
    await send(alice.page, 'Line 2');
    await openConversation(bob.page, 'Alice');
    const line = bob.page.getByText('New messages', { exact: true });
    await line.waitFor();
    await expectTick(alice.page, 'Line 2', 'Read');
    expect(await line.isVisible()).toBe(true);
    await send(bob.page, 'Answered');
    await line.waitFor({ state: 'detached' });
    await pickMenuItem(bob.page, 'Line 2', 'Mark as unread');
    await line.waitFor();
  });

  it('D6 in a group a tick tells whether all have read, and a list who has', async () => {
    const { page } = alice;
    await openConversation(page, 'Weekend hike');
    await send(page, 'Who has seen this');
    await message(page, 'Who has seen this').locator('.ticks:not(.ticks-pending)').waitFor();
    await openConversation(bob.page, 'Weekend hike');
    await message(bob.page, 'Who has seen this').waitFor();
    const readers = page.getByRole('dialog', { name: 'Read by' });
    await expect
      .poll(async () => {
        await pickMenuItem(page, 'Who has seen this', 'Read by');
        await readers
          .getByText(/^(Bob|Nobody has read it yet\.)$/)
          .first()
          .waitFor();
        const names = await readers.locator('.person-name').allInnerTexts();
        await page.keyboard.press('Escape');
        await readers.waitFor({ state: 'detached' });
        return names;
      }, PATIENCE)
      .toEqual(['Bob']);
    // Carol has not.
    await expect(message(page, 'Who has seen this').locator('.ticks-read').count()).resolves.toBe(0);
  });

  it('H6 links lead out, whatever stands around them; names of files lead nowhere', async () => {
    await openConversation(alice.page, 'Bob');
    await send(alice.page, 'README.md and main.rs: see example.com/a?b=1, or <https://example.org>.');
    const links = messages(alice.page).last().getByRole('link');
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
      'https://example.com/a?b=1',
      'https://example.org',
    ]);
    await send(alice.page, 'No script: javascript:alert(1), [x](javascript:alert(1))');
    expect(await messages(alice.page).last().getByRole('link').count()).toBe(0);
  });

  it('H6 marks are shown as what they mean, and not at all where a text is only hinted at', async () => {
    const { page } = alice;
    await openConversation(page, 'Bob');
    const field = page.getByRole('textbox', { name: 'Message', exact: true });
    await field.fill('**Bold**, _italic_ and snake_case_name <b>x</b>:\n- one\n- two');
    await field.press('Enter');
    const text = messages(page).last().locator('.message-text');
    await text.locator('li').nth(1).waitFor();
    expect(await text.evaluate(({ innerHTML }) => innerHTML)).toBe(
      '<strong>Bold</strong>, <em>italic</em> and snake_case_name &lt;b&gt;x&lt;/b&gt;:<ul><li>one</li><li>two</li></ul>',
    );
    await send(page, 'plain');
    await field.fill('```ts\nconst fenced = **1**;\n```');
    await field.press('Enter');
    const preview = row(page, 'Bob').locator('.conversation-preview');
    await expect.poll(() => preview.innerText(), PATIENCE).toContain('const fenced = **1**;');
    expect(await preview.innerText()).not.toContain('`');
  });

  it('H6 the keyboard moves between messages, and opens and closes their menu', async () => {
    await openConversation(alice.page, 'Bob');
    await send(alice.page, 'Key 1');
    await send(alice.page, 'Key 2');
    await expectTick(alice.page, 'Key 2', 'Sent').catch(() => undefined);
    await messages(alice.page).last().focus();
    await alice.page.keyboard.press('ArrowUp');
    await expect.poll(() => focusedText(alice), PATIENCE).toContain('Key 1');
    await alice.page.keyboard.press('Enter');
    await alice.page.getByRole('menu').waitFor();
    await alice.page.keyboard.press('ArrowDown');
    await alice.page.keyboard.press('Escape');
    await alice.page.getByRole('menu').waitFor({ state: 'detached' });
    await alice.page.keyboard.press('Shift+Tab');
    await message(alice.page, 'Key 1').focus();
    await alice.page.keyboard.press('r');
    await alice.page.getByText('Replying to yourself').waitFor();
  });
});

const focusedText = ({ page }: Person) => page.evaluate(() => document.activeElement?.textContent ?? '');
