import { describe, expect, it } from 'vitest';
import { message, messages, openConversation, send } from './support/chat';
import { expectAccessible } from './support/axe';
import { openMenu, pickMenuItem } from './support/message-menu';
import { forTwoPeople } from './support/two-people';
import type { Person } from './support/world.mjs';

let alice: Person;
let bob: Person;
forTwoPeople(async (...people) => {
  [alice, bob] = people;
  await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
});

const panelOf = ({ page }: Person, name: string) => page.getByRole('complementary', { name });
const reply = async (person: Person, text: string) => {
  const field = panelOf(person, 'Thread').getByRole('textbox', { name: 'Reply' });
  await field.fill(text);
  await field.press('Enter');
  await panelOf(person, 'Thread').getByText(text, { exact: true }).waitFor();
};

describe('what stands beside the messages', () => {
  it('E6 replies go to the thread of a message, and reach the other there', async () => {
    await send(alice.page, 'The root of it');
    await message(bob.page, 'The root of it').waitFor();
    await pickMenuItem(alice.page, 'The root of it', 'Reply in a thread');
    await panelOf(alice, 'Thread').getByText('Be the first to reply.').waitFor();
    await reply(alice, 'First in the thread');
    await message(bob.page, 'The root of it')
      .getByRole('button', { name: /^1 reply/ })
      .click();
    await panelOf(bob, 'Thread').getByText('First in the thread', { exact: true }).waitFor();
    await reply(bob, 'Second in the thread');
    await panelOf(alice, 'Thread').getByText('Second in the thread', { exact: true }).waitFor();
    await message(alice.page, 'The root of it')
      .getByRole('button', { name: /^2 replies/ })
      .first()
      .waitFor();
    // None of them stands among the messages of the conversation.
    expect(await alice.page.locator('.window').getByText('in the thread').count()).toBe(0);
    await expectAccessible(alice.page);
    await alice.page.keyboard.press('Escape');
    await panelOf(alice, 'Thread').waitFor({ state: 'detached' });
  });

  it('D5 a reply in a thread is edited in its thread', async () => {
    await send(alice.page, 'Another root');
    await pickMenuItem(alice.page, 'Another root', 'Reply in a thread');
    await reply(alice, 'Nearly rihgt');
    const row = panelOf(alice, 'Thread').getByTestId('message').filter({ hasText: 'Nearly rihgt' });
    await row.locator('.ticks:not(.ticks-pending)').waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'More' }).click();
    await alice.page.getByRole('menuitem', { name: 'Edit' }).click();
    const field = panelOf(alice, 'Thread').getByRole('textbox', { name: 'Edit message' });
    await field.fill('Quite right');
    await field.press('Enter');
    await panelOf(alice, 'Thread').getByText('Quite right', { exact: true }).waitFor();
    expect(await alice.page.locator('.window').getByRole('textbox', { name: 'Edit message' }).count()).toBe(
      0,
    );
  });

  it('E8 a pinned message is in the list of both, leads to its place, and is unpinned', async () => {
    await send(alice.page, 'Pin this one');
    await message(bob.page, 'Pin this one').waitFor();
    await pickMenuItem(alice.page, 'Pin this one', 'Pin');
    await message(bob.page, 'Pin this one').getByRole('img', { name: 'Pinned' }).waitFor();
    await bob.page.getByRole('link', { name: 'Pinned messages' }).click();
    await panelOf(bob, 'Pinned messages').getByText('Pin this one').click();
    await bob.page.locator('.message-highlighted').getByText('Pin this one').waitFor();
    if (!(await panelOf(bob, 'Pinned messages').isVisible()))
      await bob.page.getByRole('link', { name: 'Pinned messages' }).click();
    await panelOf(bob, 'Pinned messages').getByRole('button', { name: 'Unpin' }).click();
    await panelOf(bob, 'Pinned messages').getByText('Nothing is pinned yet.').waitFor();
    await message(alice.page, 'Pin this one')
      .getByRole('img', { name: 'Pinned' })
      .waitFor({ state: 'detached' });
  });

  it('E8 a message is forwarded to another conversation, and says so there', async () => {
    await send(alice.page, 'Worth telling Carol');
    await pickMenuItem(alice.page, 'Worth telling Carol', 'Forward');
    const dialog = alice.page.getByRole('dialog', { name: 'Forward to' });
    await expectAccessible(alice.page);
    await dialog.getByLabel('Search').fill('caro');
    await dialog.getByRole('button', { name: 'Carol' }).click();
    await openConversation(alice.page, 'Carol');
    await message(alice.page, 'Worth telling Carol').getByText('Forwarded').waitFor();
  });

  it('E9 who reacted is told', async () => {
    await send(alice.page, 'Who liked it');
    await message(bob.page, 'Who liked it').waitFor();
    await openMenu(bob.page, 'Who liked it');
    await bob.page.getByRole('menuitem', { name: 'React with 👍' }).click();
    await message(alice.page, 'Who liked it').getByRole('button', { name: '👍 1' }).waitFor();
    await pickMenuItem(alice.page, 'Who liked it', 'Who reacted');
    await alice.page.getByRole('dialog', { name: 'Reactions' }).getByText('Bob').waitFor();
  });

  it('H6 axe finds nothing in the menu and the picker', async () => {
    const last = messages(alice.page).last();
    await last.hover();
    await last.getByRole('button', { name: 'More' }).click();
    await alice.page.getByRole('menu').waitFor();
    await expectAccessible(alice.page);
  });
});
