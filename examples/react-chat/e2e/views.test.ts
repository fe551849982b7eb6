import { describe, expect, it } from 'vitest';
import { message, messages, openConversation, PATIENCE, row, send } from './support/chat';
import { pickMenuItem } from './support/message-menu';
import { forTwoPeople } from './support/two-people';
import type { Person } from './support/world.mjs';

let alice: Person;
let bob: Person;
forTwoPeople((...people) => {
  [alice, bob] = people;
});

const view = ({ page }: Person, name: string) => page.getByRole('region', { name, exact: true });
const viewButton = ({ page }: Person, name: string) =>
  page.getByRole('button', { name: new RegExp(`^${name}(, \\d+ new)?$`) });

async function replyInThread({ page }: Person, root: string, text: string): Promise<void> {
  await pickMenuItem(page, root, 'Reply in a thread');
  const field = page.getByRole('textbox', { name: 'Reply' });
  await field.fill(text);
  await field.press('Enter');
  await page.getByRole('complementary', { name: 'Thread' }).getByText(text, { exact: true }).waitFor();
}

describe('what the sidebar lists beside conversations', () => {
  it('D7 threads: what is new in them shows, leads there, and is then read', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    await send(alice.page, 'Worth a thread');
    await message(bob.page, 'Worth a thread').waitFor();
    await replyInThread(bob, 'Worth a thread', 'Here it goes on');
    await alice.page.getByRole('button', { name: 'Threads, 1 new' }).click();
    const thread = view(alice, 'Threads').getByRole('link').filter({ hasText: 'Worth a thread' });
    await thread.getByText('1 reply').waitFor();
    await thread.getByText('unread').waitFor();
    await thread.click();
    const panel = alice.page.getByRole('complementary', { name: 'Thread' });
    await panel.getByText('Here it goes on', { exact: true }).waitFor();
    await thread.getByText('unread').waitFor({ state: 'detached' });
    await alice.page.getByRole('button', { name: 'Threads', exact: true }).waitFor();
  });

  it('D7 mentions: each leads to its message', async () => {
    await openConversation(bob.page, 'Weekend hike');
    const field = bob.page.getByRole('textbox', { name: 'Message', exact: true });
    await field.pressSequentially('Ask @ali');
    await bob.page.getByRole('listbox').getByRole('option', { name: 'Alice' }).waitFor();
    await field.press('Enter');
    await field.pressSequentially('about the map');
    await field.press('Enter');
    await viewButton(alice, 'Mentions').click();
    const mention = view(alice, 'Mentions').getByRole('link').filter({ hasText: 'about the map' });
    await mention.getByText('Bob in Weekend hike').waitFor();
    await mention.click();
    await messages(alice.page).last().locator('.mention').getByText('@Alice').waitFor();
    await view(alice, 'Mentions').getByRole('button', { name: 'Back to the conversations' }).click();
    await row(alice.page, 'Weekend hike').waitFor();
  });

  it('E6.12 a reply that was found in the search leads to its thread', async () => {
    await openConversation(bob.page, 'Alice');
    await send(bob.page, 'What is it made of?');
    await message(bob.page, 'What is it made of?').locator('.ticks:not(.ticks-pending)').waitFor();
    await replyInThread(bob, 'What is it made of?', 'Mostly of rhubarb');
    await alice.page.getByRole('searchbox').fill('rhubarb');
    const found = alice.page.locator('.found-message').filter({ hasText: 'in a thread' });
    await found.click();
    const panel = alice.page.getByRole('complementary', { name: 'Thread' });
    await panel.getByText('Mostly of rhubarb', { exact: true }).waitFor();
    await panel.getByText('What is it made of?', { exact: true }).waitFor();
  });
});

describe('what is kept quiet, waits, or is coloured', () => {
  it('E5.9 a conversation is muted for a time, and says until when', async () => {
    const { page } = alice;
    await row(page, 'Carol').hover();
    await page.getByRole('button', { name: 'Actions for Carol' }).click();
    await page.getByRole('menuitem', { name: 'Mute' }).click();
    await page.getByRole('menuitem', { name: 'Until tomorrow' }).click();
    await row(page, 'Carol').getByRole('img', { name: 'Muted' }).waitFor();
    await openConversation(page, 'Carol');
    await page.getByRole('link', { name: 'Details' }).click();
    await page.getByRole('switch', { name: 'Muted until tomorrow, 08:00' }).click();
    await page.getByRole('switch', { name: 'Muted', exact: true }).click();
    await page.getByRole('menuitem', { name: 'For an hour' }).click();
    await page.getByRole('switch', { name: /^Muted until (today|tomorrow), / }).click();
    await row(page, 'Carol').getByRole('img', { name: 'Muted' }).waitFor({ state: 'detached' });
  });

  it('E4.9 the banner of somebody offline opens what waits', async () => {
    const { page, api } = alice;
    await openConversation(page, 'Bob');
    await api.cut();
    await send(page, 'In a tunnel');
    await page.getByRole('status').getByRole('button', { name: 'Show' }).click();
    const drawer = page.getByRole('dialog', { name: 'Not sent yet' });
    await drawer.getByText('In a tunnel').waitFor();
    api.mend();
    await drawer.getByText('Everything is sent.').waitFor();
  });

  it('H5 the bar of the browser has the colour that was chosen', async () => {
    const { page } = alice;
    const colours = () =>
      page
        .locator('meta[name="theme-color"]')
        .evaluateAll((all) => all.map((meta) => meta.getAttribute('content')));
    const own = await colours();
    const choose = async (name: string) => {
      await page.getByRole('button', { name: 'You', exact: true }).click();
      await page.getByRole('menuitemradio', { name }).click();
    };
    await choose('Dark');
    await expect.poll(colours, PATIENCE).toEqual([own[1], own[1]]);
    await choose('As the device');
    await expect.poll(colours, PATIENCE).toEqual(own);
  });
});
