import { QueryClient } from '@tanstack/query-core';
import { assemble, type Confab } from '../client/create-confab';
import { singleTab } from '../adapters/single-tab';
import { createCache, type Cache } from '../cache/cache';
import type { MessageKinds } from '../model/kinds';
import type { Ids, LogEntry, Tabs } from '../ports';
import { createEngine, type Engine } from '../sync/engine';
import { createFakeAuth, type FakeAuth } from './fake-auth';
import { createFakeEnvironment, type FakeEnvironment } from './fake-environment';
import { createFakeRealtime, type FakeRealtime } from './fake-realtime';
import type { FakeTab } from './fake-tabs';
import { createFakeTransport, type FakeTransport } from './fake-transport';
import { createFaultyStorage, type FaultyStorage } from './faulty-storage';
import { createManualClock, type ManualClock } from './manual-clock';
import { createSeededIds, createSeededRandom } from './seeded-random';

/** Every port as a fake, and a cache of its own. */
export interface Fakes {
  readonly clock: ManualClock;
  readonly ids: Ids;
  readonly realtime: FakeRealtime;
  readonly storage: FaultyStorage;
  readonly transport: FakeTransport;
  readonly auth: FakeAuth;
  readonly environment: FakeEnvironment;
  /** A {@link FakeTab} ends and stands still with all the client does. */
  readonly tabs: Tabs | FakeTab;
  readonly queryClient: QueryClient;
  readonly cache: Cache;
  readonly persistsCache: boolean;
  readonly connects: boolean | 'when-watched';
  readonly logger: (entry: LogEntry) => void;
  /** What was logged, in order. */
  readonly log: readonly LogEntry[];
}

/** Parts that a test shares between clients or prepares. */
export interface GivenFakes extends Partial<Omit<Fakes, 'cache' | 'log' | 'logger'>> {
  /** Of the ids: clients that share a server need different ones. */
  readonly seed?: number;
}

/** Makes a whole set. */
export function createFakes(given: GivenFakes = {}): Fakes {
  const clock = given.clock ?? createManualClock();
  const queryClient = given.queryClient ?? createTestQueryClient();
  const log: LogEntry[] = [];
  return {
    clock,
    ids: given.ids ?? createSeededIds(createSeededRandom(given.seed ?? 1), clock),
    realtime: given.realtime ?? createFakeRealtime(),
    storage: given.storage ?? createFaultyStorage(),
    transport: given.transport ?? createFakeTransport(),
    auth: given.auth ?? createFakeAuth(),
    environment: given.environment ?? createFakeEnvironment(),
    tabs: given.tabs ?? singleTab,
    queryClient,
    cache: createCache(queryClient),
    // Asked for where it matters: all else need not wait for the storage.
    persistsCache: given.persistsCache ?? false,
    connects: given.connects ?? true,
    log,
    logger: (entry) => void log.push(entry),
  };
}

/** Keeps what was loaded, so that no timer of real time is left behind, and retries at once. */
function createTestQueryClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { gcTime: Infinity, retryDelay: 0 } } });
}

/** A whole client on fakes, as `createConfab` makes it, with its engine. */
export function createConfabOnFakes<const K extends MessageKinds = Record<never, never>>(
  fakes: Fakes = createFakes(),
  kinds: K = {} as K,
): Fakes & { readonly engine: Engine; readonly confab: Confab<K> } {
  const deps = 'inside' in fakes.tabs ? fakes.tabs.inside(fakes) : fakes;
  const engine = createEngine(deps);
  const { cache, ids, clock } = deps;
  return { ...fakes, engine, confab: assemble({ engine, cache, ids, clock, kinds }) };
}
