import type { CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  expectTexts,
  expectTick,
  message,
  messages,
  openConversation,
  PATIENCE,
  row,
  send,
} from './support/chat';
import { holdPush, isStored } from './support/tabs';
import { startWorld, type Person, type World } from './support/world.mjs';

let world: World;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await startWorld();
  bob = await world.open('bob');
  await openConversation(bob.page, 'Alice');
});
afterAll(() => world.stop());
beforeEach(async () => {
  alice = await world.open('alice');
  await openConversation(alice.page, 'Bob');
});
afterEach(async () => {
  expect([...alice.problems, ...bob.problems]).toEqual([]);
  await alice.close();
});

const status = (page: Page, text: string | RegExp) => page.getByRole('status').getByText(text);

describe('a reload', () => {
  it.each([
    ['before the server has the push', 'request'],
    ['after the server has applied the push', 'answer'],
  ] as const)('E4 %s neither loses nor doubles what was on its way', async (_, part) => {
    const { page } = alice;
    const texts = [`Reload ${part} 1`, `Reload ${part} 2`] as const;
    const push = await holdPush(page, texts[0], part);
    await send(page, texts[0]);
    await push.held;
    await send(page, texts[1]);
    // What a page loses in the instant before its storage has answered, nothing can bring back.
    await expect.poll(() => isStored(page, texts[1], 'outbox'), PATIENCE).toBe(true);
    await page.reload();
    push.release();
    await expectTexts(bob.page, `Reload ${part}`, texts);
    await expectTexts(page, `Reload ${part}`, texts);
    for (const text of texts) await expectTick(page, text, 'Read');
  });

  it('E15.1 without the network shows the conversations and the newest messages of this device', async () => {
    const { page, api } = alice;
    await send(bob.page, 'Keep this');
    await message(page, 'Keep this').waitFor();
    await row(page, 'Weekend hike').waitFor();
    const names = await page.locator('a.conversation').allInnerTexts();
    const count = await messages(page).count();
    await expect.poll(() => isStored(page, 'Keep this'), PATIENCE).toBe(true);

    await api.cut();
    await page.reload();
    await message(page, 'Keep this').waitFor();
    await row(page, 'Weekend hike').waitFor();
    await status(page, 'You are offline').waitFor();
    expect((await page.locator('a.conversation').allInnerTexts()).length).toBe(names.length);
    expect(await messages(page).count()).toBeGreaterThan(Math.min(count, 5));
    await send(page, 'Keep this too');
    api.mend();
    await expectTexts(bob.page, 'Keep this', ['Keep this', 'Keep this too']);
    await expectTexts(page, 'Keep this', ['Keep this', 'Keep this too']);
  });
});

describe('a tab that was frozen', () => {
  const setLife = (session: CDPSession, state: 'active' | 'frozen') =>
    session.send('Page.setWebLifecycleState', { state });

  it('E7.4 shows what came while the server closed its channels, without a reload', async () => {
    const { page, context } = alice;
    const session = await context.newCDPSession(page);
    await setLife(session, 'frozen');
    await world.stack.restartGateway();
    await send(bob.page, 'While frozen 1');
    await send(bob.page, 'While frozen 2');
    await expectTick(bob.page, 'While frozen 2', 'Sent');
    await setLife(session, 'active');
    await expectTexts(page, 'While frozen', ['While frozen 1', 'While frozen 2']);
    // And it is live again.
    await send(bob.page, 'While frozen: over');
    await message(page, 'While frozen: over').waitFor();
    await send(page, 'While frozen: hello');
    await message(bob.page, 'While frozen: hello').waitFor();
  });
});

describe('a device that is full', () => {
  /** Makes IndexedDB refuse as it does beyond the quota. */
  const setFull = (page: Page, isFull: boolean) =>
    page.evaluate((isFullNow) => {
      const store = IDBObjectStore.prototype as IDBObjectStore & { realPut?: IDBObjectStore['put'] };
      const realPut = (store.realPut ??= store.put);
      store.put = isFullNow
        ? () => {
            throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
          }
        : realPut;
    }, isFull);

  it('E1 sends all the same, says that nothing outlives a reload, and keeps it again when there is room', async () => {
    const { page, api } = alice;
    await setFull(page, true);
    const warning = status(page, 'This browser keeps nothing: unsent messages are lost on reload');
    const push = await holdPush(page, 'Full 1', 'request');
    await send(page, 'Full 1');
    await push.held;
    await warning.waitFor();
    push.release();
    await message(bob.page, 'Full 1').waitFor();
    // Nothing is left that could be lost.
    await expectTick(page, 'Full 1', 'Read');
    await warning.waitFor({ state: 'detached' });

    await api.cut();
    await send(page, 'Full 2');
    await status(page, 'You are offline · 1 to be sent, lost on reload').waitFor();
    await setFull(page, false);
    // With the next write, what could not be stored is stored as well.
    await send(page, 'Full 3');
    await status(page, /^You are offline · 2 to be sent(?!, lost)/).waitFor();
    await page.reload();
    await expectTick(page, 'Full 2', 'Waiting to be sent');
    api.mend();
    await expectTexts(bob.page, 'Full', ['Full 1', 'Full 2', 'Full 3']);
    await expectTexts(page, 'Full', ['Full 1', 'Full 2', 'Full 3']);
  });
});
