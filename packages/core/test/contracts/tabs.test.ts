import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBrowserTabs } from '../../src/adapters/browser-tabs';
import { singleTab } from '../../src/adapters/single-tab';
import { createFakeBrowser } from '../../src/testing/fake-tabs';
import { createSeededRandom } from '../../src/testing/seeded-random';
import { settled } from '../../src/testing/settled';
import { createFakeLocks } from './support/fake-locks';
import { describeTabs } from './tabs.contract';

describeTabs('the fake', () => ({ open: createFakeBrowser().open, settle: settled }));

describeTabs('the fake that delivers late and in any order', () => {
  const random = createSeededRandom(7);
  const tasks: (() => void)[] = [];
  const browser = createFakeBrowser({ schedule: (task) => void tasks.push(task) });
  return {
    open: browser.open,
    async settle() {
      while (tasks.length > 0) {
        tasks.splice(random.int(tasks.length), 1)[0]?.();
        await settled();
      }
    },
  };
});

/** A message that makes the round after all that were posted before it. */
async function roundTrip(): Promise<void> {
  const [to, from] = [new BroadcastChannel('round trip'), new BroadcastChannel('round trip')];
  await new Promise((resolve) => {
    to.onmessage = resolve;
    from.postMessage('back');
  });
  to.close();
  from.close();
}

async function delivered(): Promise<void> {
  for (let n = 0; n < 3; n++) await roundTrip();
  await settled();
}

describe('in a browser', () => {
  beforeEach(() => void vi.stubGlobal('navigator', { locks: createFakeLocks() }));
  afterEach(() => void vi.unstubAllGlobals());

  describeTabs('Web Locks and BroadcastChannel', () => ({ open: createBrowserTabs, settle: delivered }));

  it('E10.9 without Web Locks, or without BroadcastChannel, a tab is alone', () => {
    vi.stubGlobal('navigator', {});
    expect(createBrowserTabs()).toBe(singleTab);
    vi.stubGlobal('navigator', undefined);
    expect(createBrowserTabs()).toBe(singleTab);
    vi.stubGlobal('navigator', { locks: createFakeLocks() });
    vi.stubGlobal('BroadcastChannel', undefined);
    expect(createBrowserTabs()).toBe(singleTab);
  });

  it('E10.9 a tab that is alone leads at once, whoever else does', () => {
    const heard: boolean[] = [];
    for (const name of ['a', 'a']) singleTab.lead(name, (isLeading) => heard.push(isLeading)).insist();
    const channel = singleTab.join('a', () => heard.push(false));
    singleTab.join('a', () => heard.push(false)).post('hello');
    channel.close();
    expect(heard).toEqual([true, true]);
  });

  it('E10.9 a page that may not have locks leads its own writes', async () => {
    const request = vi.fn(() => Promise.reject(new DOMException('opaque origin', 'SecurityError')));
    vi.stubGlobal('navigator', { locks: { request } });
    const heard: boolean[] = [];
    createBrowserTabs().lead('a', (isLeading) => heard.push(isLeading));
    await settled();
    expect(heard).toEqual([true]);
    expect(request).toHaveBeenCalledTimes(1);
  });

  describe('pages that freeze', () => {
    const page = () => {
      const [window, document] = [new EventTarget(), new EventTarget()];
      vi.stubGlobal('window', window);
      vi.stubGlobal('document', document);
      const log: string[] = [];
      const first = createBrowserTabs().lead('a', (isLeading) => log.push(`first ${isLeading}`));
      vi.unstubAllGlobals();
      return { window, document, log, first };
    };
    // The other page has no window of its own here: it never freezes.
    const other = (locks: Pick<LockManager, 'request'>, log: string[]) => {
      vi.stubGlobal('navigator', { locks });
      return createBrowserTabs().lead('a', (isLeading) => log.push(`second ${isLeading}`));
    };

    it.each([
      ['window', 'pagehide', 'pageshow'],
      ['document', 'freeze', 'resume'],
    ] as const)('E10.1 the lead is given up on %s %s and asked for on %s', async (target, freeze, resume) => {
      const locks = createFakeLocks();
      vi.stubGlobal('navigator', { locks });
      const { log, first, ...targets } = page();
      const second = other(locks, log);
      await settled();
      // As a page is shown first: nothing has frozen yet.
      targets[target].dispatchEvent(new Event(resume));
      await settled();
      expect(log).toEqual(['first true']);
      targets[target].dispatchEvent(new Event(freeze));
      expect(log).toEqual(['first true', 'first false']);
      await settled();
      expect(log.splice(0)).toEqual(['first true', 'first false', 'second true']);
      targets[target].dispatchEvent(new Event(resume));
      await settled();
      expect(log).toEqual([]);
      second.withdraw();
      await settled();
      expect(log.splice(0)).toEqual(['first true']);
      first.withdraw();
      targets[target].dispatchEvent(new Event(freeze));
      targets[target].dispatchEvent(new Event(resume));
      await settled();
      expect(log).toEqual([]);
    });
  });
});

describe('the fake', () => {
  const lead = (browser: ReturnType<typeof createFakeBrowser>, log: string[], who: string) => {
    const tab = browser.open();
    const candidacy = tab.lead('a', (isLeading) => log.push(`${who} ${isLeading}`));
    const channel = tab.join('a', (message) => log.push(`${who} hears ${String(message)}`));
    return { tab, candidacy, channel };
  };

  it('E10.1 E10.2 a tab that is killed gives its lock to the next and hears nothing more', async () => {
    const browser = createFakeBrowser();
    const log: string[] = [];
    const [a, b] = [lead(browser, log, 'a'), lead(browser, log, 'b')];
    await settled();
    b.channel.post('in flight');
    a.tab.kill();
    a.channel.post('from the grave');
    await settled();
    expect(log).toEqual(['a true', 'b true']);
    expect(browser.leader('a')).toBe(b.tab);
    expect([a.tab.isAlive(), b.tab.isAlive()]).toEqual([false, true]);
  });

  it('E10.1 a frozen tab holds its lock, and messages wait for it', async () => {
    const browser = createFakeBrowser();
    const log: string[] = [];
    const [a, b] = [lead(browser, log, 'a'), lead(browser, log, 'b')];
    await settled();
    a.tab.freeze();
    b.channel.post(1);
    b.channel.post(2);
    await settled();
    expect(log).toEqual(['a true']);
    a.tab.thaw();
    await settled();
    expect(log).toEqual(['a true', 'a hears 1', 'a hears 2']);
    a.tab.freeze(true);
    await settled();
    expect(log.slice(3)).toEqual(['a false', 'b true']);
    a.tab.thaw();
    b.candidacy.withdraw();
    await settled();
    expect(log.slice(5)).toEqual(['a true']);
  });
});
