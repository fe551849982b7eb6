import { expect } from 'vitest';
import type { MessageKinds, MessageList } from '../../../src';
import { createFakeBrowser, type FakeBrowserOptions, type FakeTab } from '../../../src/testing/fake-tabs';
import { createFaultyStorage } from '../../../src/testing/faulty-storage';
import { settled } from '../../../src/testing/settled';
import type { GivenFakes } from '../../../src/testing/fakes';
import { ALICE } from './ids';
import { createWorld, ROOM, type Device, type World, type WorldOptions } from './world';

/** A client of Alice in a tab of its own; it shows the room. */
export interface Tab extends Device {
  readonly tab: FakeTab;
  readonly messages: MessageList<MessageKinds>;
  /** What its connection view says of it. */
  role(): string;
  /** Its browser process dies: nothing it has begun goes on, and what is on its way to it is lost. */
  kill(): void;
  /** Of each message shown: its text and its status, and which text was given to it. */
  shown(): readonly string[];
}

export interface TabsWorld extends World {
  readonly storage: ReturnType<typeof createFaultyStorage>;
  /** Opens one more tab and waits until it has loaded. */
  open(given?: GivenFakes): Promise<Tab>;
  /** All tabs that live. */
  tabs(): readonly Tab[];
  /** The one that leads; there must be one only. */
  leader(): Tab;
  followers(): readonly Tab[];
  /** Turns the network of all tabs on or off. */
  setNetwork(isUp: boolean): void;
  /** What is stored for Alice. */
  stored(): Promise<readonly string[]>;
  /** All living tabs show the same, nothing waits, and the server has these texts in this order. */
  expectConverged(texts: readonly string[]): Promise<void>;
}

export interface TabsWorldOptions extends WorldOptions, FakeBrowserOptions {
  /** How long a message or a lock takes to another tab; by default no time. */
  readonly delayMs?: () => number;
}

/** Tabs of Alice that share storage, as those of one browser do. */
export function createTabsWorld({ delayMs, ...options }: TabsWorldOptions = {}): TabsWorld {
  const world = createWorld(options);
  const schedule = delayMs && ((deliver: () => void) => void world.clock.after(delayMs(), deliver));
  const browser = createFakeBrowser(schedule ? { ...options, schedule } : options);
  const storage = createFaultyStorage();
  const all: Tab[] = [];
  const tabs = () => all.filter(({ tab }) => tab.isAlive());
  const leader = () => {
    const leading = tabs().filter((tab) => tab.role() === 'leader');
    expect(leading).toHaveLength(1);
    return leading[0] as Tab;
  };

  return {
    ...world,
    storage,
    tabs,
    leader,
    followers: () => tabs().filter((tab) => tab.role() === 'follower'),
    async open(given = {}) {
      const tab = browser.open();
      const device = world.device(ALICE, { tabs: tab, storage, ...given });
      const messages = device.watch(device.confab.messages.list(ROOM));
      const opened: Tab = {
        ...device,
        tab,
        messages,
        role: () => device.confab.connection.get().tab,
        kill() {
          tab.kill();
          device.network.isUp = false;
          device.unwatch();
        },
        shown: () => messages.get().messages.map(({ content, status }) => `${content ?? '-'} ${status}`),
      };
      all.push(opened);
      await settled();
      return opened;
    },
    setNetwork(isUp) {
      for (const { network, realtime } of tabs()) {
        network.isUp = isUp;
        for (const channel of realtime.channels()) {
          if (isUp) channel.ready();
          else channel.lose();
        }
      }
    },
    stored: async () => (await storage.rows(`confab-outbox-${ALICE}`)).map(([id]) => id),
    async expectConverged(texts) {
      // Longer than any pause between attempts, and past the next pull.
      for (let n = 0; n < 4; n++) await world.clock.advance(35_000);
      const stored = world.server.messages(ROOM);
      expect(stored.map(({ content }) => content)).toEqual(texts);
      for (const tab of tabs()) {
        expect(tab.shown()).toEqual(texts.map((text) => `${text} sent`));
        expect(tab.confab.connection.get()).toMatchObject({ unsentCount: 0, failedCount: 0 });
      }
      expect((await storage.rows(`confab-outbox-${ALICE}`)).map(([id]) => id)).toEqual([]);
    },
  };
}

/** Sends a text from a tab to the room; resolves once it is stored. */
export const say = (tab: Tab, content: string) => tab.confab.messages.send(ROOM, { content });
