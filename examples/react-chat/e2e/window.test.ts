import type { Page, Route } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { allowLength, asUser, makeGroup, type Caller } from './support/api';
import { expectAccessible } from './support/axe';
import { expectTick, message, messages, openConversation, PATIENCE, row, send } from './support/chat';
import { pickMenuItem } from './support/message-menu';
import { forTwoPeople } from './support/two-people';
import type { Person, World } from './support/world.mjs';

const ALICE = 'a11ce000-0000-4000-8000-000000000001';

let world: World;
let alice: Person;
let bob: Person;
forTwoPeople((...people) => {
  [alice, bob, world] = people;
});

const fieldOf = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });

async function isInView(page: Page, text: string): Promise<boolean> {
  const area = await page.locator('.messages').boundingBox();
  const box = await message(page, text).boundingBox();
  return area !== null && box !== null && box.y >= area.y && box.y + box.height <= area.y + area.height;
}

describe('what one writes', () => {
  it('E5.19 a reply quotes what it answers before it is sent, and the last message stays in view', async () => {
    const { page, api } = alice;
    await openConversation(page, 'Bob');
    await send(page, 'Answer me later');
    await expectTick(page, 'Answer me later', 'Delivered').catch(() => undefined);
    const asked = messages(page).last();
    await asked.hover();
    await asked.getByRole('button', { name: 'Reply' }).click();
    await page.getByText('Replying to yourself').waitFor();
    await expect.poll(() => isInView(page, 'Answer me later'), PATIENCE).toBe(true);
    await api.cut();
    await send(page, 'Now then');
    await message(page, 'Now then').locator('.quote').getByText('Answer me later', { exact: true }).waitFor();
    await expectTick(page, 'Now then', 'Waiting to be sent');
    api.mend();
    await expectTick(page, 'Now then', 'Delivered');
    await message(page, 'Now then').locator('.quote').waitFor();
  });

  it('E5.5 a pin shows at once, before the server knows of it', async () => {
    const { page, api } = alice;
    await openConversation(page, 'Bob');
    await send(page, 'Pinned without a network');
    await expectTick(page, 'Pinned without a network', 'Delivered');
    await api.cut();
    await pickMenuItem(page, 'Pinned without a network', 'Pin');
    const pin = message(page, 'Pinned without a network').getByRole('img', { name: 'Pinned' });
    await pin.waitFor();
    await pickMenuItem(page, 'Pinned without a network', 'Unpin');
    await pin.waitFor({ state: 'detached' });
    api.mend();
  });

  it('E4.6 a refused message is changed where it stands, and sent', async () => {
    const { page } = alice;
    await openConversation(page, 'Bob');
    await page.route('**/rpc/push', (route) =>
      route.fallback({
        postData: (route.request().postData() ?? '').replaceAll('Too wordy', 'Too wordy '.repeat(900)),
      }),
    );
    await send(page, 'Too wordy');
    const refusal = page.getByRole('alert').filter({ hasText: 'Not sent. This message is too long.' });
    await refusal.getByRole('button', { name: 'Edit' }).click();
    const field = page.getByRole('textbox', { name: 'Edit message' });
    expect(await field.inputValue()).toBe('Too wordy');
    await field.fill('Brief');
    await field.press('Enter');
    await expectTick(page, 'Brief', 'Delivered');
    await refusal.waitFor({ state: 'detached' });
  });

  it('D3 what was edited tells when, and what it said before', async () => {
    const { page } = alice;
    await openConversation(page, 'Bob');
    await send(page, 'At nine');
    await expectTick(page, 'At nine', 'Delivered');
    await fieldOf(page).press('ArrowUp');
    await page.getByRole('textbox', { name: 'Edit message' }).fill('At ten');
    await page.keyboard.press('Enter');
    const edited = message(page, 'At ten').getByRole('button', { name: 'edited' });
    expect(await edited.getAttribute('title')).toMatch(/^Edited .*\d\d:\d\d/);
    await expectTick(page, 'At ten', 'Delivered');
    await edited.click();
    const dialog = page.getByRole('dialog', { name: 'Edits of this message' });
    await dialog.getByText('At nine', { exact: true }).waitFor();
    expect(await dialog.getByRole('listitem').count()).toBe(2);
    await expectAccessible(page);
  });

  it('H6 code stands apart and is copied, a few emoji are large, marks of other languages run their way', async () => {
    const { page, context } = alice;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await openConversation(page, 'Bob');
    await fieldOf(page).fill('Try this:\n```ts\nconst a = 1; // <b>\n```\nor `a + 1` @nobody');
    await page.keyboard.press('Enter');
    const block = page.locator('.code-block').last();
    expect(await block.locator('code').innerText()).toBe('const a = 1; // <b>');
    expect(await messages(page).last().locator('.message-text > code').innerText()).toBe('a + 1');
    await block.hover();
    await block.getByRole('button', { name: 'Copy code' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('const a = 1; // <b>');
    await send(page, '👩‍👩‍👧 🎉');
    await page.locator('.message-emoji').last().waitFor();
    await send(page, 'שלום לך');
    const flow = messages(page).last().locator('.message-flow');
    expect(await flow.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'light' });
    await expectAccessible(page);
  });
});

describe('what others write', () => {
  let carol: Caller;
  beforeEach(async () => {
    carol = await asUser(world, 'carol@example.com', 'Carol');
  });

  it('H6 10,000 characters are folded, unfold, and fold again', async () => {
    await allowLength(world, 10_000);
    const group = await makeGroup(carol, 'Long reads', [ALICE]);
    await carol.send(group, `${'word '.repeat(1_998)}ends here`);
    const { page } = alice;
    await openConversation(page, 'Long reads');
    const long = messages(page).last();
    const height = async () => (await long.boundingBox())?.height ?? 0;
    expect(await height()).toBeLessThan(600);
    await long.getByRole('button', { name: 'Show more' }).click();
    await long.getByText('ends here').waitFor();
    await expect.poll(height, PATIENCE).toBeGreaterThan(1_500);
    await long.getByRole('button', { name: 'Show less' }).click();
    await expect.poll(height, PATIENCE).toBeLessThan(600);
  });

  it('E5.20 where only admins may write it says so instead of refusing, and lets write again', async () => {
    const group = await makeGroup(carol, 'Town hall', [ALICE]);
    await carol.send(group, 'Please listen');
    const { page } = alice;
    await openConversation(page, 'Town hall');
    await fieldOf(page).fill('But I wanted to say');
    await carol.rpc('update_conversation', { conversation_id: group, changes: { is_locked: true } });
    await page.getByText('This conversation is locked. Only its admins may write at present.').waitFor();
    expect(await fieldOf(page).count()).toBe(0);
    await messages(page).last().hover();
    expect(await messages(page).last().getByRole('button').count()).toBe(1);
    expect(await page.getByRole('textbox', { name: 'What you were writing' }).inputValue()).toBe(
      'But I wanted to say',
    );
    await expectAccessible(page);
    await carol.rpc('update_conversation', { conversation_id: group, changes: { is_locked: false } });
    await fieldOf(page).waitFor();
    expect(await fieldOf(page).inputValue()).toBe('But I wanted to say');
    await fieldOf(page).press('Enter');
    await message(page, 'But I wanted to say').waitFor();
  });

  it('H6 names that turn the text around or cannot be seen are named, also once their owners have left', async () => {
    const turned = await asUser(world, 'turned@example.com', '\u202enhoJ\u202c');
    const unseen = await asUser(world, 'unseen@example.com', '\u200b\u2060');
    const group = await makeGroup(carol, 'Strange names', [ALICE, turned.id, unseen.id]);
    await turned.send(group, 'From the right');
    await unseen.send(group, 'From nowhere');
    await unseen.rpc('leave_conversation', { conversation_id: group });
    const { page } = alice;
    await openConversation(page, 'Strange names');
    expect(await message(page, 'From the right').locator('.message-name').innerText()).toBe('nhoJ');
    expect(await message(page, 'From nowhere').locator('.message-name').innerText()).toBe('Anonymous');
    await page.getByTestId('system-message').getByText('Anonymous left').waitFor();
    await expectAccessible(page);
  });

  it('H6 2,000 reactions with 50 emoji stay usable, and who reacted is read page by page', async () => {
    const group = await makeGroup(carol, 'Crowd', [ALICE]);
    await carol.send(group, 'Everybody likes this');
    const emoji = [
      ...'😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓😔😕😖😗😘😙😚😛😜😝😞😟😠😡😢😣😤😥😦😧😨😩😪😫😬😭😮😯😰😱',
    ];
    expect(emoji).toHaveLength(50);
    const user = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const { page } = alice;
    await page.route('**/rpc/history', async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const reactions = emoji.map((one) => ({ emoji: one, count: 40, user_ids: [user(1)], own: false }));
      await route.fulfill({
        response,
        body: text.replaceAll('"reactions":[]', `"reactions":${JSON.stringify(reactions)}`),
      });
    });
    const pages: (string | null)[] = [];
    await page.route('**/rpc/reactors', (route) => fulfillReactors(route, user, emoji, pages));
    await openConversation(page, 'Crowd');
    const crowded = message(page, 'Everybody likes this');
    const more = crowded.getByRole('button', { name: '38 more reactions' });
    await more.waitFor();
    expect(await crowded.locator('.reactions').getByRole('button').count()).toBe(14);
    expect((await crowded.boundingBox())?.height).toBeLessThan(220);
    await more.click();
    const dialog = page.getByRole('dialog', { name: 'Reactions' });
    await dialog.getByRole('button', { name: 'All 2000' }).waitFor();
    const people = dialog.locator('.people .person');
    await expect.poll(() => people.count(), PATIENCE).toBe(50);
    await dialog.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => people.count(), PATIENCE).toBe(100);
    await dialog.getByRole('button', { name: '😂 40' }).click();
    await expect.poll(() => pages.at(-1), PATIENCE).toBe('😂');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('H5 a reaction above what is read moves nothing', async () => {
    const { page } = alice;
    await Promise.all([openConversation(page, 'Bob'), openConversation(bob.page, 'Alice')]);
    await send(page, 'React above');
    for (let n = 1; n <= 5; n++) await send(page, `Filler ${n}\n${'line\n'.repeat(6)}end`.trim());
    await message(bob.page, 'React above').waitFor();
    await page.locator('.messages').hover();
    await page.mouse.wheel(0, -250);
    await page.getByRole('button', { name: 'Go to the newest message' }).waitFor();
    const read = page.locator('[data-message-id]', { hasText: 'Filler 5' });
    const top = async () => Math.round((await read.boundingBox())?.y ?? -1);
    const before = await top();
    await message(bob.page, 'React above').getByRole('button', { name: 'React', exact: true }).click();
    await bob.page.getByRole('button', { name: 'React with 🎉' }).click();
    await message(page, 'React above').getByRole('button', { name: '🎉 1' }).waitFor();
    await expect.poll(top, PATIENCE).toBe(before);
  });
});

describe('on a phone', () => {
  it('H6 a long press opens what can be done with a message, large enough for a finger', async () => {
    const { page, context, problems, close } = await world.open('alice', {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    await row(page, 'Bob').tap();
    const last = messages(page).last();
    await last.waitFor();
    const box = await last.locator('.bubble').boundingBox();
    if (!box) throw new Error('no message in view');
    const touch = await context.newCDPSession(page);
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await page.locator('.message-held').waitFor();
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    const menu = page.getByRole('menu');
    await menu.getByRole('menuitem', { name: 'Reply', exact: true }).waitFor();
    await expectAccessible(page);
    const heights = await menu
      .getByRole('menuitem')
      .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    const sheet = await menu.boundingBox();
    expect([sheet?.x, Math.round((sheet?.y ?? 0) + (sheet?.height ?? 0))]).toEqual([0, 844]);
    await menu.getByRole('menuitem', { name: 'Reply', exact: true }).tap();
    await page.getByText(/^Replying to/).waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});

async function fulfillReactors(
  route: Route,
  user: (n: number) => string,
  emoji: readonly string[],
  asked: (string | null)[],
): Promise<void> {
  const args: unknown = route.request().postDataJSON();
  const read = (key: string) =>
    typeof args === 'object' && args !== null && key in args ? Reflect.get(args, key) : undefined;
  const after = Number(read('after') ?? 0);
  const only: unknown = read('emoji');
  asked.push(typeof only === 'string' ? only : null);
  const ids = Array.from({ length: 50 }, (_, n) => after + n);
  await route.fulfill({
    json: {
      reactions: ids.map((n) => ({
        user_id: user(n),
        emoji: typeof only === 'string' ? only : emoji[n % emoji.length],
        created_at: '2030-01-01T00:00:00+00:00',
      })),
      profiles: ids.map((n) => ({
        id: user(n),
        display_name: `Person ${n}`,
        avatar_url: null,
        last_seen_at: null,
        deleted_at: null,
        changed: 1,
      })),
      next: after < 1_950 ? String(after + 50) : null,
    },
  });
}
