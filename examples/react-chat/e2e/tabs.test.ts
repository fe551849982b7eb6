import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectTexts, expectTick, message, messages, openConversation, PATIENCE, send } from './support/chat';
import { countPushes, crash, expectOneLeader, holdPush, openedPath } from './support/tabs';
import { startWorld, type Person, type World } from './support/world.mjs';

let world: World;
let alice: Person;
let bob: Person;
/** Alice's tabs: the first one leads. */
let first: Page;
let second: Page;
beforeAll(async () => {
  world = await startWorld();
  bob = await world.open('bob');
  await openConversation(bob.page, 'Alice');
});
afterAll(() => world.stop());
beforeEach(async () => {
  alice = await world.open('alice');
  first = alice.page;
  await openConversation(first, 'Bob');
  second = await openFurther();
  await expectOneLeader(first, 2);
});
afterEach(async () => {
  expect([...alice.problems, ...bob.problems]).toEqual([]);
  await alice.close();
});

async function openFurther(): Promise<Page> {
  const tab = await alice.openTab(await openedPath(first));
  await messages(tab).last().waitFor();
  return tab;
}

/** The same in the same order wherever it is looked at, and sent. */
async function expectSent(prefix: string, texts: readonly string[], tabs: readonly Page[]): Promise<void> {
  await expectTexts(bob.page, prefix, texts);
  for (const tab of tabs) {
    await expectTexts(tab, prefix, texts);
    for (const text of texts) await expectTick(tab, text, 'Read');
  }
}

describe('two tabs of one person', () => {
  it('E10.2 what is written in either shows in the other at once, pending and then sent by one of them', async () => {
    const pushes = countPushes([first, second]);
    const push = await holdPush(first, 'Both 1', 'request');
    await send(first, 'Both 1');
    await push.held;
    await send(second, 'Both 2');
    for (const tab of [first, second]) {
      await expectTexts(tab, 'Both', ['Both 1', 'Both 2']);
      await expectTick(tab, 'Both 1', 'Waiting to be sent');
      await expectTick(tab, 'Both 2', 'Waiting to be sent');
    }
    expect(await bob.page.getByText('Both 1').count()).toBe(0);
    push.release();
    await expectSent('Both', ['Both 1', 'Both 2'], [first, second]);
    const [byFirst, bySecond] = pushes();
    expect(byFirst).toBeGreaterThan(0);
    expect(bySecond).toBe(0);
  });

  it('E10.3 what both write offline arrives once and in the order of each, sent by one of them', async () => {
    // When this is sent, nothing else waits: reading the conversation was a write of its own.
    await send(second, 'Still here');
    await expectSent('Still', ['Still here'], [first, second]);
    await alice.context.setOffline(true);
    await alice.api.cut();
    const turns = ['Away 1', 'Away 2', 'Away 3', 'Away 4'];
    for (const [i, text] of turns.entries()) {
      const [from, to] = i % 2 === 0 ? [first, second] : [second, first];
      await send(from, text);
      await message(to, text).waitFor();
    }
    for (const tab of [first, second]) {
      await expectTexts(tab, 'Away', turns);
      for (const text of turns) await expectTick(tab, text, 'Waiting to be sent');
      // That what is above was read may have to be sent too.
      await tab
        .getByRole('status')
        .getByText(/^You are offline · [45] to be sent/)
        .waitFor();
    }
    // At the same time, none waiting for the other.
    const [left, right] = [
      ['Left 1', 'Left 2', 'Left 3'],
      ['Right 1', 'Right 2', 'Right 3'],
    ];
    const write = async (tab: Page, texts: readonly string[]) => {
      for (const text of texts) await send(tab, text);
    };
    await Promise.all([write(first, left), write(second, right)]);

    const pushes = countPushes([first, second]);
    alice.api.mend();
    await alice.context.setOffline(false);
    await expectSent('Away', turns, [first, second]);
    await expectSent('Left', left, [first, second]);
    await expectSent('Right', right, [first, second]);
    expect(pushes().filter((count) => count > 0)).toHaveLength(1);
  });
});

describe('a tab that crashes', () => {
  it.each([
    ['before the server has its push', 'request'],
    ['after the server has applied its push', 'answer'],
  ] as const)('E10.5 %s loses and doubles nothing: the other one takes over', async (_, part) => {
    const prefix = `Crash ${part}`;
    const texts = [`${prefix} 1`, `${prefix} 2`, `${prefix} 3`] as const;
    const push = await holdPush(first, texts[0], part);
    await send(first, texts[0]);
    await push.held;
    // One that the leader alone has stored, and one of the tab that survives.
    await send(first, texts[1]);
    await message(second, texts[1]).waitFor();
    await send(second, texts[2]);
    await expectTick(second, texts[2], 'Waiting to be sent');

    await crash(first);
    await expectSent(prefix, texts, [second]);
    push.release();
    await expectOneLeader(second, 1);
    await second.reload();
    await expectSent(prefix, texts, [second]);
  });
});

it('E10.1 of ten tabs one leads, all show a message, and another takes over when it is closed', async () => {
  const others = [second];
  while (others.length < 9) others.push(await openFurther());
  await expectOneLeader(first, 10);
  const pushes = countPushes(others);
  const last = others[8] ?? second;
  await send(last, 'Ten 1');
  await expectSent('Ten', ['Ten 1'], [first, ...others]);
  expect(pushes().every((count) => count === 0)).toBe(true);

  await first.close({ runBeforeUnload: false });
  await expectOneLeader(last, 9);
  await send(last, 'Ten 2');
  await expectSent('Ten', ['Ten 1', 'Ten 2'], others);
  await expect.poll(() => pushes().filter((count) => count > 0).length, PATIENCE).toBe(1);
});
