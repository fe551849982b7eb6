import { QueryClient } from '@tanstack/query-core';
import { createCache } from '../../cache/cache';
import { assemble, type Confab } from '../../client/create-confab';
import type { Clock, KeyValueStore, Storage } from '../../ports';
import { createEngine } from '../../sync/engine';
import { createFakeAuth } from '../fake-auth';
import { createFakeEnvironment } from '../fake-environment';
import { createFakeBrowser } from '../fake-tabs';
import { createFaultyStorage } from '../faulty-storage';
import { createSeededIds } from '../seeded-random';
import { createDeviceClock } from './device-clock';
import { createNetwork } from './network';
import { short } from './run';
import type { Client, Life, Run, Tab } from './world';

/** Queries nobody watches are forgotten after this time. */
const GC_MS = 60_000;
/** A new one each time: what waits for a shared one would be kept for good. */
const never = () => new Promise<never>(() => undefined);

export function createClient(run: Run, index: number, user: string): Client {
  const name = `c${index}`;
  const random = run.random(`clock ${name}`);
  const chance = run.random(`tabs ${name}`);
  const browser = createFakeBrowser({
    schedule: (deliver) => void run.clock.after(chance.int(run.climate.tabMs + 1), deliver),
    isLost() {
      const isLost = chance.chance(run.climate.loseTabMessage);
      if (isLost) run.fault('tabMessageLost');
      return isLost;
    },
  });
  return {
    index,
    name,
    user,
    users: new Set([user]),
    clock: createDeviceClock(run.clock, () => random.next()),
    storage: createFaultyStorage(),
    browser,
    tabs: [],
    lives: 0,
    isOnline: true,
    isDeaf: false,
    isSignedOut: false,
  };
}

/** Opens a tab, as a page that loads. */
export function openTab(run: Run, client: Client): Tab {
  const name = `${client.name}.${++client.lives}`;
  const auth = createFakeAuth(client.isSignedOut ? null : client.user);
  const life: Life = {
    name,
    auth,
    session: name,
    page: client.browser.open(),
    isFrozen: false,
    isDead: false,
    told: new Set(),
    floor: new Map(),
  };
  const environment = createFakeEnvironment();
  environment.setOnline(client.isOnline);
  const network = createNetwork(run, client, life);
  const cache = createCache(new QueryClient({ defaultOptions: { queries: { gcTime: GC_MS } } }));
  const clock: Clock = {
    ...client.clock,
    after: (ms, task) => client.clock.after(ms, () => void (life.isDead || task())),
  };
  const ports = life.page.inside({
    clock,
    storage: storageOf(run, client, life),
    transport: network.transport,
  });
  const ids = createSeededIds(run.random(`ids ${name}`), client.clock);
  const engine = createEngine({
    cache,
    ...ports,
    realtime: network.realtime,
    auth,
    tabs: life.page,
    environment,
    ids,
    logger({ event, detail }) {
      if (event !== 'mutation' || detail?.['type'] === 'mark_delivered') return;
      run.note(
        `${name} ${String(detail?.['type'])} ${short(String(detail?.['id']))} ${String(detail?.['became'])}`,
      );
    },
    connects: true,
    persistsCache: run.plan.persistsCache,
  });
  const confab: Confab = assemble({ engine, cache, ids, clock: ports.clock, kinds: {} });
  const tab: Tab = {
    client,
    name,
    life,
    confab,
    engine,
    cache,
    environment,
    network,
    lists: new Map(),
    threads: new Map(),
    stops: [],
  };
  client.tabs.push(tab);
  return tab;
}

/** The storage as one tab reaches it: it takes a while, and what a killed tab asked for may or may not happen. */
function storageOf(run: Run, client: Client, life: Life): Storage {
  const random = run.random(`storage ${life.name}`);
  return {
    ...client.storage,
    open(name) {
      const store = client.storage.open(name);
      // One after the other, as a database does.
      let last: Promise<unknown> = Promise.resolve();
      let waiting = 0;
      const queued = async <T>(operation: () => Promise<T>): Promise<T> => {
        const ms = random.int(run.climate.storageMs + 1);
        const before = waiting++ > 0 ? last : null;
        const carryOut = async () => {
          if (before) await before;
          if (ms > 0) await new Promise<void>((resolve) => void client.clock.after(ms, resolve));
          return life.isDead ? never() : operation();
        };
        const result = carryOut();
        const done = () => void waiting--;
        last = result.then(done, done);
        return result;
      };
      const wrapped: KeyValueStore = {
        entries: () => queued(() => store.entries()),
        get: (key) => queued(() => store.get(key)),
        set: (key, value) => queued(() => store.set(key, value)),
        setMany: (entries) => queued(() => store.setMany(entries)),
        delete: (key) => queued(() => store.delete(key)),
        clear: () => queued(() => store.clear()),
      };
      return wrapped;
    },
  };
}

/** The page goes away: properly, or all at once as in a crash. */
export function endTab(tab: Tab, isKilled: boolean): void {
  if (!isKilled) {
    stopWatching(tab);
    tab.confab.close();
  }
  tab.life.isDead = true;
  tab.life.page.kill();
  const { tabs } = tab.client;
  tabs.splice(tabs.indexOf(tab), 1);
}

export function stopWatching(tab: Tab): void {
  for (const stop of tab.stops.splice(0)) stop();
  for (const open of [tab.lists, tab.threads]) {
    for (const { stop } of open.values()) stop();
    open.clear();
  }
}
