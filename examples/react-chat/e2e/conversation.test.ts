import { describe, expect, it } from 'vitest';
import {
  expectTexts,
  expectTick,
  message,
  openConversation,
  PATIENCE,
  row,
  send,
  unreadOf,
} from './support/chat';
import { forTwoPeople } from './support/two-people';
import type { Person } from './support/world.mjs';

let alice: Person;
let bob: Person;
forTwoPeople((...people) => {
  [alice, bob] = people;
});

describe('two people in two browsers', () => {
  it('E6 write to each other and see each other’s messages at once, in the same order', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    const texts = ['Both 1: from Alice', 'Both 2: from Bob', 'Both 3: from Alice', 'Both 4: from Bob'];
    for (const [i, text] of texts.entries()) {
      const [from, to] = i % 2 === 0 ? [alice, bob] : [bob, alice];
      await send(from.page, text);
      await message(to.page, text).waitFor();
    }
    await expectTexts(alice.page, 'Both', texts);
    await expectTexts(bob.page, 'Both', texts);
  });

  it('D6 ticks tell when a message was delivered and when it was read', async () => {
    await openConversation(alice.page, 'Bob');
    // Bob's app is open, the conversation is not.
    await row(bob.page, 'Alice').waitFor();
    await send(alice.page, 'Tick tock');
    await expectTick(alice.page, 'Tick tock', 'Delivered');
    await openConversation(bob.page, 'Alice');
    await expectTick(alice.page, 'Tick tock', 'Read');
    await send(bob.page, 'Tock tick');
    await expectTick(bob.page, 'Tock tick', 'Read');
  });

  it('D7 unread counts and the title are right for both', async () => {
    await row(bob.page, 'Alice').click();
    await openConversation(bob.page, 'Weekend hike');
    await row(bob.page, 'Alice').waitFor();
    await expect.poll(() => unreadOf(bob.page, 'Alice'), PATIENCE).toBe(0);
    await openConversation(alice.page, 'Bob');
    await expect.poll(() => unreadOf(alice.page, 'Bob'), PATIENCE).toBe(0);
    const others = Number.parseInt(/\d+/.exec(await bob.page.title())?.[0] ?? '0');

    await send(alice.page, 'Unread 1');
    await send(alice.page, 'Unread 2');
    await expect.poll(() => unreadOf(bob.page, 'Alice'), PATIENCE).toBe(2);
    await expect.poll(() => bob.page.title(), PATIENCE).toBe(`(${others + 2}) Confab`);
    expect(await unreadOf(alice.page, 'Bob')).toBe(0);

    await bob.page.reload();
    await expect.poll(() => unreadOf(bob.page, 'Alice'), PATIENCE).toBe(2);
    await openConversation(bob.page, 'Alice');
    await expect.poll(() => unreadOf(bob.page, 'Alice'), PATIENCE).toBe(0);
    await send(bob.page, 'I read both');
    await message(alice.page, 'I read both').waitFor();
    await expect.poll(() => unreadOf(alice.page, 'Bob'), PATIENCE).toBe(0);
  });

  it('E11 typing shows at the other’s and disappears when the message is sent, or the text is cleared', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    const typing = alice.page.getByText('Bob is typing');
    // Being online means that the room is joined on both sides.
    await alice.page.locator('.window .presence-online').waitFor();
    await bob.page.locator('.window .presence-online').waitFor();
    const field = bob.page.getByRole('textbox', { name: 'Message', exact: true });
    await field.fill('Hm');
    await typing.waitFor();
    await field.press('Enter');
    await typing.waitFor({ state: 'hidden' });
    await message(alice.page, 'Hm').waitFor();
    await field.fill('Well');
    await typing.waitFor();
    await field.fill('');
    await typing.waitFor({ state: 'hidden' });
  });

  it('E11 a dot tells that the other is there, and the time when they have gone', async () => {
    await openConversation(alice.page, 'Bob');
    await openConversation(bob.page, 'Alice');
    const dot = alice.page.locator('.window .presence-online');
    await dot.waitFor();
    await bob.page.close();
    await dot.waitFor({ state: 'hidden' });
    await alice.page.getByText(/^last seen /).waitFor();
  });

  it('D5 an edit and a deletion reach the other', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    await send(alice.page, 'Edit me');
    await message(bob.page, 'Edit me').waitFor();
    await expectTick(alice.page, 'Edit me', 'Read');
    await message(alice.page, 'Edit me').hover();
    await message(alice.page, 'Edit me').getByRole('button', { name: 'More' }).click();
    await alice.page.getByRole('menuitem', { name: 'Edit', exact: true }).click();
    const field = alice.page.getByRole('textbox', { name: 'Edit message' });
    expect(await field.inputValue()).toBe('Edit me');
    await field.fill('Edited');
    await field.press('Enter');
    await message(bob.page, 'Edited').getByText('edited', { exact: true }).waitFor();

    const edited = await message(alice.page, 'Edited').getAttribute('data-message-id');
    await message(alice.page, 'Edited').getByRole('button', { name: 'More' }).click();
    await alice.page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    const tombstone = bob.page.locator(`[data-message-id="${edited}"]`);
    await tombstone.getByText('Message deleted').waitFor();
    expect(await message(bob.page, 'Edited').count()).toBe(0);
  });

  it('E4 a refused message says why, keeps its text, and is discarded when asked', async () => {
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    // The server allows less than the app takes it to.
    await alice.page.route('**/rpc/push', (route) =>
      route.fallback({
        postData: (route.request().postData() ?? '').replaceAll('Refuse this', 'Refuse this '.repeat(900)),
      }),
    );
    await send(alice.page, 'Refuse this');
    const refusal = alice.page.getByRole('alert').filter({ hasText: 'Not sent. This message is too long.' });
    await refusal.waitFor();
    // What comes after it is not held up.
    await send(alice.page, 'A short one');
    await message(bob.page, 'A short one').waitFor();
    const failed = alice.page.locator('.message-failed');
    expect(await failed.innerText()).toContain('Refuse this');

    await alice.page.reload();
    await refusal.waitFor();
    expect(await failed.innerText()).toContain('Refuse this');
    await refusal.getByRole('button', { name: 'Retry' }).click();
    await refusal.waitFor();
    await refusal.getByRole('button', { name: 'Discard' }).click();
    await failed.waitFor({ state: 'detached' });
    expect(await bob.page.getByText('Refuse this').count()).toBe(0);
  });

  it('D8 a new group is made from known people and appears at theirs', async () => {
    await alice.page.getByRole('button', { name: 'New chat' }).click();
    const dialog = alice.page.getByRole('dialog');
    await dialog.getByText('Bob').click();
    await dialog.getByText('Carol').click();
    await dialog.getByLabel('Name of the group').fill('Surprise party');
    await dialog.getByRole('button', { name: 'Create group' }).click();
    await alice.page.getByRole('heading', { level: 2, name: 'Surprise party' }).waitFor();
    await send(alice.page, 'Bring balloons');
    await expect.poll(() => unreadOf(bob.page, 'Surprise party'), PATIENCE).toBe(1);
    await openConversation(bob.page, 'Surprise party');
    await message(bob.page, 'Bring balloons').waitFor();
  });
});
