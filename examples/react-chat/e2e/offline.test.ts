import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectTexts, expectTick, message, openConversation, PATIENCE, send, unreadOf } from './support/chat';
import { isStored } from './support/tabs';
import { startWorld, type World } from './support/world.mjs';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('without the network', () => {
  it('E1 three messages survive a reload, and arrive once and in order when the network is back', async () => {
    const [alice, bob] = await Promise.all([world.open('alice'), world.open('bob')]);
    await Promise.all([openConversation(alice.page, 'Bob'), openConversation(bob.page, 'Alice')]);
    await send(alice.page, 'Trip 0: still online');
    await message(bob.page, 'Trip 0: still online').waitFor();
    await expect.poll(() => isStored(alice.page, 'Trip 0'), PATIENCE).toBe(true);

    await alice.context.setOffline(true);
    await alice.api.cut();
    const offline = ['Trip 1', 'Trip 2', 'Trip 3'];
    for (const text of offline) await send(alice.page, text);
    await expectTick(alice.page, 'Trip 3', 'Waiting to be sent');
    await alice.page.getByRole('status').getByText('You are offline · 3 to be sent').waitFor();
    await send(bob.page, 'Trip while you were away');
    await bob.page.locator('a.conversation[aria-current]').focus();

    // The page itself can be loaded again, the API cannot be reached.
    await alice.context.setOffline(false);
    await alice.page.reload();
    await expectTexts(alice.page, 'Trip', ['Trip 0: still online', ...offline]);
    await expectTick(alice.page, 'Trip 1', 'Waiting to be sent');
    await alice.page.getByRole('status').getByText('You are offline · 3 to be sent').waitFor();
    expect(await bob.page.getByText('Trip 1').count()).toBe(0);

    alice.api.mend();
    const all = ['Trip 0: still online', 'Trip while you were away', ...offline];
    await expectTexts(alice.page, 'Trip', all);
    await expectTexts(bob.page, 'Trip', all);
    for (const text of offline) await expectTick(alice.page, text, 'Read');
    await alice.page.getByText('You are offline').waitFor({ state: 'hidden' });
    await expect.poll(() => unreadOf(alice.page, 'Bob'), PATIENCE).toBe(0);
    await expect.poll(() => unreadOf(bob.page, 'Alice'), PATIENCE).toBe(0);

    // What the server has is the same again.
    await Promise.all([alice.page.reload(), bob.page.reload()]);
    await expectTexts(alice.page, 'Trip', all);
    await expectTexts(bob.page, 'Trip', all);
    expect([...alice.problems, ...bob.problems]).toEqual([]);
    await Promise.all([alice.close(), bob.close()]);
  });
});
