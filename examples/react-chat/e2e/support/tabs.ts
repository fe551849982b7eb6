import type { Page, Request, Route } from 'playwright-core';
import { expect } from 'vitest';
import { messages, PATIENCE } from './chat';

const isPush = (request: Request) => request.method() === 'POST' && request.url().endsWith('/rpc/push');

/** How many pushes each tab has begun since, in the order of the tabs. */
export function countPushes(tabs: readonly Page[]): () => number[] {
  const counts = tabs.map(() => 0);
  for (const [i, tab] of tabs.entries()) {
    tab.on('request', (request) => {
      if (isPush(request)) counts[i] = (counts[i] ?? 0) + 1;
    });
  }
  return () => counts;
}

export interface HeldPush {
  /** Resolves when the push is held. */
  readonly held: Promise<void>;
  release(): void;
}

/**
 * Holds the tab's first push that contains `text`: the `request` before the server has it, or the `answer` when the
 * server has applied it.
 */
export async function holdPush(tab: Page, text: string, part: 'request' | 'answer'): Promise<HeldPush> {
  let release = () => {};
  let isHeld = false;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = new Promise<void>((resolve, reject) => {
    const handle = async (route: Route) => {
      if (isHeld || !(route.request().postData() ?? '').includes(text)) return route.fallback();
      isHeld = true;
      const answer = part === 'answer' ? await route.fetch() : null;
      resolve();
      await released;
      // The tab may be gone by then, and its request with it.
      await (answer ? route.fulfill({ response: answer }) : route.continue()).catch(() => undefined);
    };
    tab.route('**/rpc/push', handle).catch(reject);
  });
  // Routes are known to the browser before anything that is asked of the page afterwards.
  await tab.evaluate(() => undefined);
  return { held, release };
}

/** Ends the process of a tab: nothing in it runs any more, nothing is said goodbye to. */
export async function crash(tab: Page): Promise<void> {
  const session = await tab.context().newCDPSession(tab);
  const crashed = tab.waitForEvent('crash');
  // It is never answered.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** How many tabs lead, and how many wait to. */
function candidates(tab: Page): Promise<{ leading: number; waiting: number }> {
  return tab.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    const count = (locks: LockInfo[]) => locks.filter(({ name }) => name?.startsWith('confab-')).length;
    return { leading: count(held), waiting: count(pending) };
  });
}

/** One tab leads, all others of `count` wait for it. */
export async function expectOneLeader(tab: Page, count: number): Promise<void> {
  await expect.poll(() => candidates(tab), PATIENCE).toEqual({ leading: 1, waiting: count - 1 });
}

const places = {
  cache: { prefix: 'confab-cache-', range: ['messages:', 'messages;'] },
  outbox: { prefix: 'confab-outbox-', range: null },
} as const;

/** Whether a message with this text is among what this device keeps for the next start, or among what it has to send. */
export function isStored(tab: Page, text: string, where: keyof typeof places = 'cache'): Promise<boolean> {
  return tab.evaluate(
    async ({ wanted, prefix, range }) => {
      const result = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error('unable to read the storage'));
        });
      for (const { name = '' } of await indexedDB.databases()) {
        if (!name.startsWith(prefix)) continue;
        const database = await result(indexedDB.open(name));
        const keys = range && IDBKeyRange.bound(...range);
        const rows = await result(database.transaction('entries').objectStore('entries').getAll(keys));
        database.close();
        if (JSON.stringify(rows).includes(wanted)) return true;
      }
      return false;
    },
    { wanted: text, ...places[where] },
  );
}

/** The open conversation, as a path that another tab can be opened with. */
export async function openedPath(tab: Page): Promise<string> {
  await messages(tab).last().waitFor();
  return new URL(tab.url()).hash;
}
